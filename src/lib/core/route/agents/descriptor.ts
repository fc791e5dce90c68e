import {z} from 'zod'
import {jsonOf} from '../../json.js'
import type {FailureClass} from '../../run/failure.js'
import type {AgentEvent, UsagePart} from '../../run/outcome.js'
import type {Usage} from '../../plan/plan.js'
import type {Executor, Gate, Tier} from '../../config/words.js'
import {PilotError} from '../../../errors.js'
import type {Booked} from '../own-usage.js'
import type {SpawnPlan} from '../spawn-plan.js'
import type {StopHook} from './stop-hook.js'

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
  /** layer and file:line that wrote `tools` and `mcpConfigPath`, for refusals; absent where no file did */
  toolsAt?: string | null
  mcpAt?: string | null
  /** JSON schema of the answer, as text */
  schema: string | null
  /** where the spawner puts that text for this run, absolute; null with a null schema */
  schemaFile: string | null
  cwd: string
  runDir: string | null
  /** root of the user's checkout: what a relative command of the config is relative to */
  root: string | null
  maxTurns: number | null
  maxBudgetUsd: number | null
  /** the executor's command from the config */
  command: string
  extraArgs: readonly string[]
  /** an earlier session to go on in; null: a new one, whose id the first event says */
  resume: string | null
  /** only for an executor that has stop hooks; absent: nothing is run when it stops */
  stopHook?: StopHook | null
}

/** What was seen of a stream so far. `parse` may write to it; a new one a run. */
export type AgentMemory = {
  sessionId: string | null; model: string | null
  /** of the program itself, where its first event says so */
  version: string | null
  text: string; usage: Usage | null; costUsd: number | null; models: string[]
  /** tool calls so far */
  tools: number
  /** of the requests so far, where the stream tells tokens and no cost */
  parts: (UsagePart & {request: string | null})[]
  /** tool calls that the executor refused to its agent; no failure to the executor, which ends well all the same */
  denied: string[]
  notes: Record<string, unknown>
  /** the session that the process was told to go on in, and what is booked for it already */
  resumed: SpawnPlan['resume']
}
export const newMemory = (resumed: SpawnPlan['resume'] = null): AgentMemory => ({resumed, sessionId: null, model: null, version: null, text: '', usage: null, costUsd: null, models: [], tools: 0, parts: [], denied: [], notes: {}})

/** What is booked for the session that this process really went on in; nothing where it began a new one. */
export const bookedBefore = ({resumed, sessionId}: AgentMemory): Booked =>
  resumed !== null && resumed.session === sessionId ? resumed : {usage: null, costUsd: null}

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
  /** what it says when the session to go on in is not there */
  lostSession?: RegExp
  argv(request: AgentRequest): string[]
  env(request: AgentRequest): Record<string, string>
  /** its argv with another cap in dollars; absent: it takes none */
  recap?(argv: readonly string[], usd: number): string[]
  /** what differs between the tools that were planned and those that the first event lists, in words; absent: the executor lists none */
  toolFaults?(plan: {tools: readonly string[]; mcpConfigPath: string | null}, listed: readonly string[]): string[]
  /** for a stream whose texts come in pieces: the text of a line that is one, undefined for any other line, and the line that they are together */
  pieces?: {of(line: string): string | undefined; whole(text: string): string}
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

/** A count of tokens as it was told. Absent is 0; what is no count is NaN, which makes every sum with it NaN, and that one is not believed. */
export const told = z.number().min(0).nullish().transform((count) => Math.round(count ?? 0)).catch(NaN)

/** True of a use that has none of its counts, as an empty one or one of renamed keys: it tells nothing, which is not zero. */
export function isSilent(use: unknown, counts: readonly string[]): use is Record<string, unknown> {
  if (typeof use !== 'object' || use === null) return false
  const told = use as Record<string, unknown>
  return counts.every((key) => told[key] === undefined || told[key] === null)
}

/** What one object tells of a use; null where it is silent. */
export const toldUse = <T extends z.ZodRawShape>(counts: T) =>
  z.preprocess((use) => (isSilent(use, Object.keys(counts)) ? null : use), z.object(counts).nullable())

/** A silent share of a sum: the sum is unknown with it, and the known shares alone are not the whole. */
export const unknownIfSilent = (use: unknown, counts: readonly string[]): unknown =>
  (isSilent(use, counts) ? {...use, ...Object.fromEntries(counts.map((key) => [key, NaN]))} : use)

/** The `type` of an event; undefined where it has none. */
export const typeOf = (value: unknown): unknown => typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined

/** The JSON object of one line of a stream; undefined for start-up chatter and for a line that was cut. */
export function objectOf(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  return jsonOf(line)
}

/** An HTTP status that a provider answered with, as a failure class; null for those that say nothing about the cause. */
export function failureOfStatus(status: number | null): FailureClass | null {
  if (status === null) return null
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'rate_limited'
  if (status === 404) return 'invalid_config'
  return status >= 500 ? 'overloaded' : null
}

/** What agents and their providers say, as a failure class; null when nothing is recognised. For free text on stderr or in a result. */
export function failureOf(text: string): FailureClass | null {
  const status = /(?:unexpected|last|http) status:? (\d{3})\b/i.exec(text)?.[1]
  return failureOfStatus(status === undefined ? null : Number(status)) ?? SAYINGS.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
const SAYINGS: readonly (readonly [RegExp, FailureClass])[] = [
  [/not logged in|please run \/login|invalid (?:api|x-api-)key|api key not valid|failed to authenticate|authentication_error|oauth token (?:has )?expired|missing api key|missing environment variable|invalid auth method|credit balance is too low/i, 'auth'],
  [/(?:\d-hour|weekly|usage|session) limit|limit reached|rate.?limit|too many requests|insufficient_quota|RESOURCE_EXHAUSTED/i, 'rate_limited'],
  [/overloaded|internal server error|service unavailable|experiencing high demand/i, 'overloaded'],
  [/connection (?:refused|reset|error)|unable to connect|request timed out|error sending request|stream disconnected|fetch failed|ENOTFOUND|ECONNRE(?:FUSED|SET)|EAI_AGAIN|getaddrinfo/i, 'network'],
  [/issue with the selected model|model_not_found|unrecognized_model|the model \S+ does not exist/i, 'invalid_config'],
  [/^error: unknown (?:option|argument)|^error: unexpected argument|unknown feature flag|mcp config file not found|invalid mcp config/im, 'invalid_config'],
]

/** Gates whose agent changes files. */
export const isWriting = (gate: Gate): boolean => gate === 'implement' || gate === 'lint'

/** A setting that an executor has no means to honour is an error at plan time, never dropped. @throws PilotError ROUTING */
export function refuseMcp({mcpConfigPath, mcpAt}: AgentRequest, executor: Executor, instead: string): void {
  if (mcpConfigPath !== null) throw new PilotError('ROUTING', `executor.${executor}.mcp_config_path${written(mcpAt)} is ${mcpConfigPath}, but ${executor} takes no such file`, [instead])
}

/** The same for a list of tools. Of the reading gates the list is `planning.allowed_tools`, which is not the executor's. @throws PilotError ROUTING */
export function refuseTools({gate, tools, toolsAt}: AgentRequest, executor: Executor, instead: string): void {
  if (!isWriting(gate) || tools.length === 0) return
  throw new PilotError('ROUTING', `executor.${executor}.allowed_tools${written(toolsAt)} is ${tools.join(', ')}, but ${executor} takes no list of tools`, [instead])
}
const written = (at: string | null | undefined): string => at ? ` (${at})` : ''
