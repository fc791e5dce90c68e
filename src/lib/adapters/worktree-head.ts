import {join} from 'node:path'
import {readPlainFile} from './plain-file.js'

/** An object id and a line feed. Bytes. */
const MOST_BYTES = 65

/**
 * The commit that HEAD names by itself, without asking git; null where HEAD is on a branch, is a link or a folder, is not there, or says anything else.
 * Whether there is such a commit is another question.
 */
export async function detachedHead(gitDir: string): Promise<string | null> {
  const text = (await readPlainFile(join(gitDir, 'HEAD'), MOST_BYTES).catch(() => null))?.toString('latin1') ?? ''
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})\n$/.test(text) ? text.trimEnd() : null
}
