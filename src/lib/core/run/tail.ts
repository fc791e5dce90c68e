/** The end of a text, at most `max` UTF-16 units, beginning with a whole line where there is one. */
export function lastLines(text: string, max: number): string {
  if (text.length <= max) return text
  const end = text.slice(-max)
  const newline = end.indexOf('\n')
  return newline === -1 || newline === end.length - 1 ? end : end.slice(newline + 1)
}
