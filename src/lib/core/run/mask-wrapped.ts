/** A line end inside base64: `base64` makes one after 76 characters, `openssl` after 64; inside JSON it is written as two or four characters, and in an agent's log the stream is named. */
const WRAP = /(?<=[\w+/-])(?:\r|\\r)?(?:\n|\\n)(?:stderr: |[ \t])*(?=[\w+/-])/g

/**
 * Replaces what the pattern finds across such line ends by `mark`, line ends included. The pattern is looked for in the text as it would be without them:
 * one that allowed a line end behind every character would be seventy times as slow.
 */
export function maskWrapped(text: string, pattern: RegExp, mark: string): string {
  const breaks = [...text.matchAll(WRAP)].map(({0: {length}, index}) => ({index, length}))
  if (breaks.length === 0) return text
  let [joined, from] = ['', 0]
  for (const {index, length} of breaks) {
    joined += text.slice(from, index)
    from = index + length
  }
  joined += text.slice(from)

  let [out, done, before, removed] = ['', 0, 0, 0]
  /** where a place of the joined text is in the whole one; a line end at that place counts where it lies before */
  const inText = (at: number, isEnd: boolean): number => {
    for (let next = breaks[before]; next !== undefined && (isEnd ? next.index - removed < at : next.index - removed <= at); next = breaks[before]) {
      removed += next.length
      before++
    }
    return at + removed
  }
  for (const {0: {length}, index} of joined.matchAll(pattern)) {
    out += text.slice(done, inText(index, false)) + mark
    done = inText(index + length, true)
  }
  return out + text.slice(done)
}
