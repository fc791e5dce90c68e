import {closeSync, constants, lstatSync, mkdirSync, openSync, rmSync, writeSync} from 'node:fs'
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

/** Longer than a secret is, the base64 of a private key among them. Characters. */
export const SEAM = 8192

/** The beginning of a text that was cut, masked: without its end, where half a secret may stand, which no mask knows. */
export const maskedStart = (text: string, mask: (text: string) => string): string => mask(text).slice(0, -SEAM)

/** `textOf`, masked; a gap in it is as much wider on both sides. */
export function maskedText(kept: Kept, mask: (text: string) => string): string {
  if (kept.dropped === 0) return mask(textOf(kept))
  const [head, tail] = [maskedStart(kept.head, mask), mask(kept.tail).slice(SEAM)]
  return textOf({head, tail, bytes: kept.bytes, dropped: kept.bytes - Buffer.byteLength(head) - Buffer.byteLength(tail)})
}

/** Collects the first and the last `limit` bytes. What it is given is copied, so that the caller may write over it. */
export function keeper(limit: number): {add: (chunk: Buffer) => void; kept: () => Kept} {
  const head = growing(limit)
  const tail = growing(limit)
  let bytes = 0
  /** where the next byte of the tail goes; once it is full, the oldest one is there */
  let at = 0
  return {
    add(chunk) {
      bytes += chunk.length
      const rest = chunk.subarray(head.add(chunk))
      // only its end can still be among the last
      let end = rest.subarray(Math.max(0, rest.length - limit))
      end = end.subarray(tail.add(end))
      while (end.length > 0) {
        const copied = end.copy(tail.whole(), at)
        at = (at + copied) % limit
        end = end.subarray(copied)
      }
    },
    kept() {
      const end = Buffer.concat([tail.filled().subarray(at), tail.filled().subarray(0, at)])
      const dropped = bytes - head.filled().length - end.length
      // without a gap the two are one text, and a character may lie across them
      if (dropped === 0) return {head: Buffer.concat([head.filled(), end]).toString('utf8'), tail: '', bytes, dropped}
      return {head: head.filled().toString('utf8'), tail: end.toString('utf8'), bytes, dropped}
    },
  }
}

/** A buffer that grows up to `limit` bytes as it is filled. `add` answers how many bytes it took. */
function growing(limit: number) {
  let room = Buffer.alloc(0)
  let size = 0
  return {
    add(chunk: Buffer): number {
      const taken = Math.min(chunk.length, limit - size)
      if (size + taken > room.length) {
        const larger = Buffer.alloc(Math.min(limit, Math.max(ROOM_BYTES, 2 * (size + taken))))
        room.copy(larger, 0, 0, size)
        room = larger
      }
      chunk.copy(room, size, 0, taken)
      size += taken
      return taken
    },
    filled: (): Buffer => room.subarray(0, size),
    /** all of it, once it is full */
    whole: (): Buffer => room,
    clear(): void { size = 0 },
  }
}

/**
 * Cuts a byte stream into lines. A chunk may be written over once it was added: what lies across two is copied into one buffer for all lines, and never
 * more than `MAX_LINE_BYTES` of a line is held.
 */
export function lineReader(onLine: (line: string, cut: boolean) => void): {add: (chunk: Buffer) => void; end: () => void} {
  const begun = growing(MAX_LINE_BYTES)
  let cut = false
  const flush = (line: Buffer) => {
    const wasCut = cut
    cut = false
    const ending = line.at(-1) === 13 ? 1 : 0
    onLine(line.toString('utf8', 0, line.length - ending), wasCut)
    begun.clear()
  }
  const hold = (piece: Buffer) => { if (begun.add(piece) < piece.length) cut = true }
  return {
    add(chunk) {
      let from = 0
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        const piece = chunk.subarray(from, at)
        // most lines lie within one chunk and are read where they are
        const whole = begun.filled().length === 0 && piece.length <= MAX_LINE_BYTES
        if (!whole) hold(piece)
        flush(whole ? piece : begun.filled())
        from = at + 1
      }
      if (from < chunk.length) hold(chunk.subarray(from))
    },
    end() { if (begun.filled().length > 0 || cut) flush(begun.filled()) },
  }
}

/** A line that may go on in the next one, as base64 does that is longer than a line, or the first line of a key. */
const GOES_ON = /(?:[A-Za-z0-9+/_-]{16}|KEY-----)$/

/** Hands on each line masked, at once; those that may go on wait for what follows and are masked as one text, of which no more than `4 * SEAM` is held. */
function maskedLines(mask: (text: string) => string, put: (text: string) => void): {add: (line: string) => void; end: () => void} {
  let held: string | null = null
  const end = () => {
    if (held !== null) put(mask(held))
    held = null
  }
  return {
    add(line) {
      held = held === null ? line : `${held}\n${line}`
      if (!GOES_ON.test(line)) return end()
      if (held.length <= 4 * SEAM) return
      const masked = mask(held)
      const at = masked.lastIndexOf('\n', masked.length - SEAM)
      if (at <= 0) return
      put(masked.slice(0, at))
      held = masked.slice(at + 1)
    },
    end,
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
  // agents can write there: a link leads elsewhere, and a pipe would be waited for
  if (lstatSync(file, {throwIfNoEntry: false})?.isFile() === false) rmSync(file, {recursive: true})
  const fd = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600)
  let written = 0
  let dropped = 0
  let problem: string | null = null
  // from the first line on that had no room, so that a log has no holes and what is thrown away costs nothing
  let isFull = false
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
  const lines = maskedLines(mask, (text) => {
    const line = `${text}\n`
    const size = Buffer.byteLength(line)
    isFull ||= written + size > cap
    if (isFull || problem !== null) dropped += size
    else put(line, size)
  })
  return {
    write(text) {
      if (isFull || problem !== null) dropped += Buffer.byteLength(text) + 1
      else lines.add(text)
    },
    close() {
      lines.end()
      const last = `… ${dropped} bytes dropped: the log is full …\n`
      if (dropped > 0 && problem === null) put(last, Buffer.byteLength(last))
      closeSync(fd)
      return {dropped, problem}
    },
  }
}
