import {z} from 'zod'
import type {Complexity} from '../core/config/words.js'
import type {Advice} from '../core/decide/applied.js'
import {spawnPlanSchema} from '../core/route/spawn-plan.js'
import {historyWith} from '../core/route/urge.js'
import {awaitsPull} from '../core/run/admission.js'
import {countedAnew, startsInVain} from '../core/run/attempt-log.js'
import {nextAttemptNumber} from '../core/run/attempt.js'
import {FAILURES, FAILURE_CLASSES, codeOf, remediesFor} from '../core/run/failure.js'
import {branchOf} from '../core/run/branch.js'
import {machineFault} from '../core/run/machine-fault.js'
import {needsHuman} from '../core/run/settled-labels.js'
import {onceHandled} from '../core/issue/labels.js'
import {rungAfter, whyNoMore} from '../core/retry/ladder.js'
import type {Action} from '../core/action.js'
import {PilotError, STATUSES} from '../errors.js'
import {attemptIssue, type Attempted} from './attempt/attempt.js'
import {LEFT_OPEN, wouldRun} from './attempt/dry-run.js'
import {putAttempts} from './attempt/publish.js'
import {runDir} from './attempt/run.js'
import {glance, preview, readTask, type Task} from './attempt/task.js'
import {isUnsettled, publishVerified, settleVerified} from './attempt/resume.js'
import {readAdvice} from './advice.js'
import {apply} from './apply.js'
import {complexityOf} from './complexity.js'
import type {Booking} from './gate.js'
import {underClaim, would} from './guard.js'
import {payerFor} from './payer.js'
import {whyNotReady} from './ready.js'
import {memoryOnce} from './snapshot.js'
import type {World} from './world.js'

export const executeItemSchema = z.strictObject({
  issue: z.int(), status: z.enum(STATUSES), reason: z.string(), attempt: z.int().nullable(), branch: z.string(), pr: z.int().nullable(),
  headSha: z.string().nullable(), failure: z.enum(FAILURE_CLASSES).nullable(), costUsd: z.number().nullable(),
  /** calls of unknown cost, which `costUsd` lacks; absent: none */
  unpricedCalls: z.int().optional(),
  /** one line a write that was made, or with --dry-run would be made */
  actions: z.array(z.string()),
  /** with --dry-run: what would be spawned where nothing goes wrong, as `route` prints it */
  plans: z.array(spawnPlanSchema).optional(),
  /** what keeps the issue from being done, with the next command to type */
  error: z.strictObject({code: z.string(), message: z.string(), suggestions: z.array(z.string()), retryable: z.boolean()}).nullable(),
})
/** What became of one issue in `execute` and `retry`. */
export type ExecuteItem = z.infer<typeof executeItemSchema>

/** What `retry` adds to an execution: label moves under the claim, and guidance for the prompt. */
export type Dispatch = {onClaimed: (task: Task) => {before: readonly Action[]; onStarted: readonly Action[]} | PilotError; guidance: string}
const PLAIN: Dispatch = {onClaimed: () => ({before: [], onStarted: []}), guidance: ''}

export type Outline = {
  /** `epic` null: whoever pays is looked up */
  booking: Booking; complexity?: Complexity; dispatch?: Dispatch
  /** the issue as the caller has just read it */
  first?: Task
}

/**
 * Runs one issue to a pull request, or says why not. Done already is `noop`; everything that was decided before the claim is decided
 * again under it. Expected errors become the item; anything else is a bug and passes through.
 */
export async function executeIssue(world: World, number: number, outline: Outline): Promise<ExecuteItem> {
  try {
    const task = outline.first ?? await preview(world, await glance(world, number))
    const early = before(task, outline)
    if (early !== undefined && (world.dryRun || !isUnsettled(task))) return early
    const memoryOf = memoryOnce(world)
    const complexity = outline.complexity ?? await complexityOf(world, task.issue, memoryOf)
    const booking = {...outline.booking, epic: outline.booking.epic ?? await payerFor(world, task.issue, task.ancestors)}
    // what is paid for and only waits for its pull request costs nothing more
    const unready = awaitsPull(task) ? null : await notReady(world, task, {complexity, epic: booking.epic, advice: await readAdvice(world, task, memoryOf)})
    if (unready !== null) return unready
    if (world.dryRun) return await dryRun(world, task, {...outline, complexity}, memoryOf)
    return await underClaim(world, number, async (held, claim) => {
      const fresh = await readTask(held, number, task)
      if (isUnsettled(fresh)) await settleVerified(held, fresh)
      return before(fresh, outline) ?? (await resume(held, fresh)) ?? execute(held, claim, fresh, {...outline, booking, complexity, memoryOf})
    })
  } catch (error) {
    const known = machineFault(error) ?? error
    if (!(known instanceof PilotError) || known.code === 'INTERNAL') throw error
    return failedItem(number, known)
  } finally {
    // not at the command's end: what is not spent here may be what the next issue needs
    await world.purse.settle(number)
    world.report.activity({kind: 'over', issue: number})
  }
}

/** An issue that could not be worked on, or not to the end. */
export const failedItem = (issue: number, error: PilotError, of: Partial<ExecuteItem> = {}): ExecuteItem =>
  item(issue, {...of, status: error.status, reason: error.message, error: error.toJSON()})

export const item = (issue: number, of: Partial<ExecuteItem> & Pick<ExecuteItem, 'status' | 'reason'>): ExecuteItem =>
  ({issue, attempt: null, branch: branchOf(issue), pr: null, headSha: null, failure: null, costUsd: null, actions: [], error: null, ...of})

/** What admission says without a run; undefined = go. The ladder's own dispatch is a step of it; anything else stops where it ends. */
function before({issue, attempts, admission}: Task, {dispatch}: Outline): ExecuteItem | undefined {
  const n = issue.number
  switch (admission.kind) {
    case 'go': {
      const why = dispatch === undefined ? whyNoMore(issue.labels, attempts) : null
      if (why !== null) throw new PilotError('RETRIES_EXHAUSTED', `#${n}: ${why}, and its retry labels stand: a further attempt is \`pilot retry\`'s to give`, [`pilot retry ${n}`, `pilot logs ${n}`])
      return undefined
    }
    case 'noop': return item(n, {status: 'noop', reason: admission.reason, pr: admission.pr})
    case 'stop': throw admission.error
  }
}

/** A commit that was verified, reviewed and pushed before a crash needs its pull request only. */
async function resume(world: World, task: Task): Promise<ExecuteItem | undefined> {
  const published = await publishVerified(world, task)
  if (published === undefined) return undefined
  const {pr, headSha, attempt} = published
  return item(task.issue.number, {status: 'done', reason: `pull request #${pr} opened for the commit verified before`, pr, headSha, attempt, ...costOf(published)})
}

async function execute(world: World, claim: Parameters<typeof attemptIssue>[1], task: Task, outline: Outline & {complexity: Complexity; memoryOf: ReturnType<typeof memoryOnce>}): Promise<ExecuteItem> {
  const {issue} = task
  if (startsInVain(task.attempts)) {
    // the last run died before it said so; whoever takes the label off begins to count anew
    await world.issues.addLabels(issue.number, ['pilot-needs-human'])
    await putAttempts(world, issue.number, countedAnew(task.attempts), task.attemptsComment)
    throw new PilotError('NEEDS_HUMAN', `#${issue.number}: three starts in a row ended before the work did`, [`pilot logs ${issue.number}`, onceHandled(issue)])
  }
  const dispatch = (outline.dispatch ?? PLAIN).onClaimed(task)
  if (dispatch instanceof PilotError) throw dispatch
  const moved = await apply(world, dispatch.before)
  const advice = await readAdvice(world, task, outline.memoryOf)
  const ended = await attemptIssue(world, claim, task, {
    complexity: outline.complexity, booking: outline.booking, guidance: outline.dispatch?.guidance ?? '', advice, onStarted: dispatch.onStarted, rung: rungAfter(task.issue.labels, dispatch.before),
  })
  return {...itemOf(task, ended), actions: moved}
}

const costOf = ({costUsd, unpriced}: Pick<Attempted, 'costUsd' | 'unpriced'>): Pick<ExecuteItem, 'costUsd' | 'unpricedCalls'> =>
  ({costUsd, ...(unpriced === 0 ? {} : {unpricedCalls: unpriced})})

function itemOf({issue}: Task, ended: Attempted): ExecuteItem {
  const {failure, pr, headSha, attempt} = ended
  const cost = costOf(ended)
  if (ended.stopped !== undefined) return failedItem(issue.number, keptFor(ended.stopped, issue.number, pr), {attempt, pr, headSha, ...cost})
  if (failure === null) return item(issue.number, {status: 'done', reason: `pull request #${pr}`, attempt, pr, headSha, ...cost})
  const last = ended.attempts.attempts.at(-1)
  const next = FAILURES[failure].retryable ? `pilot retry ${issue.number}`
    : last !== undefined && needsHuman(last, failure) ? onceHandled({...issue, labels: ['pilot-needs-human']}) : `pilot execute ${issue.number}`
  const error = new PilotError(codeOf(failure), ended.message, [...remediesFor(failure, issue.number), next])
  return failedItem(issue.number, error, {attempt, headSha, failure, ...cost})
}

/** The work is kept as it was verified: the next run, once a person lets it, only opens its pull request; one that was open already holds it. */
const keptFor = ({code, message, suggestions}: PilotError, issue: number, pr: number | null): PilotError =>
  new PilotError(code, `${message}; what was verified is on ${branchOf(issue)}, ${pr === null ? 'without a pull request' : `in pull request #${pr}`}`, suggestions)

/** Asked before the claim; the commit gate has a fallback, so only its routing has to be right. */
async function notReady(world: World, {issue, attempts}: Task, {complexity, epic, advice}: {complexity: Complexity; epic: number | null; advice: Advice}): Promise<ExecuteItem | null> {
  const attempt = nextAttemptNumber(attempts)
  const trial = {issue: issue.number, labels: issue.labels, complexity, history: historyWith(attempts, attempt, advice), runDir: runDir(issue.number, attempt), epic}
  const unready = await whyNotReady(world, trial, world.config.settings.review.enabled ? ['implement', 'review'] : ['implement'], ['commit'])
  return unready && failedItem(issue.number, unready.error, {failure: unready.failure})
}

/** The writes that a run would make where nothing goes wrong; the agent's own outcome cannot be known without spawning it. */
async function dryRun(world: World, task: Task, outline: Outline & {complexity: Complexity}, memoryOf: ReturnType<typeof memoryOnce>): Promise<ExecuteItem> {
  const moves = (outline.dispatch ?? PLAIN).onClaimed(task)
  if (moves instanceof PilotError) throw moves
  const {attempt, lines, plans} = await wouldRun(world, task, outline.complexity, moves, memoryOf)
  would(world, ...lines)
  return item(task.issue.number, {status: 'done', reason: `dry run: nothing was changed; ${LEFT_OPEN}`, attempt, actions: lines, plans})
}
