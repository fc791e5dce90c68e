// A model that errs: answers that cannot be read, or that name issues which are none of its business.
import {createHash} from 'node:crypto'

/** A number from 0 to 1 that is the same for the same words. */
const draw = (words) => createHash('sha256').update(words).digest().readUInt32BE() / 2 ** 32

/** What the sandbox holds besides the epic's children: an issue of somebody else's, and the epic itself; 999 does not exist. */
export const STRANGER = 1
export const EPIC = 2
const WRONG = [STRANGER, EPIC, 999]

const STRANGERS = {
  analysis: {[STRANGER]: 'it is the cause'},
  strategies: {
    [STRANGER]: {action: 'retry_different', guidance: 'do it again', reason: 'wrong'},
    [EPIC]: {action: 'skip', guidance: '', reason: 'wrong'},
  },
  routedContext: WRONG.map((issue) => ({issue, context: 'for somebody else'})), skip: WRONG.map((issue) => ({issue, reason: 'wrong'})),
  waves: [WRONG], learnings: [],
}

/** How one answer comes: as it is, in words that hold no decision, or about strangers. */
const KINDS = ['right', 'prose', 'strangers']
/** More calls than any epic here makes. */
const CALLS = 8

/** The kinds of the first answers of a scenario where a share `rate` of them is wrong, half of each error. */
export const kindsOf = (scenario, rate, seed) => Array.from({length: CALLS}, (_, call) => {
  const words = `${seed} ${scenario} ${call}`
  return KINDS[draw(words) >= rate ? 0 : draw(`${words} kind`) < 0.5 ? 1 : 2]
})

/** The text of an answer of this kind. */
export function said(answer, kind) {
  switch (kind) {
    case 'right': return JSON.stringify(answer)
    case 'prose': return 'I would look at the failures again and {try} once more.'
    case 'strangers': return JSON.stringify(STRANGERS)
    default: throw new Error(`no answer comes as ${kind}`)
  }
}
