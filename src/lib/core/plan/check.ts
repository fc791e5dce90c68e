import {directoriesIn, directoryOf, singlePackage} from '../classify/packages.js'
import {safeJson} from '../issue/marker.js'
import {MAX_BODY} from '../issue/text.js'
import {cleanDraft, cleanText, CRITERIA_MAX, CRITERION_MAX, DESCRIPTION_MAX} from './clean-draft.js'
import {SUBTASKS_READ, type PlanDraft, type SubtaskDraft} from './draft.js'
import {foldVerifyOnly, mergeTail} from './fold.js'
import {cycleIn, topological} from './graph.js'
import {touchSame} from './overlap.js'
import {keyOf, wordsOf} from './key.js'
import type {Hash} from './plan-inputs.js'
import type {EpicPlan, Subtask} from './plan.js'
import {isPlaceholder} from './prompt.js'
import {wavesOf} from './waves.js'

export type CheckContext = {
  epic: EpicPlan['epic']; base: EpicPlan['base']; maxSubtasks: number
  /** who wrote the draft */
  source: EpicPlan['source']
  hash: Hash
}
export type CheckedPlan = {ok: true; plan: EpicPlan} | {ok: false; problems: string[]}

/** What a plan comment needs besides the plan: its first lines, the fence, and usage and cost, which are filled in later. Characters. */
const COMMENT_ROOM = 2000

/** Nothing is cut to fit: an agent would build the wrong thing from half a description. */
function tooLong({order, description, acceptance}: SubtaskDraft): string[] {
  return [
    ...(description.length > DESCRIPTION_MAX ? [`subtask ${order} has a description of ${description.length} characters: at most ${DESCRIPTION_MAX} fit`] : []),
    ...(acceptance.length > CRITERIA_MAX ? [`subtask ${order} has ${acceptance.length} acceptance criteria: at most ${CRITERIA_MAX}`] : []),
    ...(acceptance.some((line) => line.length > CRITERION_MAX) ? [`subtask ${order} has an acceptance criterion of more than ${CRITERION_MAX} characters`] : []),
  ]
}

/** What only the author of the draft can mend. */
function problemsOf({subtasks}: PlanDraft): string[] {
  if (subtasks.length > SUBTASKS_READ) return [`${subtasks.length} subtasks: at most ${SUBTASKS_READ} are read`]
  const orders = subtasks.map((subtask) => subtask.order)
  const problems = orders.filter((order, i) => orders.indexOf(order) !== i).map((order) => `order ${order} is used more than once`)
  for (const subtask of subtasks) {
    const {order, title, description, dependsOn} = subtask
    if (title === '') problems.push(`subtask ${order} has no title`)
    if (isPlaceholder(title)) problems.push(`subtask ${order} has the placeholder of the question as its title`)
    problems.push(...tooLong(subtask))
    if (description === '') problems.push(`subtask ${order} has an empty description`)
    const unknown = dependsOn.filter((dependency) => !orders.includes(dependency))
    problems.push(...unknown.map((dependency) => `subtask ${order} depends on ${dependency}, which is not in the plan`))
  }
  const cycle = cycleIn(subtasks)
  if (cycle !== null) problems.push(`subtasks depend on each other in a circle: ${[...cycle, cycle[0]].join(' → ')}`)
  return [...new Set(problems)]
}

/** Orders 1..n in dependency order; what may change the same file waits for the earlier one. */
function numbered(subtasks: readonly SubtaskDraft[]): SubtaskDraft[] {
  const place = new Map(subtasks.map((subtask, i) => [subtask.order, i + 1]))
  return subtasks.map((subtask, i) => {
    const given = subtask.dependsOn.map((order) => place.get(order)!)
    const shared = subtasks.slice(0, i).flatMap((other, j) => (touchSame(other.touches, subtask.touches) ? [j + 1] : []))
    return {...subtask, order: i + 1, dependsOn: [...new Set([...given, ...shared])].sort((a, b) => a - b)}
  })
}

/** The package that every subtask says it stays in, or null: one that names no place could be anywhere. */
function onlyPackage(subtasks: readonly SubtaskDraft[]): string | null {
  const places = subtasks.map(({touches, title, description}) =>
    touches.length > 0 ? touches.map(directoryOf) : directoriesIn(`${title}\n${description}`))
  if (places.some((list) => list.length === 0 || list.includes(null))) return null
  return singlePackage([...new Set(places.flat().filter((place) => place !== null))])
}

/** Each with its key; a repeated title is told apart by its rank among its like. */
function withKeys(subtasks: readonly SubtaskDraft[], epic: number, hash: Hash): Subtask[] {
  const used = new Map<string, number>()
  return subtasks.map((subtask) => {
    const words = wordsOf(subtask.title)
    const rank = (used.get(words) ?? 0) + 1
    used.set(words, rank)
    return {...subtask, key: keyOf(epic, subtask.title, rank, hash)}
  })
}

/** Twelve digits over what the plan says; JSON of fixed key order, so that the same plan has the same hash everywhere. */
export function planHashOf(epic: EpicPlan['epic'], decision: EpicPlan['decision'], subtasks: readonly Subtask[], hash: Hash): string {
  const canonical = subtasks.map((s) => [s.order, s.key, s.title, s.description, s.acceptance, s.dependsOn, s.touches, s.complexity])
  return hash(JSON.stringify([epic.number, epic.bodySha, decision, canonical])).slice(0, 12)
}

/**
 * A draft as a plan that can be carried out, or everything that is wrong with it. Mended here: order, numbering and titles, subtasks that
 * only verify, a tail beyond the limit, and dependencies between subtasks that touch the same file. Work that lies in one package, or is
 * one piece, is not split. `usage` and `costUsd` are left unknown for the caller to fill in.
 */
export function checkPlan(raw: PlanDraft, context: CheckContext): CheckedPlan {
  const draft = cleanDraft(raw)
  const single = (reason: string): CheckedPlan => ({ok: true, plan: planOf(draft, context, 'single', reason, [])})
  if (draft.decision === 'single') return single(draft.reason === '' ? 'planned as one piece of work' : draft.reason)
  if (draft.subtasks.length === 0) return {ok: false, problems: ['the plan has no subtasks and does not say that the work is single']}
  const problems = problemsOf(draft)
  if (problems.length > 0) return {ok: false, problems}
  const subtasks = numbered(mergeTail(foldVerifyOnly(topological(draft.subtasks)), context.maxSubtasks))
  const only = onlyPackage(subtasks)
  if (subtasks.length < 2) return single('only one piece of work is left after checking')
  if (only !== null) {
    const steps = subtasks.map(({title}) => title).join('; ')
    return single(cleanText(`everything touches one package: ${only} (the steps: ${steps})`, 2000))
  }
  const grown = subtasks.flatMap(tooLong)
  if (grown.length > 0) return {ok: false, problems: grown.map((problem) => `${problem}, after ${draft.subtasks.length} subtasks became ${subtasks.length}`)}
  const told = subtasks.map((subtask) => ({...subtask, description: [subtask.description, draft.context ?? ''].join('\n\n').trim()}))
  const plan = planOf(draft, context, 'split', draft.reason, withKeys(told, context.epic.number, context.hash))
  const length = safeJson(plan).length
  if (length > MAX_BODY - COMMENT_ROOM) return {ok: false, problems: [`the plan is ${length} characters long: at most ${MAX_BODY - COMMENT_ROOM} fit into a comment`]}
  return {ok: true, plan}
}

function planOf(draft: PlanDraft, {epic, base, hash, source}: CheckContext, decision: EpicPlan['decision'], reason: string,
  subtasks: Subtask[]): EpicPlan {
  return {
    version: 1, epic, base, decision, reason, effort: draft.effort, planHash: planHashOf(epic, decision, subtasks, hash), source, subtasks,
    waves: wavesOf(subtasks), usage: null, costUsd: null,
  }
}
