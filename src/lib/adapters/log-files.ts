import {open, readdir} from 'node:fs/promises'
import type {LogFiles} from '../ports.js'

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

/** Reads the ends of files that may be large and still growing; memory is bounded by what is asked for. */
export const openLogFiles = (): LogFiles => ({
  async read(path, {from, bytes}) {
    const handle = await open(path, 'r').catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (handle === null) return null
    try {
      const {size} = await handle.stat()
      const start = from ?? Math.max(0, size - bytes)
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - start)))
      const {bytesRead} = await handle.read(buffer, 0, buffer.length, start)
      return {text: cleanEdge(buffer.subarray(0, bytesRead), start > 0 && from === null).toString('utf8'), end: start + bytesRead, totalBytes: size}
    } finally {
      await handle.close()
    }
  },
  async entries(path) {
    return readdir(path).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
  },
})

/** A tail that begins inside a line begins with the next whole one, which also keeps a character from being cut in two. */
function cleanEdge(bytes: Buffer, cut: boolean): Buffer {
  const newline = cut ? bytes.indexOf(0x0a) : -1
  return newline === -1 || newline === bytes.length - 1 ? bytes : bytes.subarray(newline + 1)
}
