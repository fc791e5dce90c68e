import {isCompanionWork} from '../classify/companions.js'
import {phaseOf} from '../classify/phase.js'
import type {Line} from '../classify/prose.js'
import type {SplitPoint} from '../classify/split-points.js'
import {SUBTASKS_READ} from './draft.js'
import {withImplied} from './graph.js'
import type {Work} from './issue-work.js'

/** Said above a list: one after the other. */
const ORDERED = new RegExp('\\b(?:in (?:this|that|the following|the given|exactly this) (?:exact )?(?:order|sequence)|one after (?:the |an)?other|sequentially|step[- ]by[- ]step'
  + '|in dieser reihenfolge|nacheinander|dans cet ordre|en este orden)\\b', 'i')
/** Numbered steps are taken one by one; "next steps" are only what is left to do. */
const STEPS = /(?<!next )\bsteps\b/i
const NUMBERED = /^\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?[0-9]{1,3}[.)]/
/** Said by the item itself. */
const THEN = /^\W*(?:[0-9]{1,2}[.)]\s*)?(?:(?:then|after (?:that|this|which)|afterwards|once (?:that|this|it)(?:'s| is))(?=[\s,])|(?:next|last|lastly|finally)(?=[,:]))/i

/**
 * For each open piece, the ones that come before it: the one right before where the text says that the list is worked off in
 * its order or the item that it follows. Tests and documentation wait for all that their list makes, and in a list of their own for all that is made above
 * it. A number alone is no order: most lists number what can be done at the same time.
 */
function earlierInOrder({open, rows, around: {surroundings}}: Work): SplitPoint[][] {
  const lists = new Map<Line | null, {last: SplitPoint[]; made: SplitPoint[]}>()
  const made: SplitPoint[] = []
  return open.map((piece) => {
    const lead = surroundings.get(piece)?.lead ?? null
    const list = lists.get(lead) ?? {last: [], made: []}
    const {last} = list
    lists.set(lead, list)
    list.last = [piece]
    if (isCompanionWork(piece.title)) return [...list.made.length > 0 ? list.made : made]
    for (const each of [list.made, made]) each.push(piece)
    const told = lead?.plain.slice(0, 500) ?? ''
    const isStep = STEPS.test(told) && NUMBERED.test(rows[piece.rows.from]!.slice(0, 40))
    return isStep || ORDERED.test(told) || THEN.test(piece.title.slice(0, 60)) ? last : []
  })
}

/**
 * Orders of what each point waits for: what its text says; and where that leaves it open, a phase for the phase before it, and what is said of
 * its list. Nothing is implied in lists that are too long for a plan.
 */
export function ordersBefore(work: Work): number[][] {
  const {open, before} = work
  const places = new Map(open.map((point, i) => [point, i]))
  const placesOf = (points: readonly SplitPoint[]): number[] => [...new Set(points.flatMap((point) => places.get(point) ?? []))]
  const said = open.map((point) => placesOf(before.get(point) ?? []))
  if (open.length > SUBTASKS_READ) return said.map((list) => list.map((place) => place + 1))
  let phase: SplitPoint[] = []
  const implied = earlierInOrder(work).map((earlier, i) => {
    const isPhase = phaseOf(open[i]!.title) !== null
    const last = isPhase ? phase : []
    if (isPhase) phase = [open[i]!]
    return placesOf([...earlier, ...last])
  })
  return withImplied(said, implied).map((list) => list.map((place) => place + 1))
}
