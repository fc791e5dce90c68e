import {neutralise} from '../issue/text.js'
import {planHashOf, type CheckContext} from './check.js'
import type {Work} from './issue-work.js'
import {headOf, PLACE} from './part-text.js'
import type {EpicPlan} from './plan.js'

/** Beginnings of parts: the paragraphs of all descriptions, each with the one below it where that says where it stands. */
function headsIn({subtasks}: EpicPlan): Set<string> {
  const paragraphs = subtasks.flatMap(({description}) => description.split('\n\n'))
  return new Set(paragraphs.map((text, i) => (paragraphs[i + 1]?.startsWith(PLACE) === true ? `${text}\n\n${paragraphs[i + 1]!.split('\n')[0]!}` : text)))
}

/**
 * The plan that an earlier run made of the issue's own text, where it still holds: all that is open is in it, and nothing was taken out of the text
 * since. Made anew, it would be another one as soon as a box is ticked, the epic renamed or the limit changed: parts that were put together
 * would be put together otherwise, beside the sub-issues that hold them already. It is brought to the text of now; null where it holds no more.
 */
export function keptSplit(kept: EpicPlan, work: Work, {epic, hash}: Pick<CheckContext, 'epic' | 'hash'>): EpicPlan | null {
  if (kept.source !== 'issue' || kept.decision !== 'split') return null
  const heads = headsIn(kept)
  const holds = work.open.every((point) => heads.has(neutralise(headOf(point, work)).trim()))
  const isThere = kept.subtasks.every(({description}) => work.lines.has(description.split('\n')[0]!.trim()))
  if (!holds || !isThere) return null
  return kept.epic.bodySha === epic.bodySha ? kept : {...kept, epic, planHash: planHashOf(epic, kept.decision, kept.subtasks, hash)}
}
