/** Text as JSON; undefined, which no schema here accepts, for what is none: files and answers that somebody edited are an expected case. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
