import {PilotError} from '../../errors.js'

/**
 * One thing wrong with the configuration. `line` is null where the file has no line for it; `meant` is what the person
 * probably wanted to write. `message` is the finished line of a report.
 */
export type Problem = {
  file: string; line: number | null; key: string; seen: string; expected: string; meant: string | null; message: string
}

/** What stands for a file name where a flag is wrong. */
export const COMMAND_LINE = 'command line'
/** Enough to start with, and still one screen. */
const SHOWN = 20
const SEEN_CHARS = 60

export function problem(p: Omit<Problem, 'message' | 'meant'> & {meant?: string | undefined}): Problem {
  const where = p.line === null ? p.file : `${p.file}:${p.line}`
  const hint = p.meant === undefined ? '' : ` (did you mean ${p.meant}?)`
  const key = printable(p.key) || '(file)'
  const seen = printable(p.seen, SEEN_CHARS * 2)
  return {...p, key, seen, meant: p.meant ?? null, message: `${where} ${key}: expected ${p.expected}, saw ${seen}${hint}`}
}

/** A value in a report: short, on one line, and never a secret that was written in the wrong place. */
export function show(value: unknown, key = ''): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'string') return 'a map'
  if (key.endsWith('.api_key_env')) return 'something else (not shown: it may be a key)'
  if (/\/\/[^\s/]*@/.test(value)) return 'a URL with credentials'
  return JSON.stringify(printable(value))
}

const printable = (text: string, chars = SEEN_CHARS): string => {
  const clean = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, ' ')
  return clean.length > chars ? `${clean.slice(0, chars - 1)}…` : clean
}

/** Everything that is wrong, in one error; `problems` has all of it, the message what fits on a screen. */
export class InvalidConfig extends PilotError {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    const rest = problems.length - SHOWN
    const lines = [...problems.slice(0, SHOWN).map((p) => `  ${p.message}`), ...(rest > 0 ? [`  … and ${rest} more`] : [])]
    const head = `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`
    super('INVALID_CONFIG', [head, ...lines].join('\n'), suggestionsFor(problems))
    this.problems = problems
  }
}

function suggestionsFor(problems: readonly Problem[]): string[] {
  const renames = problems.flatMap(({key, meant}) => meant === null ? [] : [`at ${key} write ${meant}`])
  const first = problems.find(({file}) => file !== COMMAND_LINE)
  const edit = first === undefined ? [] : [`edit ${first.line === null ? first.file : `${first.file}:${first.line}`}`]
  return [...renames.slice(0, 5), ...edit, 'pilot doctor']
}
