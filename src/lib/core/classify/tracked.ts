import {wordCount} from './clean.js'
import {phaseOf} from './phase.js'
import {isImperative} from './words.js'

/** An issue that a line names and nothing else, but for its title behind it: `#2`, `GH-2 - Login`, `owner/name#2`, an address. */
const TRACKED = /^\W*?((?:[\w.-]+\/[\w.-]+)?#[0-9]+|GH-[0-9]+|https?:\/\/[^\s()]+\/(?:issues|pull)\/[0-9]+)(?![\w/])/i
const NUMBER = /^\W*[0-9]{1,2}[.)]\s*(?=\S)/
/** A line that is one link to an issue, whatever its text. */
const LINKED = /^[^\w[]*(?:[0-9]{1,4}[.)]\s+)?(?:\[[ xX]\]\s+)?\[[^[\]]*\]\((https?:\/\/[^\s()]+\/(?:issues|pull)\/[0-9]+)[^()]*\)\W*$/

/** A reference that ends a line: alone in brackets, behind a dash or a colon, or bare. */
const LAST = /(\s[([]|\s[-–—]\s|:\s|\s)((?:[\w.-]+\/[\w.-]+)?#[0-9]{1,7}|GH-[0-9]{1,7}|https?:\/\/[^\s()]{1,200}\/(?:issues|pull)\/[0-9]{1,7})[)\]]?[\s*_.]*$/i
/** What stands before a reference that only says what the work has to do with that issue. */
const RELATION = new RegExp('(?:^|[^\\p{L}])(?:by|after|before|see|see also|cf|like|unlike|of|for|in|into|on|upon|from|to|with|without|at|than|as|per|via|since|until|till|and|or|vs|the|this|that|what|if|when|once|also'
  + '|fix(?:es|ed)?|clos(?:es?|ed)|resolv(?:es?|ed)|implements?|addresses|supersedes|replaces|reverts?|continues|extends|address|needs|requires|awaits|follows|unblocks|blocks|related|issue|issues|pr|prs|pull request|ticket|bug|colou?r'
  + '|von|nach|wie|für|siehe|aus|zu|de|después de|como|para|après|comme|pour|voir)\\W*$', 'iu')
/** A bare number this small counts things ("player #2"), and one this long is a colour. */
const NO_ISSUE = /^#(?:[0-9]|[0-9]{6,})$/

/** The issue that a line names at its end, where it says nothing of what it has to do with it. */
function namedAtEnd(title: string): string | null {
  const found = LAST.exec(title.slice(-300))
  if (found === null || title.length > 500) return null
  const before = title.slice(0, title.length - found[0].length)
  const isBare = found[1]!.trim() === ''
  if (RELATION.test(before.slice(-60)) || /#[0-9]/.test(before) || wordCount(before) === 0) return null
  return isBare && (NO_ISSUE.test(found[2]!) || (wordCount(before) === 1 && isImperative(before))) ? null : found[2]!
}

/** The issue that an item of a list is already, as it is named; null for work that is none yet. `row`: its line of the body. */
export function issueOf(title: string, row: string): string | null {
  const own = (phaseOf(title)?.title ?? title).replace(NUMBER, '')
  const named = TRACKED.exec(own.slice(0, 500)) ?? LINKED.exec(row.slice(0, 1000))
  return named?.[1] ?? namedAtEnd(own.trim())
}
