import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

/** The text of a file; null where there is none. A directory (refs/heads/a while only refs/heads/a/b exists) is as absent as a missing file. */
export async function readText(file: string): Promise<string | null> {
  try { return await readFile(file, 'utf8') } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

const SHA = /^[0-9a-f]{40}$/

/** Name and sha of every line of `packed-refs` that names a ref; peeled tags and the header are none. */
export const packedRefs = (text: string): [string, string][] => text.split('\n').filter((line) => SHA.test(line.slice(0, 40)))
  .map((line) => [line.slice(41), line.slice(0, 40)])

/**
 * Every ref of a bare repository by name, read from its files without a process: what each push and each look at the refs asks.
 * Null: something there is for git alone to read, as a ref that points to another one.
 */
export async function readRefs(dir: string): Promise<Record<string, string> | null> {
  const found = new Map<string, string>()
  const entries = await readdir(join(dir, 'refs'), {recursive: true, withFileTypes: true})
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.endsWith('.lock')) continue
    const file = join(entry.parentPath, entry.name)
    const sha = (await readText(file))?.trimEnd()
    if (sha === undefined) continue // deleted since it was listed
    if (!SHA.test(sha)) return null
    found.set(file.slice(dir.length + 1), sha)
  }
  const packed = packedRefs(await readText(join(dir, 'packed-refs')) ?? '')
  for (const [ref, sha] of packed) if (!found.has(ref)) found.set(ref, sha)
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
