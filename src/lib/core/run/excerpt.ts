import {cap} from '../issue/text.js'
import {lastLines} from './tail.js'

// How much of a failure a next round sees: enough to find the cause, little enough to stay cheap. The figures are those that proved
// themselves in an earlier system of this kind: 4 lines before and 25 after each failure, 180 lines and 10,000 characters in all.
const BEFORE = 4
const AFTER = 25
const MAX_LINES = 180
const MAX_CHARS = 10_000

/** Colours and cursor movements of terminals. */
const ANSI = /\u001B\[[0-9;?]*[A-Za-z]/g
const linesOf = (text: string): string[] => text.replace(ANSI, '').split(/\r?\n/)

/** Lines at which test runners, compilers and linters say that something failed. */
const FAILURE = new RegExp([
  String.raw`^\s*(?:not ok\b|--- FAIL\b|FAIL(?:ED)?\b|✗|✖|✘|×|❌|●\s|Traceback \(most recent call last\)|E {2,}\S|panic:|fatal:)`,
  String.raw`\b[A-Z]?\w*(?:Error|Exception)\b\s*[:(\[]`, String.raw`\bERROR\b`,
  String.raw`\berror(?:\[\w+\]| TS\d+)?:`, String.raw`\berror TS\d+`, String.raw`panicked at`, String.raw`^\s*\d+:\d+\s+error\b`, String.raw`^error\b`,
].join('|'))

/** Indexes of the lines that say what failed. */
const anchorsOf = (lines: readonly string[]): number[] => lines.flatMap((line, i) => (FAILURE.test(line.slice(0, 400)) ? [i] : []))

/** Stretches of lines around the failures; those that meet are one. */
function stretchesOf(anchors: readonly number[], total: number): {from: number; to: number}[] {
  const out: {from: number; to: number}[] = []
  for (const at of anchors) {
    const [from, to] = [Math.max(0, at - BEFORE), Math.min(total, at + AFTER + 1)]
    const last = out.at(-1)
    if (last !== undefined && from <= last.to) last.to = to
    else out.push({from, to})
  }
  return out
}

/**
 * The part of a command's output that shows its failures, the earliest first; what is left out is counted in its place. Output in which no
 * failure can be recognised gives its end.
 */
export function excerptOf(output: string): string {
  const lines = linesOf(output)
  const stretches = stretchesOf(anchorsOf(lines), lines.length)
  if (stretches.length === 0) return lastLines(lines.join('\n'), MAX_CHARS)
  const out: string[] = []
  let shown = 0
  let at = 0
  for (const {from, to} of stretches) {
    if (shown >= MAX_LINES) break
    if (from > at) out.push(`… ${from - at} lines left out …`)
    const end = Math.min(to, from + MAX_LINES - shown)
    out.push(...lines.slice(from, end))
    shown += end - from
    at = end
  }
  if (at < lines.length) out.push(`… ${lines.length - at} lines left out …`)
  return cap(out.join('\n'), MAX_CHARS)
}

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?\b/g, 'TIME'], [/\b0x[0-9a-f]+\b/gi, 'HEX'], [/\b[0-9a-f]{7,64}\b/gi, 'HEX'],
  [/(?:[A-Za-z]:)?(?:\/[\w.@-]+)+\/(?=[\w.@-]+)/g, ''], [/\d+(?:[.,]\d+)?\s?(?:ms|s|m|µs|ns|%)(?![A-Za-z])/g, 'TIME'], [/\d+/g, 'N'],
]

/**
 * What a failure looks like without what differs from run to run (times, places, numbers, folders): the lines that name failures, each
 * once. Two failures with the same fingerprint are taken to be the same one. Empty where no failure can be recognised.
 */
export function fingerprintOf(output: string): string {
  const lines = linesOf(output)
  const named = anchorsOf(lines).map((at) => VOLATILE.reduce((line, [pattern, by]) => line.replace(pattern, by), lines[at]!.slice(0, 400)).trim().replace(/\s+/g, ' '))
  return [...new Set(named)].sort().slice(0, 40).join('\n')
}
