import {constants} from 'node:fs'
import {open, readdir} from 'node:fs/promises'
import type {LogFiles} from '../ports.js'
import {isGone} from './runner.js'

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

/** Reads pieces of files that may be large and still growing; memory is bounded by what is asked for. */
export const openLogFiles = (): LogFiles => ({
  isGone,
  async read(path, {from, bytes}) {
    // agents can write here: a pipe would be waited for
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (handle === null) return null
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return null
      const {size, dev, ino} = stat
      const at = from ?? Math.max(0, size - bytes)
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)))
      const {bytesRead} = await handle.read(buffer, 0, buffer.length, at)
      const read = buffer.subarray(0, bytesRead)
      const first = from === null && at > 0 ? firstWhole(read) : 0
      const last = lastWhole(read, from !== null)
      const end = Math.max(first, last)
      return {text: read.subarray(first, end).toString('utf8'), start: at + first, end: at + end, totalBytes: size, file: `${dev}:${ino}`}
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

const NEWLINE = 0x0a
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000

/** Where a tail begins: with the next whole line, or where no other follows with the next whole character. */
function firstWhole(bytes: Buffer): number {
  const newline = bytes.indexOf(NEWLINE)
  if (newline !== -1 && newline < bytes.length - 1) return newline + 1
  let at = 0
  while (at < 3 && isContinuation(bytes[at])) at++
  return at
}

/** Where a piece ends: after its last whole line if only such are wanted and there is one, else after its last whole character. */
function lastWhole(bytes: Buffer, lines: boolean): number {
  const newline = lines ? bytes.lastIndexOf(NEWLINE) : -1
  if (newline !== -1) return newline + 1
  let lead = bytes.length - 1
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead--
  const length = lengthOf(bytes[lead])
  return length !== null && lead + length > bytes.length ? lead : bytes.length
}

/** Bytes of the UTF-8 character that begins so; null when none does. */
function lengthOf(lead: number | undefined): number | null {
  if (lead === undefined || lead < 0b1100_0000) return null
  return lead < 0b1110_0000 ? 2 : lead < 0b1111_0000 ? 3 : 4
}
