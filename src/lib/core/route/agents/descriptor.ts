import type {FailureClass} from '../../run/failure.js'
import type {AgentEvent} from '../../run/outcome.js'
import type {Usage} from '../../plan/plan.js'
import type {Executor, Gate, Tier} from '../../config/words.js'

/** What one spawn is to be; `planSpawn` decides it, a descriptor turns it into argv and environment. */
export type AgentRequest = {
  gate: Gate
  issue: number | null
  attempt: number
  model: string
  tier: Tier | null
  effort: string | null
  tools: readonly string[]
  mcpConfigPath: string | null
  /** JSON schema of the answer, as text */
  schema: string | null
  cwd: string
  runDir: string | null
  /** root of the user's checkout: what a relative command of the config is relative to */
  root: string | null
  maxTurns: number | null
  maxBudgetUsd: number | null
  /** the executor's command from the config */
  command: string
  extraArgs: readonly string[]
  /** the id that a new session gets; null: the executor chooses one and says it in its first event */
  sessionId: string | null
  /** an earlier session to go on in; beats `sessionId` */
  resume: string | null
}

/** What was seen of a stream so far. `parse` may write to it; a new one a run. */
export type AgentMemory = {sessionId: string | null; model: string | null; text: string; usage: Usage | null; costUsd: number | null; models: string[]; notes: Record<string, unknown>}
export const newMemory = (): AgentMemory => ({sessionId: null, model: null, text: '', usage: null, costUsd: null, models: [], notes: {}})

/** How the process ended, and the end of what it said on stderr. */
export type AgentExit = {exitCode: number | null; signal: string | null; stderr: string}

/** Everything pilot knows about one executor, without touching the world. */
export type AgentDescriptor = {
  executor: Executor
  capabilities: {
    /** can be given a list of tools, can answer by a schema, can go on in an earlier session, tells what it cost, takes a cap in dollars */
    tools: boolean; schema: boolean; resume: boolean; cost: boolean; budget: boolean
    /** not run end to end against the real program */
    experimental: boolean
  }
  argv(request: AgentRequest): string[]
  env(request: AgentRequest): Record<string, string>
  /** the events of one line of stdout; a line that it does not know gives none */
  parse(line: string, memory: AgentMemory): AgentEvent[]
  /** the result of an executor whose stream has no result event, or whose stream ended without one it can explain; undefined: nobody knows */
  finish(stdoutText: string, exit: AgentExit, memory: AgentMemory): AgentEvent | undefined
}

export type ResultEvent = Extract<AgentEvent, {kind: 'result'}>
/** A result event that has everything but what is known. */
export const resultEvent = (known: Partial<Omit<ResultEvent, 'kind'>> & {ok: boolean}): ResultEvent => ({
  kind: 'result', text: '', structured: undefined, usage: null, costUsd: null, models: [], failure: known.ok ? null : 'agent_error', message: '',
  turns: null, sessionId: null, ...known,
})

/** What agents and their providers say, as a failure class; null when nothing is recognised. For free text on stderr or in a result. */
export function failureOf(text: string): FailureClass | null {
  const found = SAYINGS.find(([pattern]) => pattern.test(text))
  return found === undefined ? null : found[1]
}
const SAYINGS: readonly (readonly [RegExp, FailureClass])[] = [
  [/not logged in|please run \/login|invalid (?:api|x-api-)key|failed to authenticate|authentication_error|oauth token (?:has )?expired|missing api key|credit balance is too low/i, 'auth'],
  [/(?:\d-hour|weekly|usage|session) limit|limit reached|rate.?limit|too many requests|insufficient_quota/i, 'rate_limited'],
  [/overloaded|internal server error|service unavailable/i, 'overloaded'],
  [/connection (?:refused|reset|error)|unable to connect|request timed out|fetch failed|ENOTFOUND|ECONNRE(?:FUSED|SET)|EAI_AGAIN|getaddrinfo/i, 'network'],
  [/issue with the selected model|model_not_found|unrecognized_model/i, 'invalid_config'],
]
