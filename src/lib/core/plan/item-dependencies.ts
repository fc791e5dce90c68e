import {PHASE_WORD} from '../classify/phase.js'
import {closing} from './closing.js'
import {bracketed, plain, referencesIn, spoken} from './references.js'

/** One item of a list as the issue has it. `row` is its line with its marker, `lines` what it says, its title first. */
export type Item = {row: string; lines: readonly string[]}

/** The number that an item gives itself: `2. …`, `- [ ] 2) …`, `## Phase 2`. */
const OWN = new RegExp(`^[\\s#*_(（+-]*(?:\\[[ xX]\\]\\s+)?[*_(（]*(?:([0-9]{1,3})[.)）:、．]|(?:${PHASE_WORD})\\s*#?([0-9]{1,3})(?!\\w))`, 'i')
const FIELD = /^\W*(?:depends on|dependencies|blocked by)\W{0,4}[:：]\W{0,4}(.*)$/i
/** `#12` is an issue, not the twelfth item. */
const ISSUE = /(?:\b(?:issue|pr|ticket)\s*)?(?:\b[\w.-]+\/[\w.-]+)?#[0-9]+/gi

const ISSUE_IN_BRACKETS = /[([][^()[\]]*#[0-9][^()[\]]*[)\]]/

const numberOf = ({row}: Item): number | null => {
  const found = OWN.exec(row.slice(0, 200))
  return found === null ? null : Number(found[1] ?? found[2])
}

/** A title without its `(depends on 1)`. */
export function withoutDependencies(title: string): string {
  return ISSUE_IN_BRACKETS.test(title) ? title : bracketed(title).title
}

/**
 * For each item of one list, the places (from 0) of the items that must come before it, as its own text says: `(depends on 1)`, `after task 2`,
 * `Depends on: the table`. Numbers are those that the items give themselves, else their places. In a sentence only an earlier item is meant.
 */
export function dependenciesOf(items: readonly Item[]): number[][] {
  const numbers = items.map(numberOf)
  const given = numbers.some((number) => number !== null)
  const placeOf = (n: number): number => (given ? numbers.indexOf(n) : n - 1)
  const titles = items.map(({lines}) => plain(lines[0] ?? ''))
  return items.map(({lines}, self) => {
    const found = new Set<number>()
    for (const line of lines) {
      const text = line.slice(0, 2000).replace(ISSUE, ' ')
      const sure = bracketed(text).numbers.map(placeOf)
      const field = FIELD.exec(text)?.[1]
      const named = field === undefined ? [] : referencesIn(field, self + 1, titles).orders.map((n) => (/[0-9]/.test(field) ? placeOf(n) : n - 1))
      const said = field === undefined ? [...spoken(text), ...closing(text).numbers].map(placeOf).filter((place) => place < self) : []
      for (const place of [...sure, ...named, ...said]) if (place >= 0 && place < items.length && place !== self) found.add(place)
    }
    return [...found].sort((a, b) => a - b)
  })
}
