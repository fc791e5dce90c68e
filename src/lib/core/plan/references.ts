import {PHASE_WORD_ABROAD} from '../classify/phase.js'

/** Words for one part of a plan, in the languages that models were seen to answer in. */
export const PART_WORD = `sub[- ]?tasks?|sub[- ]?issues?|tasks?|steps?|phases?|parts?|stages?|issues?|tickets?|milestones?|work ?items?|pr|${PHASE_WORD_ABROAD}`

const ONE = `(?:(?:${PART_WORD})\\s*)?#?[0-9]{1,3}(?![\\w.%])`
const JOIN = '\\s*(?:,\\s*and|,|;|&|\\+|/|、|and|und|et|y|と|[-–—]|to|bis)\\s*'
const LIST = `${ONE}(?:${JOIN}${ONE}){0,30}`
const AFTER = 'depends? (?:up)?on|dependent on|depending on|dependencies|blocked by|after|requires|needs|prerequisites?|hängt (?:ab )?von|abhängig von|nach|依存'
const NONE = /^\W*(?:none|nothing|no(?:ne)? dependenc(?:y|ies)|n\/?a|nil|null|keine?|aucune?|ninguna?|なし|无)?\W*$/i

/** The numbers of `1, 2`, `#1 and #2`, `tasks 1–3`; ranges are filled. */
export function numbersIn(text: string): number[] {
  const out: number[] = []
  for (const match of text.matchAll(/([0-9]{1,3})(?:\s*(?:[-–—]|to|bis)\s*(?:[^\s\d]{1,12}\s*)?#?([0-9]{1,3}))?(?![\w%])/g)) {
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])]
    for (let n = from; n <= Math.min(to, from + 50); n++) out.push(n)
  }
  return [...new Set(out)]
}

/** The words of a text, to be compared. */
export const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

/**
 * The orders that the value of a dependency field names, by number or by title; `left` when it names something else, for the reader to keep.
 * `titles`: of all subtasks, in order, as `plain` leaves them.
 */
export function referencesIn(value: string, self: number, titles: readonly string[]): {orders: number[]; left: boolean} {
  if (NONE.test(value)) return {orders: [], left: false}
  const words = plain(value)
  const named = titles.flatMap((title, i) => (title !== '' && i + 1 !== self && words.includes(title) ? [i + 1] : []))
  const all = /\b(?:all|every|alle|tou(?:te)?s)\b.{0,20}\b(?:previous|above|earlier|prior|vorherigen|others?)\b|\b(?:previous|prior|preceding)\b/i.test(value)
  if (all && self > 1) return {orders: /\ball|every|alle/i.test(value) ? Array.from({length: self - 1}, (_, i) => i + 1) : [self - 1], left: false}
  const numbers = named.length > 0 ? named : numbersIn(value.replace(/\b[\w.-]+\/[\w./-]+|\bv?\d+\.\d[\w.]*/g, ' '))
  const inside = numbers.filter((n) => n >= 1 && n <= titles.length && n !== self)
  return {orders: inside, left: inside.length === 0 || inside.length < numbers.length}
}

const BRACKETED = new RegExp(`\\s*[([]\\s*(?:${AFTER})\\s*[:：]?\\s*(${LIST})\\s*[)\\]]`, 'iu')
const SPOKEN = new RegExp(`\\b(?:depends (?:up)?on|dependent on|blocked by|after|requires|needs)\\s+((?:${PART_WORD})\\s*#?[0-9]{1,3}(?:${JOIN}${ONE}){0,30})`, 'iu')
const STATED = new RegExp(`^\\W*(?:(?:${PART_WORD})\\s*)?#?([0-9]{1,3})\\W{0,6}\\s(?:${AFTER}|is blocked by)\\s*:?\\s+(${LIST})\\W*$`, 'iu')

/** A title without its `(depends on 1, 2)`, and the numbers of it. */
export function bracketed(title: string): {title: string; numbers: number[]} {
  const found = BRACKETED.exec(title)
  return found === null ? {title, numbers: []} : {title: title.replace(found[0], '').trim(), numbers: numbersIn(found[1]!)}
}

/** The numbers that a sentence names: "… after task 2", "(depends on #1)". */
export const spoken = (line: string): number[] => [BRACKETED, SPOKEN].flatMap((pattern) => numbersIn(pattern.exec(line.slice(0, 2000))?.[1] ?? ''))

/** A line of a list of dependencies: "Subtask 3 depends on 1 and 2". */
export function stated(line: string): {order: number; on: number[]} | undefined {
  const found = STATED.exec(line.slice(0, 400))
  return found === null ? undefined : {order: Number(found[1]), on: numbersIn(found[2]!)}
}
