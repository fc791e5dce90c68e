// As much Markdown as pilot has to understand to say what GitHub will show as code. Where the two could disagree, the answer
// here is "not code".

export type Line = {text: string; fenced: boolean}

/** Everything that ends a line somewhere becomes `\n`. */
export const toLines = (text: string): string[] => text.replace(/^\uFEFF/, '').split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)

/**
 * Lines with a flag for fenced code (the fence's own lines included). Only a fence at column 0 counts: an indented one may belong to a list
 * item and end with it. `open` is the fence that would close the last block, where the text forgets to.
 */
export function fencedLines(lines: readonly string[]): {lines: Line[]; open: string | null; openedAt: number} {
  let open: string | null = null
  let openedAt = -1
  const out = lines.map((text, at): Line => {
    if (open === null) {
      open = /^(`{3,})[^`]*$/.exec(text)?.[1] ?? /^(~{3,})/.exec(text)?.[1] ?? null
      if (open !== null) openedAt = at
      return {text, fenced: open !== null}
    }
    const close = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(text)?.[1]
    if (close !== undefined && close[0] === open[0] && close.length >= open.length) open = null
    return {text, fenced: true}
  })
  return {lines: out, open, openedAt}
}

/** Appends the fence that the text forgot to close, so that what follows it is not swallowed. */
export function closeFences(text: string): string {
  const {open} = fencedLines(toLines(text))
  return open === null ? text : `${text}\n${open}`
}

/**
 * The lines that a reader of `Parent:` and `Depends on:` may believe: outside fenced code and block HTML comments, blank where
 * something was taken out. A fence that never closes is not believed: a stray one must not make a child look like no child.
 */
export function plainLines(body: string): string[] {
  const {lines, open, openedAt} = fencedLines(toLines(body))
  let comment = false
  return lines.map(({text, fenced}, at) => {
    if (fenced && !(open !== null && at >= openedAt)) return ''
    const starts = !comment && /^ {0,3}<!--/.test(text)
    if (!comment && !starts) return text
    comment = !text.includes('-->')
    return ''
  })
}

/** For each run of backticks which later one closes it: the next of its length. Linear, while a line may be nothing but such runs. */
function closingsOf(lengths: readonly number[]): (number | undefined)[] {
  const next = new Map<number, number>()
  return lengths.map((_, at) => lengths.length - 1 - at).map((at) => {
    const close = next.get(lengths[at]!)
    next.set(lengths[at]!, at)
    return close
  }).reverse()
}

/**
 * Character ranges of a line that are code spans whatever surrounds the line, or null when that cannot be said: an unpaired or escaped
 * backtick, HTML that may hide one, or a `|` that a table would split at.
 */
export function codeSpans(line: string): [number, number][] | null {
  const runs = [...line.matchAll(/`+/g)]
  const spans: [number, number][] = []
  const closings = closingsOf(runs.map(([run]) => run.length))
  let outside = ''
  let from = 0
  for (let at = 0; at < runs.length; at++) {
    const start = runs[at]!
    const close = closings[at]
    if (close === undefined) return null
    const end = runs[close]!.index + start[0].length
    outside += line.slice(from, start.index) + ' '
    if (line[start.index - 1] === '\\' || line.slice(start.index, end).includes('|')) return null
    spans.push([start.index, end])
    from = end
    at = close
  }
  outside += line.slice(from)
  return spans.length > 0 && /<[a-z!?/]/i.test(outside) ? null : spans
}

/** Text as literal inline Markdown on one line: nothing in it formats, links, opens a cell or starts HTML. */
export const literal = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/[\\`|*_~[\]$]/g, '\\$&')

/** A Mermaid label, quotes included: letters, digits and a few marks as they are, everything else as a numeric entity. */
export const mermaidLabel = (text: string): string =>
  `"${text.replace(/[\s\p{C}]+/gu, ' ').trim().replace(/[^\p{L}\p{N} .,/()+-]/gu, (char) => `#${char.codePointAt(0)};`)}"`
