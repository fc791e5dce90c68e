import {z} from 'zod'
import {addUsage} from '../../cost/usage.js'
import type {Usage} from '../../plan/plan.js'
import type {AgentEvent, UsagePart} from '../../run/outcome.js'
import {ownUsage} from '../own-usage.js'
import {bookedBefore, told as count, toldUse, typeOf, unknownIfSilent, type AgentMemory} from './descriptor.js'

/** What one message, or the main loop, used. */
export const usageIn = toldUse({
  input_tokens: count, output_tokens: count, cache_read_input_tokens: count, cache_creation_input_tokens: count,
  cache_creation: z.object({ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count}).nullish().catch(null),
})
export const usd = z.number().min(0).nullish().catch(NaN)
/** Newer versions split cache writes by lifetime here too, and say whether they know the model's price or guess one. */
const modelCounts = z.object({inputTokens: count, outputTokens: count, cacheReadInputTokens: count, cacheCreationInputTokens: count, cacheCreationEphemeral1hInputTokens: count})
export const modelUse = z.preprocess((use) => unknownIfSilent(use, Object.keys(modelCounts.shape)), modelCounts.extend({costUSD: usd, costBasis: z.string().nullish().catch(null)}))

/** The figures of a result. */
type Told = {total_cost_usd?: number | null | undefined; usage?: z.infer<typeof usageIn> | undefined; modelUsage?: Record<string, z.infer<typeof modelUse>> | null | undefined}

/**
 * Tokens and dollars of this process, of all models, sub-agents included, from `modelUsage`. `usage` is the main loop's own and always this process's
 * alone: what the process used at least, and in older versions the only place that splits cache writes by lifetime, so what goes beyond it counts as the
 * five-minute kind. A cost at a guessed price is none; then the models are priced apart.
 */
export function spentIn(line: Told, memory: AgentMemory): {usage: Usage | null; costUsd: number | null; parts?: UsagePart[]} {
  const main = line.usage ?? null
  const models = Object.values(line.modelUsage ?? {})
  const isGuess = models.some(({costBasis}) => costBasis === 'unknown')
  const costUsd = isGuess ? null : line.total_cost_usd ?? null
  const mainLoop = main && withoutSplit(main.input_tokens, main.cache_read_input_tokens, main.cache_creation_input_tokens, main.output_tokens)
  const sum = (pick: (model: z.infer<typeof modelUse>) => number) => models.reduce((total, model) => total + pick(model), 0)
  const hour = Math.max(main?.cache_creation?.ephemeral_1h_input_tokens ?? 0, sum((m) => m.cacheCreationEphemeral1hInputTokens))
  if (models.length === 0) return {usage: mainLoop && splitByLife(mainLoop, hour), costUsd}
  const told = withoutSplit(sum((m) => m.inputTokens), sum((m) => m.cacheReadInputTokens), sum((m) => m.cacheCreationInputTokens), sum((m) => m.outputTokens))
  const before = bookedBefore(memory)
  const known = before.usage && withoutSplit(before.usage.inFresh, before.usage.cacheRead, before.usage.cacheWrite5m + before.usage.cacheWrite1h, before.usage.out)
  const own = ownUsage(told, known, mainLoop)
  return {
    usage: splitByLife(own.usage, hour), costUsd: costUsd !== null && own.isSum ? Math.max(0, costUsd - (before.costUsd ?? 0)) : costUsd,
    // of a session that goes on, each model's share is a sum with what was booked before
    ...(isGuess && !own.isSum ? {parts: Object.entries(line.modelUsage ?? {}).map(([model, use]) => partOf(model, use))} : {}),
  }
}

function partOf(model: string, use: z.infer<typeof modelUse>): UsagePart {
  const usage = withoutSplit(use.inputTokens, use.cacheReadInputTokens, use.cacheCreationInputTokens, use.outputTokens)
  return {model, isRequest: false, usage: splitByLife(usage, use.cacheCreationEphemeral1hInputTokens), costUsd: use.costBasis === 'unknown' ? null : use.costUSD ?? null}
}

/** A message under way, by whoever speaks: the main loop or one of its helpers. */
type Open = {id: string; model: string | null}
const notesOf = (memory: AgentMemory): {messages: Map<string, Usage>; open: Map<string, Open>} =>
  (memory.notes['usage'] ??= {messages: new Map<string, Usage>(), open: new Map<string, Open>()}) as {messages: Map<string, Usage>; open: Map<string, Open>}

/**
 * What a message used by now: told with each of its blocks as it was when the message began (one token of output), and at its end as it is. Only what
 * goes beyond the last time is new.
 */
export function usedBy({id, model}: Open, usage: z.infer<typeof usageIn>, memory: AgentMemory): AgentEvent[] {
  if (usage === null) return []
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0
  const now = splitByLife(withoutSplit(usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens, usage.output_tokens), hour)
  const {messages} = notesOf(memory)
  const before = messages.get(id) ?? withoutSplit(0, 0, 0, 0)
  const more = (field: keyof Usage) => Math.max(0, now[field] - before[field])
  const fresh = {inFresh: more('inFresh'), cacheRead: more('cacheRead'), cacheWrite5m: more('cacheWrite5m'), cacheWrite1h: more('cacheWrite1h'), out: more('out')}
  if (Object.values(fresh).every((count) => count === 0)) return []
  messages.set(id, addUsage(before, fresh) ?? now)
  return [{kind: 'usage', usage: fresh, costUsd: null, model, request: id}]
}

/** Only with `--include-partial-messages`. The end of a message is the one place that tells its output before the result does. */
const streamLine = z.object({parent_tool_use_id: z.string().nullish().catch(null), event: z.union([
  z.object({type: z.literal('message_start'), message: z.object({id: z.string(), model: z.string().nullish().catch(null)})}),
  z.object({type: z.literal('message_delta'), usage: usageIn.nullish().catch(null)}),
])})
/** A few letters of an answer: nearly all of the lines. */
const isPiece = (value: unknown): boolean => typeof value === 'object' && value !== null && 'event' in value && !['message_start', 'message_delta'].includes(String(typeOf(value.event)))


/** The beginning and the end of a message as the API streams it; its pieces in between say nothing that is needed here. */
export function streamed(line: unknown, memory: AgentMemory): AgentEvent[] {
  const event = isPiece(line) ? undefined : streamLine.safeParse(line).data
  if (event === undefined) return []
  const [speaker, {open}] = [event.parent_tool_use_id ?? '', notesOf(memory)]
  if (event.event.type === 'message_start') {
    const {id, model} = event.event.message
    open.set(speaker, {id, model: model ?? null})
    return []
  }
  const message = open.get(speaker)
  return message === undefined ? [] : usedBy(message, event.event.usage ?? null, memory)
}

const withoutSplit = (inFresh: number, cacheRead: number, written: number, out: number): Usage => ({inFresh, cacheRead, cacheWrite5m: written, cacheWrite1h: 0, out})
const splitByLife = (usage: Usage, hour: number): Usage =>
  ({...usage, cacheWrite5m: Math.max(0, usage.cacheWrite5m - hour), cacheWrite1h: Math.min(hour, usage.cacheWrite5m)})

/** Nothing is told, or zeros. */
export const isNothing = (usage: Usage | null): boolean => usage === null || Object.values(usage).every((count) => count === 0)
