/** The lines of a plan's text, and whether each belongs to a code block, its fences included. */
export function withCode(lines: readonly string[]): {line: string; isCode: boolean}[] {
  let fenced = false
  return lines.map((line) => {
    const isFence = /^\s*(?:```|~~~)/.test(line)
    const isCode = fenced || isFence
    if (isFence) fenced = !fenced
    return {line, isCode}
  })
}
