import {jsonIn} from '../core/answer.js'
import {isWriting, type AgentMemory, type ResultEvent} from '../core/route/agents/descriptor.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import type {FailureClass} from '../core/run/failure.js'
import type {AgentOutcome} from '../core/run/outcome.js'
import type {ToldUsage} from './agent.js'
import type {ChildResult, StopReason} from './process.js'

type Exited = Extract<ChildResult, {kind: 'exited'}>
type Seen = {
  result: ResultEvent | undefined; memory: AgentMemory; told?: ToldUsage
  /** what was not as planned */
  faults?: readonly string[]
  /** the kernel killed something of this run's cgroup for lack of memory */
  outOfMemory?: boolean
}

const STOPPED: Record<Exclude<StopReason, 'settled'>, {failure: FailureClass; message: string}> = {
  timeout: {failure: 'timeout', message: 'stopped: it ran longer than its limit'},
  stall: {failure: 'stalled', message: 'stopped: it said nothing for too long'},
  budget: {failure: 'budget', message: 'stopped: it spent more than its budget'},
  interrupt: {failure: 'interrupted', message: 'interrupted'},
}

/** What a shell, a wrapper or a container in between makes of SIGKILL: 128 + 9. */
export const KILLED = 137

/** The kernel's way to kill is SIGKILL. */
const byKernel = ({killedBy, signal, exitCode}: Exited, outOfMemory: boolean): boolean =>
  outOfMemory && (killedBy === 'outside' ? signal === 'SIGKILL' : killedBy === null && exitCode === KILLED)

type Verdict = {failure: FailureClass | null; message: string}

/** Why it failed, in this order: a good result, being stopped by pilot, a bad result, a signal from outside, the exit code. */
function verdict(ended: Exited, result: ResultEvent | undefined, outOfMemory: boolean): Verdict {
  if (result?.ok === true) return {failure: null, message: result.message}
  if (ended.killedBy !== null && ended.killedBy !== 'outside' && ended.killedBy !== 'settled') return STOPPED[ended.killedBy]
  if (result !== undefined) return {failure: result.failure ?? 'agent_error', message: result.message}
  if (ended.signal === 'SIGINT' || ended.signal === 'SIGTERM' || ended.signal === 'SIGHUP') {
    return {failure: 'interrupted', message: `ended from outside by ${ended.signal}`}
  }
  if (ended.signal !== null || ended.exitCode === KILLED) {
    if (byKernel(ended, outOfMemory)) return {failure: 'killed', message: 'killed by the kernel for lack of memory'}
    return {failure: 'killed', message: `killed from outside by ${ended.signal ?? 'SIGKILL'}${ended.signal === null || ended.signal === 'SIGKILL' ? ', perhaps for lack of memory' : ''}`}
  }
  return {failure: 'agent_error', message: `it ended with exit code ${ended.exitCode} and no result`}
}

/**
 * A result that calls itself good is one only if nothing was refused to the agent and the answer has the form that was asked for (agents.md §1.5, §1.6).
 * Where files are changed, what is in the working tree is judged instead: a refused push or a refused look at /etc undoes no work. A plan may come as
 * Markdown (SPEC §8).
 */
function shortfall(plan: SpawnPlan, result: ResultEvent, denied: readonly string[]): Verdict | undefined {
  if (denied.length > 0 && !isWriting(plan.gate)) return {failure: 'agent_error', message: `calls were refused to it: ${denied.join('; ')}`.slice(0, 1000)}
  if (plan.schema === null || plan.gate === 'plan' || isWriting(plan.gate)) return undefined
  return structuredOf(plan, result) === undefined ? {failure: 'agent_error', message: 'it gave no structured answer'} : undefined
}

const structuredOf = (plan: SpawnPlan, {structured, text}: ResultEvent): unknown => structured ?? (plan.schema === null ? undefined : jsonIn(text))

/** What goes with the usage that counts; none where the caller told it. */
function partsOf(result: ResultEvent | undefined, memory: AgentMemory, told: ToldUsage | undefined): Pick<AgentOutcome, 'parts'> {
  const parts = told !== undefined ? [] : result?.usage ? result.parts ?? [] : memory.parts
  return parts.length === 0 ? {} : {parts: parts.map(({model, usage, isRequest, costUsd}) => ({model, usage, isRequest, costUsd}))}
}

/** What a child process and its events come to. */
export function outcomeOf(plan: SpawnPlan, ended: ChildResult, {result, memory, told, faults = [], outOfMemory = false}: Seen): AgentOutcome {
  if (ended.kind !== 'exited') {
    return {
      failure: ended.kind === 'missing' ? 'cli_missing' : 'agent_error', message: ended.message, text: '', structured: undefined, usage: null, costUsd: null,
      models: [], turns: null, sessionId: null, wallMs: 0, exitCode: null, signal: null, killedBy: null,
    }
  }
  const models = result?.models.length ? result.models : memory.models.length > 0 ? memory.models : told?.model ? [told.model] : []
  const all = [...faults, ...(memory.denied.length === 0 ? [] : [`refused to the agent: ${memory.denied.join('; ')}`.slice(0, 1000)])]
  const [usage, costUsd] = [told?.usage ?? result?.usage ?? memory.usage, told?.costUsd ?? result?.costUsd ?? memory.costUsd]
  const killed = byKernel(ended, outOfMemory) ? 'kernel' : ended.killedBy
  return {
    ...(result?.ok === true && shortfall(plan, result, memory.denied) || verdict(ended, result, outOfMemory)),
    text: result?.text ?? memory.text, structured: result && structuredOf(plan, result),
    usage, ...partsOf(result, memory, told), version: memory.version, costUsd, models,
    // who worked and then failed without a word about its use was asked all the same
    turns: result?.turns ?? (usage === null && costUsd === null && memory.tools > 0 ? memory.tools : null), sessionId: result?.sessionId ?? memory.sessionId,
    wallMs: ended.wallMs, exitCode: ended.exitCode, signal: ended.signal, killedBy: killed === 'settled' ? null : killed,
    ...(all.length === 0 ? {} : {faults: all}),
  }
}
