import {appendFile, stat} from 'node:fs/promises'
import type {Env} from './io.js'

/** Figures for later steps. `null` is written as an empty value, so that a step can tell "unknown" from 0. */
export type Outputs = Readonly<Record<string, string | number | boolean | null>>

/** GitHub drops a step's whole summary when it is larger. */
const SUMMARY_LIMIT = 1024 * 1024
const CUT = '\n\n*The rest was cut: a step summary holds 1 MiB.*\n'
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/

export const underActions = (env: Env): boolean => env['GITHUB_ACTIONS'] === 'true'

/** A fenced block that its own text cannot close. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}\n`
}

/**
 * `name=value` pairs in the heredoc form of $GITHUB_OUTPUT. The delimiter is unpredictable and occurs in no value, so text
 * from an issue cannot add an output of its own.
 */
export function outputLines(outputs: Outputs, random: () => string): string {
  return Object.entries(outputs).map(([name, raw]) => {
    if (!NAME.test(name)) throw new TypeError(`not a name for an output: ${JSON.stringify(name)}`)
    const value = raw === null ? '' : String(raw)
    let delimiter = `pilot_${random()}`
    while (value.includes(delimiter)) delimiter = `pilot_${random()}`
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
  }).join('')
}

/** At most `limit` bytes of UTF-8, cut between characters, with a note when something is missing. */
export function capped(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return text
  const room = limit - Buffer.byteLength(CUT)
  if (room <= 0) return ''
  // {stream: true} holds back the bytes of a character that was cut in the middle
  return new TextDecoder().decode(bytes.subarray(0, room), {stream: true}) + CUT
}

/** Append to the step's summary and outputs, as far as the runner offers them. Earlier commands of the step count to the limit. */
export async function writeActionsOutput(env: Env, summary: string, outputs: Outputs, random: () => string): Promise<void> {
  const [page, figures] = [env['GITHUB_STEP_SUMMARY'], env['GITHUB_OUTPUT']]
  if (page) await appendFile(page, capped(`${summary}\n`, SUMMARY_LIMIT - await sizeOf(page)))
  if (figures) await appendFile(figures, outputLines(outputs, random))
}

const sizeOf = (file: string): Promise<number> => stat(file).then(({size}) => size, (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return 0
  throw error
})
