import {chmod, lstat, readdir, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'

const DENIED = ['EACCES', 'EPERM']

/** Also of a tree with folders that were made read-only, as Go does with its modules, or that lies in one. Nothing there is fine. */
export async function removeTree(target: string): Promise<void> {
  const remove = () => rm(target, {recursive: true, force: true, maxRetries: 3})
  try { await remove() } catch (error) {
    if (!DENIED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await openFolder(dirname(target))
    await makeWritable(target)
    await remove()
  }
}

/** Nothing of a folder that is gone or closed to us. */
export const inside = (folder: string) => readdir(folder, {withFileTypes: true}).catch((error: unknown) => {
  if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
  throw error
})

/** Answers whether it is a folder, which then belongs to us alone. Links are not followed. */
async function openFolder(folder: string): Promise<boolean> {
  const isFolder = (await lstat(folder)).isDirectory()
  if (isFolder) await chmod(folder, 0o700)
  return isFolder
}

async function makeWritable(folder: string): Promise<void> {
  if (!await openFolder(folder)) return
  for (const entry of await inside(folder)) if (entry.isDirectory()) await makeWritable(join(folder, entry.name))
}
