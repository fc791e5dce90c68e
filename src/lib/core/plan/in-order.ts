import {isCompanionWork} from '../classify/companions.js'
import type {Line} from '../classify/prose.js'
import type {SplitPoint} from '../classify/split-points.js'
import {SUBTASKS_READ} from './draft.js'
import type {Surroundings} from './surroundings.js'

/** Said above a list: one after the other. */
const ORDERED = new RegExp('\\b(?:in (?:this|that|the following|the given|exactly this) (?:exact )?(?:order|sequence)|one after (?:the |an)?other|sequentially|step[- ]by[- ]step'
  + '|in dieser reihenfolge|nacheinander|dans cet ordre|en este orden)\\b', 'i')
/** Numbered steps are taken one by one; "next steps" are only what is left to do. */
const STEPS = /(?<!next )\bsteps\b/i
const NUMBERED = /^\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?[0-9]{1,3}[.)]/
/** Said by the item itself. */
const THEN = /^\W*(?:[0-9]{1,2}[.)]\s*)?(?:(?:then|after (?:that|this|which)|afterwards|once (?:that|this|it)(?:'s| is))(?=[\s,])|(?:next|last|lastly|finally)(?=[,:]))/i

/**
 * For each open piece, the pieces of its list that come before it: the one right before where the text says that the list is worked off in
 * its order or the item that it follows, all of them for tests and documentation of what they make. A number alone is no order: most lists
 * number what can be done at the same time.
 */
export function earlierInOrder(open: readonly SplitPoint[], rows: readonly string[], surroundings: ReadonlyMap<SplitPoint, Surroundings>): SplitPoint[][] {
  const lists = new Map<Line | null, {last: SplitPoint[]; made: SplitPoint[]}>()
  return open.map((piece) => {
    const lead = surroundings.get(piece)?.lead ?? null
    const list = lists.get(lead) ?? {last: [], made: []}
    const {last} = list
    lists.set(lead, list)
    list.last = [piece]
    if (isCompanionWork(piece.title)) return [...list.made]
    if (list.made.length < SUBTASKS_READ) list.made.push(piece)
    const told = lead?.plain.slice(0, 500) ?? ''
    const isStep = STEPS.test(told) && NUMBERED.test(rows[piece.rows.from]!.slice(0, 40))
    return isStep || ORDERED.test(told) || THEN.test(piece.title.slice(0, 60)) ? last : []
  })
}
