const THINK = '(?:think|thinking|thought|reasoning|reflection|analysis|scratchpad)'
const OPENED = new RegExp(`^\\s*<(${THINK})>`, 'i')
const CLOSED_ALONE = new RegExp(`^\\s*</${THINK}>[ \\t]*$`, 'im')
const FENCE = /^<untrusted-([A-Za-z0-9-]{8,})>$/

/** What a model thought aloud before its answer is no answer: blocks at the start, and everything before a closing tag that was never opened. */
function withoutThinking(text: string): string {
  let rest = text
  for (let opened = OPENED.exec(rest); opened !== null; opened = OPENED.exec(rest)) {
    const tag = `</${opened[1]!.toLowerCase()}>`
    const close = rest.toLowerCase().indexOf(tag)
    if (close < 0) return ''
    rest = rest.slice(close + tag.length)
  }
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
