import type {AgentMemory, ResultEvent} from '../core/route/agents/descriptor.js'
import type {FailureClass} from '../core/run/failure.js'
import type {AgentOutcome} from '../core/run/outcome.js'
import type {ToldUsage} from './agent.js'
import type {ChildResult, StopReason} from './process.js'

type Exited = Extract<ChildResult, {kind: 'exited'}>
type Seen = {result: ResultEvent | undefined; memory: AgentMemory; told?: ToldUsage}

const STOPPED: Record<Exclude<StopReason, 'settled'>, {failure: FailureClass; message: string}> = {
  timeout: {failure: 'timeout', message: 'stopped: it ran longer than its limit'},
  stall: {failure: 'stalled', message: 'stopped: it said nothing for too long'},
  budget: {failure: 'budget', message: 'stopped: it spent more than its budget'},
  interrupt: {failure: 'interrupted', message: 'interrupted'},
}

/** Why it failed, in this order: a good result, being stopped by pilot, a bad result, a signal from outside, the exit code. */
function verdict(ended: Exited, result: ResultEvent | undefined): {failure: FailureClass | null; message: string} {
  if (result?.ok === true) return {failure: null, message: result.message}
  if (ended.killedBy !== null && ended.killedBy !== 'outside' && ended.killedBy !== 'settled') return STOPPED[ended.killedBy]
  if (result !== undefined) return {failure: result.failure ?? 'agent_error', message: result.message}
  if (ended.signal === 'SIGINT' || ended.signal === 'SIGTERM' || ended.signal === 'SIGHUP') {
    return {failure: 'interrupted', message: `ended from outside by ${ended.signal}`}
  }
  if (ended.signal !== null || ended.exitCode === 137) {
    return {failure: 'killed', message: `killed from outside by ${ended.signal ?? 'SIGKILL'}, perhaps for lack of memory`}
  }
  return {failure: 'agent_error', message: `it ended with exit code ${ended.exitCode} and no result`}
}

/** What a child process and its events come to. */
export function outcomeOf(ended: ChildResult, {result, memory, told}: Seen): AgentOutcome {
  if (ended.kind !== 'exited') {
    return {
      failure: ended.kind === 'missing' ? 'cli_missing' : 'agent_error', message: ended.message, text: '', structured: undefined, usage: null, costUsd: null,
      models: [], turns: null, sessionId: null, wallMs: 0, exitCode: null, signal: null, killedBy: null,
    }
  }
  const models = result?.models.length ? result.models : memory.models.length > 0 ? memory.models : told?.model ? [told.model] : []
  return {
    ...verdict(ended, result), text: result?.text ?? memory.text, structured: result?.structured,
    usage: told?.usage ?? result?.usage ?? memory.usage, costUsd: told?.costUsd ?? result?.costUsd ?? memory.costUsd, models,
    turns: result?.turns ?? null, sessionId: result?.sessionId ?? memory.sessionId,
    wallMs: ended.wallMs, exitCode: ended.exitCode, signal: ended.signal, killedBy: ended.killedBy === 'settled' ? null : ended.killedBy,
  }
}
