import type {Env, Io, Sink} from './io.js'

const STYLES = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const
export type StyleName = (typeof STYLES)[number]
export type Style = Record<StyleName, (text: string) => string>

/** What a view may know about where its text goes. `now` is for relative times, `width` in columns. */
export type Ui = {stdoutTty: boolean; stderrTty: boolean; color: boolean; width: number; now: Date; style: Style; errStyle: Style}

const same = (text: string): string => text
export const PLAIN: Style = {bold: same, dim: same, red: same, green: same, yellow: same, cyan: same}

/** A terminal that does not say how wide it is, and the wide page of a step summary. */
const DEFAULT_WIDTH = 80
const PAGE_WIDTH = 120

/** Colour on one stream: never with `--no-color` or NO_COLOR, then as FORCE_COLOR says, else on a terminal that is not dumb. */
export function colorOn(env: Env, tty: boolean, noColor: boolean): boolean {
  if (noColor || (env['NO_COLOR'] ?? '') !== '') return false
  const force = env['FORCE_COLOR']
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return tty && env['TERM'] !== 'dumb'
}

/** Chalk, loaded only for somebody who sees colours. */
async function styleFor(on: boolean): Promise<Style> {
  if (!on) return PLAIN
  const {Chalk} = await import('chalk')
  const chalk = new Chalk({level: 1})
  return Object.fromEntries(STYLES.map((name) => [name, (text: string) => chalk[name](text)])) as Style
}

const tty = (sink: Sink): boolean => sink.isTTY === true

export async function openUi(io: Io, noColor: boolean): Promise<Ui> {
  const [stdoutTty, stderrTty] = [tty(io.stdout), tty(io.stderr)]
  const [out, err] = [colorOn(io.env, stdoutTty, noColor), colorOn(io.env, stderrTty, noColor)]
  // a terminal without a size says 0
  const width = io.stdout.columns || DEFAULT_WIDTH
  return {stdoutTty, stderrTty, color: out, width, now: io.now(), style: await styleFor(out), errStyle: await styleFor(err)}
}

/** The ui of a page that people read and no terminal shows: aligned and relative to nothing, without colour. */
export const pageUi = (now: Date): Ui =>
  ({stdoutTty: true, stderrTty: false, color: false, width: PAGE_WIDTH, now, style: PLAIN, errStyle: PLAIN})

/** C0 and C1 controls (ESC among them) and the marks that turn the writing direction: they would act on the terminal. */
const ACTIVE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g

/** Text from outside (titles, comments, model answers) that cannot steer a terminal; newlines and tabs stay. */
export const inert = (text: string): string => text.replaceAll('\r\n', '\n').replace(ACTIVE, '')

/**
 * Text for an Actions log: the runner takes lines that start with `::` and anything after `##[` as orders, and titles come
 * from strangers. A zero-width space takes the meaning away.
 */
export const logSafe = (text: string): string => text.replace(/^(\s*):(?=:)/gm, '$1:\u200B').replaceAll('##[', '##\u200B[')
/** The same for a JSON document, where an escape leaves the value as it is. */
export const logSafeJson = (json: string): string => json.replaceAll('##[', '##\\u005b')
