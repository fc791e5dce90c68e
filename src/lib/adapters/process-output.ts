import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs'
import {dirname} from 'node:path'

/** A line longer than this is cut, not fatal: one 50 MB tool result must not end a stream. */
export const MAX_LINE_BYTES = 1024 * 1024
const MAX_LOG_BYTES = 256 * 1024 * 1024
/** Longer lines make the buffer of a log grow, to the longest one and no further. */
const ROOM_BYTES = 16 * 1024

/** The beginning and the end of a stream of any length. */
export type Kept = {head: string; tail: string; bytes: number; dropped: number}

/** Everything when it is short; otherwise both ends with a line between them that says what is missing. */
export const textOf = ({head, tail, dropped}: Kept): string => dropped === 0 ? head + tail : `${head}\n… ${dropped} bytes left out …\n${tail}`

/** Collects the first and the last `limit` bytes. */
export function keeper(limit: number): {add: (chunk: Buffer) => void; kept: () => Kept} {
  const first: Buffer[] = []
  let headBytes = 0
  let tail: Buffer[] = []
  let tailBytes = 0
  let bytes = 0
  return {
    add(chunk) {
      bytes += chunk.length
      const room = limit - headBytes
      if (room > 0) {
        first.push(chunk.subarray(0, room))
        headBytes += Math.min(room, chunk.length)
      }
      const rest = room > 0 ? chunk.subarray(room) : chunk
      if (rest.length === 0) return
      tail.push(rest)
      tailBytes += rest.length
      // joined rarely, so that many small chunks cost nothing, and copied, so that a slice does not hold its large chunk
      if (tailBytes > 2 * limit) {
        tail = [Buffer.from(Buffer.concat(tail).subarray(-limit))]
        tailBytes = limit
      }
    },
    kept() {
      const head = Buffer.concat(first)
      const end = Buffer.concat(tail).subarray(-limit)
      const dropped = bytes - head.length - end.length
      // without a gap the two are one text, and a character may lie across them
      if (dropped === 0) return {head: Buffer.concat([head, end]).toString('utf8'), tail: '', bytes, dropped}
      return {head: head.toString('utf8'), tail: end.toString('utf8'), bytes, dropped}
    },
  }
}

/** Cuts a byte stream into lines; never holds more than one line of at most `MAX_LINE_BYTES`. */
export function lineReader(onLine: (line: string, cut: boolean) => void): {add: (chunk: Buffer) => void; end: () => void} {
  let parts: Buffer[] = []
  let size = 0
  let cut = false
  const take = (piece: Buffer) => {
    const room = MAX_LINE_BYTES - size
    if (piece.length > room) cut = true
    if (room <= 0 || piece.length === 0) return
    const kept = piece.subarray(0, room)
    parts.push(kept)
    size += kept.length
  }
  const flush = () => {
    // most lines lie within one chunk, and a copy of each would be most of what the garbage collector has to do
    const line = (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString('utf8')
    const wasCut = cut
    parts = []
    size = 0
    cut = false
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line, wasCut)
  }
  return {
    add(chunk) {
      let from = 0
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        take(chunk.subarray(from, at))
        flush()
        from = at + 1
      }
      take(chunk.subarray(from))
    },
    end() { if (size > 0 || cut) flush() },
  }
}

export type Log = {write: (line: string) => void; close: () => {dropped: number; problem: string | null}}

/**
 * A log file that is appended to line by line, masked, and stops growing at `cap` bytes. Written synchronously: what an agent said before the machine
 * went down is on disk, and a slow disk slows the reader instead of filling memory. A full disk ends the log, not the run.
 */
export function openLog(file: string | undefined, {mask = (text) => text, cap = MAX_LOG_BYTES}: {mask?: (text: string) => string; cap?: number} = {}): Log {
  if (file === undefined) return {write: () => undefined, close: () => ({dropped: 0, problem: null})}
  mkdirSync(dirname(file), {recursive: true})
  const fd = openSync(file, 'a', 0o600)
  let written = 0
  let dropped = 0
  let problem: string | null = null
  // one buffer for all lines: a gigabyte of short-lived ones would be held until the next full collection
  let room = Buffer.alloc(ROOM_BYTES)
  const put = (line: string, size: number) => {
    if (size > room.length) room = Buffer.alloc(size)
    room.write(line)
    try {
      for (let at = 0; at < size;) at += writeSync(fd, room, at, size - at)
      written += size
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
      dropped += size
    }
  }
  return {
    write(text) {
      const line = `${mask(text)}\n`
      const size = Buffer.byteLength(line)
      if (problem !== null || written + size > cap) dropped += size
      else put(line, size)
    },
    close() {
      const last = `… ${dropped} bytes dropped: the log is full …\n`
      if (dropped > 0 && problem === null) put(last, Buffer.byteLength(last))
      closeSync(fd)
      return {dropped, problem}
    },
  }
}
