import {lstat, readFile} from 'node:fs/promises'
import {join} from 'node:path'

/** An object id and a line feed. Bytes. */
const MOST_BYTES = 65

/**
 * The commit that HEAD names by itself, without asking git; null where HEAD is on a branch, is a link or a folder, is not there, or says anything else.
 * Whether there is such a commit is another question.
 */
export async function detachedHead(gitDir: string): Promise<string | null> {
  const file = join(gitDir, 'HEAD')
  const stat = await lstat(file).catch(() => null)
  if (stat === null || !stat.isFile() || stat.size > MOST_BYTES) return null
  const text = await readFile(file, 'latin1').catch(() => '')
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})\n$/.test(text) ? text.trimEnd() : null
}
