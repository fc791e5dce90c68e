const THINK = '(?:think|thinking|thought|reasoning|reflection|analysis|scratchpad)'
const OPENED = new RegExp(`\\s*<(${THINK})>`, 'iy')
/** Space up to the end of its line only: tried from every line, blank ones would cost their square. */
const CLOSED_ALONE = new RegExp(`^[^\\S\\n\\r\\u2028\\u2029]*</${THINK}>[ \\t]*$`, 'im')
const FENCE = /^<untrusted-([A-Za-z0-9-]{8,})>$/

/** The first match from `at` on, or at `at` where the pattern is sticky. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** What a model thought aloud before its answer is no answer: blocks at the start, and everything before a closing tag that was never opened. */
function withoutThinking(text: string): string {
  let from = 0
  for (let opened = matchAt(OPENED, text, from); opened !== null; opened = matchAt(OPENED, text, from)) {
    const close = matchAt(new RegExp(`</${opened[1]!}>`, 'gi'), text, from + opened[0].length)
    if (close === null) return ''
    from = close.index + close[0].length
  }
  const rest = text.slice(from)
  const alone = CLOSED_ALONE.exec(rest)
  return alone === null ? rest : rest.slice(alone.index + alone[0].length)
}

/** Blocks between fence lines are quoted from the prompt: the issue's own lists must not come back as a plan. */
function withoutQuotes(text: string): string {
  const out: string[] = []
  let fence: string | undefined
  for (const line of text.split('\n')) {
    if (fence !== undefined) {
      if (line.trim() === `</untrusted-${fence}>`) fence = undefined
      continue
    }
    fence = FENCE.exec(line.trim())?.[1]
    if (fence === undefined) out.push(line)
  }
  return out.join('\n')
}

/** More than any plan has; what follows is not read. */
const TEXT_MAX = 1_000_000

/** The part of a model's text that is its answer, with `\n` line ends and without keycap digits and byte order mark. Linear. */
export const answerText = (raw: string): string =>
  withoutQuotes(withoutThinking(raw.slice(0, TEXT_MAX).replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').replace(/([0-9])\uFE0F?\u20E3\s*[.:)]?/g, '$1. ')))
