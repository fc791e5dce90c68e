import {phaseOf} from './phase.js'

/** An issue that a line names and nothing else, but for its title behind it: `#2`, `GH-2 - Login`, `owner/name#2`, an address. */
const TRACKED = /^\W*?((?:[\w.-]+\/[\w.-]+)?#[0-9]+|GH-[0-9]+|https?:\/\/[^\s()]+\/(?:issues|pull)\/[0-9]+)(?![\w/])/i
const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** A line that is one link to an issue, whatever its text. */
const LINKED = /^[^\w[]*(?:[0-9]{1,4}[.)]\s+)?(?:\[[ xX]\]\s+)?\[[^[\]]*\]\((https?:\/\/[^\s()]+\/(?:issues|pull)\/[0-9]+)[^()]*\)\W*$/

/** The issue that an item of a list is already, as it is named; null for work that is none yet. `row`: its line of the body. */
export function issueOf(title: string, row: string): string | null {
  const named = TRACKED.exec((phaseOf(title)?.title ?? title).replace(NUMBER, '').slice(0, 500)) ?? LINKED.exec(row.slice(0, 1000))
  return named?.[1] ?? null
}
