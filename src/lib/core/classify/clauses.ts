/** What stands before the title proper: `[docs]`, `fix(ui):`, `4.0:`, `Feature request:`. */
const PREFIX = /^(?:\W*(?:\[[^[\]]{0,40}\]|\([^()]{0,40}\)|[\w.@/-]{1,30}(?:\([^()]{0,40}\))?(?: [\w.-]{1,20}){0,2}!?:(?=\s)))+\s*/
const BETWEEN = /\s*[,;]\s*(?:(?:and then|and|or|then)\s+)?|\s+(?:and(?: then)?|&|\+|plus|then|as well as)\s+/

export type Clauses = {
  /** tags, type and scope before the first word; empty when there are none */
  prefix: string
  /** the things that the title names one after the other, at least one */
  parts: readonly [string, ...string[]]
}

/** The parts of a title in lower case that commas, semicolons and "and" join: each names a thing, or says what to do with it. */
export function clausesOf(title: string): Clauses {
  const prefix = PREFIX.exec(title)?.[0] ?? ''
  const [first, ...more] = title.slice(prefix.length).split(BETWEEN).map((part) => part.trim()).filter((part) => part !== '')
  return first === undefined ? {prefix: '', parts: [title.trim()]} : {prefix, parts: [first, ...more]}
}

/** Words between a thing and where it is. */
export const PREPOSITION = /\b(?:in|into|on|at|of|for|to|from|with|within|inside|under|by|via|per|using|when|while|after|before)\b/
