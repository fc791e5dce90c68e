import {readFile, stat} from 'node:fs/promises'
import {PilotError} from '../errors.js'

/** A UTF-8 text file. @throws PilotError FILE_UNREADABLE */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`, ['check the path'], {cause})
  }
}

export const isDirectory = (path: string): Promise<boolean> => stat(path).then((found) => found.isDirectory(), () => false)
