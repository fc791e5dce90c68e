import {nextRetry, type RetryStep} from '../core/retry/ladder.js'
import {splitInstead} from '../core/retry/split-instead.js'
import {hasLabel} from '../core/issue/labels.js'
import type {Comment} from '../core/issue/issue.js'
import type {Admission} from '../core/run/admission.js'
import {PilotError} from '../errors.js'
import {apply} from './apply.js'
import {isUnsettled} from './attempt/resume.js'
import {glance, preview, readTask, type Task} from './attempt/task.js'
import {executeIssue, failedItem, item, type ExecuteItem} from './execute.js'
import {familyAt, isEpic} from './family.js'
import type {Booking} from './gate.js'
import {underClaim, wouldUnderClaim} from './guard.js'
import {settleSplit, splitFailed} from './split.js'
import {ifThere} from './snapshot.js'
import type {World} from './world.js'

export type RetryOptions = {
  execute: boolean; /** typed by a person, as opposed to found by its label */ named: boolean; guidance: string
  /** the epic that its calls are booked on, where one is being run; absent: it is looked up */
  payer?: number
}

/** The issues that wait for a retry, oldest first. */
export async function retryReady(world: World): Promise<number[]> {
  const numbers: number[] = []
  for await (const issue of world.issues.list({state: 'open', labels: ['pilot-retry-ready']})) if (!issue.isPull) numbers.push(issue.number)
  return numbers
}

/** Moves one failed issue up the ladder and dispatches it. The step is decided under the claim, so a lost race changes nothing. */
export async function retryIssue(world: World, number: number, options: RetryOptions): Promise<ExecuteItem> {
  try {
    const seen = await glance(world, number)
    const task = await preview(world, seen)
    const step = stepOf(task, options)
    const booking: Booking = {command: 'retry', epic: options.payer ?? null}
    // a retry that passed and died before it told so is finished, whatever the ladder says
    const passed = task.attempts.attempts.at(-1)?.outcome === 'passed' && task.admission.kind !== 'stop' && step.outcome !== 'stop'
    if (passed && (task.admission.kind === 'go' || isUnsettled(task))) return await executeIssue(world, number, {booking, first: task})
    if (task.admission.kind === 'noop') return doneAlready(number, task.admission)
    if (step.outcome === 'noop') return item(number, {status: 'noop', reason: step.reason})
    const {retry, decompose} = world.config.settings
    const why = splitInstead(task.issue, task.attempts, retry.decompose_on_kill, {maxSubtasks: decompose.max_subtasks, hash: world.hash})
    const family = hasLabel(task.issue.labels, 'no-decompose') ? null : await familyAt(world, seen)
    // of a split that died before it made anything there is the plan alone: it is gone on with
    const isBegun = family?.plan?.source === 'issue' && family.children.length === 0 && why !== null && options.execute
    if (family !== null && isEpic(family) && !isBegun) return await settleSplit(world, family)
    if (step.outcome === 'stop') return await stop(world, task, step, options)
    if (!options.execute) return await moveOnly(world, task, options)
    if (why !== null) return await splitFailed(world, number, why)
    return await executeIssue(world, number, {
      booking, first: task,
      dispatch: {
        guidance: options.guidance,
        onClaimed: (fresh) => {
          const now = stepOf(fresh, options)
          if (fresh.planned && !hasLabel(fresh.issue.labels, 'no-decompose')) return changed(number)
          if (now.outcome === 'dispatch') return {before: now.before, onStarted: now.afterStart}
          return new PilotError(now.code ?? 'WAITING', `#${number}: ${now.reason}`, [`pilot status ${number}`])
        },
      },
    })
  } catch (error) {
    if (!(error instanceof PilotError) || error.code === 'INTERNAL') throw error
    return failedItem(number, error)
  }
}

const stepOf = ({issue, attempts}: Task, {named}: RetryOptions): RetryStep =>
  nextRetry({issue: issue.number, labels: issue.labels, attempts, closed: issue.state === 'closed', named})

const doneAlready = (number: number, {reason, pr}: Extract<Admission, {kind: 'noop'}>): ExecuteItem => item(number, {status: 'noop', reason, pr})
const changed = (number: number): PilotError => new PilotError('WAITING', `#${number} changed while it was read; run the command again`, [`pilot retry ${number}`])

/** The end of the ladder: labels on, one comment on the parent, then the rest off; a crash in between is finished by the next run. */
async function stop(world: World, task: Task, step: RetryStep, options: RetryOptions): Promise<ExecuteItem> {
  const number = task.issue.number
  const writes = [...step.before, ...step.afterStart]
  const refused = failedItem(number, new PilotError(step.code ?? 'RETRIES_EXHAUSTED', `#${number}: ${step.reason}`, [`pilot logs ${number}`, `pilot status ${number}`]))
  if (writes.length === 0) return refused
  if (world.dryRun) {
    return {...refused, actions: await wouldUnderClaim(world, number, async () => [
      ...await apply(world, step.before), ...step.parentComment ? await tellParent(world, task.parent ?? number, step.parentComment) : [], ...await apply(world, step.afterStart),
    ])}
  }
  return underClaim(world, number, async (held) => {
    const fresh = await readTask(held, number)
    if (fresh.admission.kind === 'noop') return doneAlready(number, fresh.admission)
    const now = stepOf(fresh, options)
    if (now.outcome !== 'stop') throw changed(number)
    const actions = await apply(held, now.before)
    if (now.parentComment) actions.push(...await tellParent(held, task.parent ?? number, now.parentComment))
    actions.push(...await apply(held, now.afterStart))
    return {...refused, actions}
  })
}

async function tellParent(world: World, parent: number, comment: {head: string; body: string}): Promise<string[]> {
  const own = await world.own()
  const before = await ifThere(world.comments.list(parent))
  if (before === null) {
    world.report.warn(`the parent #${parent} is not in this repository any more, so nobody is told there`)
    return []
  }
  const isIt = (c: Comment): boolean => own(c.author) && c.body.startsWith(comment.head)
  if (before.some(isIt)) return []
  return apply(world, [{kind: 'create-comment', issue: parent, what: 'retries exhausted', body: comment.body}])
}

/** `--no-execute`: the labels move, nothing is spawned. */
async function moveOnly(world: World, task: Task, options: RetryOptions): Promise<ExecuteItem> {
  const number = task.issue.number
  const move = (w: World, step: RetryStep): Promise<string[]> => apply(w, [...step.before, ...step.afterStart])
  const moved = ({reason, attempt}: RetryStep, actions: string[]): ExecuteItem => item(number, {status: 'done', reason, attempt, actions})
  if (world.dryRun) {
    const step = stepOf(task, options)
    return moved(step, await wouldUnderClaim(world, number, () => move(world, step)))
  }
  return underClaim(world, number, async (held) => {
    const fresh = await readTask(held, number)
    if (fresh.admission.kind === 'noop') return doneAlready(number, fresh.admission)
    const step = stepOf(fresh, options)
    if (step.outcome !== 'dispatch') throw new PilotError('WAITING', `#${number}: ${step.reason}`, [`pilot status ${number}`])
    return moved(step, await move(held, step))
  })
}
