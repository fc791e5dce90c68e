import type OpenAI from 'openai'
import {jsonIn} from '../core/answer.js'
import {failureOf, failureOfStatus, isSilent, resultEvent, told, type ResultEvent} from '../core/route/agents/descriptor.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {maskJson} from '../core/run/mask.js'
import type {UsagePart} from '../core/run/outcome.js'

type Completion = OpenAI.Chat.Completions.ChatCompletion
type Format = 'json_schema' | 'json_object' | 'text'
/** What servers are asked for, best first; one that refuses a format is asked for the next. */
const FORMATS: readonly Format[] = ['json_schema', 'json_object', 'text']
/** Statuses that an OpenAI-compatible server answers with when it does not know a format or cannot serve a schema. */
const REFUSALS = [400, 415, 422, 501]
/** More is no answer to any gate. Characters. */
const MAX_ANSWER = 1024 * 1024

export type NativeAnswer = {result: ResultEvent; stoppedBy: 'timeout' | 'interrupt' | null; wallMs: number}
export type Native = (plan: SpawnPlan, watch: {signal?: AbortSignal; onAnswer?: (answer: unknown) => void}) => Promise<NativeAnswer>

/** `message` is masked already. */
const failedWith = (failure: NonNullable<ResultEvent['failure']>, message: string, known: Partial<ResultEvent> = {}): ResultEvent =>
  resultEvent({...known, ok: false, failure, message: message.slice(0, 1000)})

/**
 * Asks an OpenAI-compatible endpoint one question, within the plan's time in all. Never throws for what the server did: no answer, an empty one and
 * one that is not the JSON asked for are failures. Which format a server takes is remembered for as long as this is open. Everything that a server says
 * goes through `mask` before it is read, because what is read is also cut, and half a secret would not be known as one.
 */
export function openNative(env: Readonly<Record<string, string | undefined>>, mask: (text: string) => string = (text) => text): Native {
  const taken = new Map<string, number>()
  const failed = (failure: NonNullable<ResultEvent['failure']>, message: string): ResultEvent => failedWith(failure, mask(message))
  return async (plan, {signal, onAnswer}) => {
    const started = performance.now()
    const clock = AbortSignal.timeout(plan.timeoutMs)
    const over = signal === undefined ? clock : AbortSignal.any([signal, clock])
    const done = (result: ResultEvent): NativeAnswer => {
      const stoppedBy = result.ok ? null : signal?.aborted === true ? 'interrupt' : clock.aborted ? 'timeout' : null
      return {result, stoppedBy, wallMs: Math.round(performance.now() - started)}
    }
    const {endpoint} = plan
    if (endpoint === null) return done(failed('invalid_config', 'executor native has no endpoint in its plan'))
    const key = endpoint.apiKeyEnv === null ? 'none' : env[endpoint.apiKeyEnv]
    if (!key) return done(failed('auth', `endpoint ${endpoint.name}: ${endpoint.apiKeyEnv} is not set`))
    const {OpenAI, APIError, APIConnectionError} = await import('openai')
    // all is said here that OPENAI_* variables of the user would decide otherwise; the client's waits between retries know no deadline, so it makes none
    const client = new OpenAI({
      baseURL: endpoint.url, apiKey: key, adminAPIKey: null, organization: null, project: null, webhookSecret: null, logLevel: 'off', maxRetries: 0,
      timeout: plan.timeoutMs + 1000,
    })
    const where = `endpoint ${endpoint.name} (${endpoint.url})`
    for (let step = plan.schema === null ? FORMATS.length - 1 : taken.get(endpoint.url) ?? 0; ; step++) {
      try {
        const answer = await client.chat.completions.create(question(plan, FORMATS[step] ?? 'text'), {signal: over})
        const completion = maskJson(answer, mask) as Completion
        if (plan.schema !== null) taken.set(endpoint.url, step)
        onAnswer?.(completion)
        return done(read(completion, plan))
      } catch (error) {
        if (!(error instanceof Error)) throw error
        // a body that is cut off, or is not what its header says
        if (!(error instanceof APIError)) return done(failedWith('network', mask(`${where} broke off its answer: ${reason(error)}`), {turns: 1}))
        const status = (error as {status?: number}).status ?? null
        if (status !== null && REFUSALS.includes(status) && step < FORMATS.length - 1) continue
        if (error instanceof APIConnectionError) return done(failed('network', `${where} does not answer: ${reason(error)}`))
        return done(failed(failureOfStatus(status) ?? failureOf(error.message) ?? 'agent_error', `${where}: ${error.message}`))
      }
    }
  }
}

/** The prompt itself; a server that takes no schema gets it in words. */
function question(plan: SpawnPlan, format: Format): OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming {
  const {schema} = plan
  const inWords = schema === null || format === 'json_schema' ? '' : `\n\nAnswer with one JSON object and nothing else. It must fit this JSON schema:\n${schema.text}`
  return {
    model: plan.model, messages: [{role: 'user', content: plan.stdin + inWords}],
    ...(schema !== null && format === 'json_schema' ? {response_format: {type: 'json_schema', json_schema: {name: 'answer', strict: true, schema: JSON.parse(schema.text) as Record<string, unknown>}}} : {}),
    ...(format === 'json_object' ? {response_format: {type: 'json_object'}} : {}),
  }
}

/** Servers are only like OpenAI: whatever is missing in an answer counts as absent. */
function read(completion: Completion, plan: SpawnPlan): ResultEvent {
  const choice = completion.choices?.[0]
  // models that think aloud do it in front of their answer
  const text = (choice?.message?.content ?? '').replace(/^\s*<think>[^]*?<\/think>/, '').trim()
  const known = {text: text.slice(0, MAX_ANSWER), usage: usageOf(completion), models: [modelOf(completion.model, plan.model)], ...partsOf(completion, plan.model)}
  if (choice?.message?.refusal || choice?.finish_reason === 'content_filter') return failedWith('refused_by_model', choice.message?.refusal ?? 'the provider held the answer back', known)
  if (choice?.finish_reason === 'length') return failedWith('agent_error', 'the answer was cut off at its length limit', known)
  if (text === '') return failedWith('agent_error', 'the answer is empty', known)
  if (text.length > MAX_ANSWER) return failedWith('agent_error', `the answer is ${text.length} characters long`, known)
  if (plan.schema === null) return resultEvent({...known, ok: true})
  const structured = jsonIn(text)
  // a plan may be Markdown: its reader takes the text where there is no JSON
  if (structured === undefined && plan.gate === 'plan') return resultEvent({...known, ok: true})
  return structured === undefined ? failedWith('agent_error', 'the answer is not the JSON that was asked for', known) : resultEvent({...known, ok: true, structured})
}

const COUNTS = ['prompt_tokens', 'completion_tokens', 'prompt_tokens_details']
/** Cached tokens are part of the prompt's. */
function usageOf(completion: Completion): ResultEvent['usage'] {
  if (!completion.usage || isSilent(completion.usage, COUNTS)) return null
  const [input, out, cached] = [completion.usage.prompt_tokens, completion.usage.completion_tokens, completion.usage.prompt_tokens_details?.cached_tokens].map((count) => told.parse(count))
  const cacheRead = Math.min(cached!, input!)
  return {inFresh: input! - cacheRead, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0, out: out!}
}
/** One request, so a price for long prompts holds for it. */
function partsOf(completion: Completion, planned: string): {parts?: UsagePart[]} {
  const usage = usageOf(completion)
  return usage === null ? {} : {parts: [{model: modelOf(completion.model, planned), usage, isRequest: true, costUsd: null}]}
}

/** A dated or provider-prefixed spelling of the planned model is the planned model. */
const modelOf = (told: string | undefined, planned: string): string =>
  told === undefined || told === '' || told.startsWith(`${planned}-`) || told.endsWith(`/${planned}`) || planned.endsWith(`/${told}`) ? planned : told

function reason(error: Error): string {
  const cause = error.cause as {code?: string; message?: string; cause?: {code?: string}} | undefined
  return cause?.cause?.code ?? cause?.code ?? error.message
}
