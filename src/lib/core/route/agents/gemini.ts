import {z} from 'zod'
import {jsonIn} from '../../answer.js'
import type {AgentEvent, UsagePart} from '../../run/outcome.js'
import type {Usage} from '../../plan/plan.js'
import {failureOf, isWriting, objectOf, refuseMcp, refuseTools, resultEvent, told as count, toldUse, type AgentDescriptor, type AgentMemory, type AgentRequest} from './descriptor.js'

/** In `default` mode the tools that change something are not offered; without trust it does not start in a new folder (agents.md §4). */
function argv(r: AgentRequest): string[] {
  refuseMcp(r, 'gemini', 'gemini reads its servers from its own settings')
  refuseTools(r, 'gemini', 'take the key out; its approval mode decides what it can do')
  return [r.command, '--skip-trust', '--approval-mode', isWriting(r.gate) ? 'auto_edit' : 'default', '-o', 'stream-json', '-m', r.model, ...r.extraArgs]
}

const use = toldUse({input_tokens: count, cached: count, output_tokens: count})
const stats = z.looseObject({models: z.record(z.string(), z.unknown()).catch({})}).transform(({models, ...sums}) => ({models, use: use.parse(sums)}))

/** Cached tokens are part of the input; more of them than of it make a count below 0, which is not believed. */
const usageOf = ({input_tokens: input, cached, output_tokens: out}: NonNullable<z.infer<typeof use>>): Usage =>
  ({inFresh: input - cached, cacheRead: cached, cacheWrite5m: 0, cacheWrite1h: 0, out})
/** A router or helper model beside the planned one has a price of its own. Only where each of them tells its tokens. */
function partsOf(models: Record<string, unknown>): UsagePart[] {
  const parts = Object.entries(models).map(([model, told]) => ({model, read: z.object({input_tokens: z.number(), output_tokens: z.number()}).safeParse(told).success ? use.safeParse(told).data : undefined}))
  return parts.every(({read}) => read !== undefined) ? parts.map(({model, read}) => ({model, usage: usageOf(read!), isRequest: false, costUsd: null})) : []
}
const message = z.object({type: z.literal('message'), role: z.literal('assistant'), content: z.string()})
const event = z.union([
  z.object({type: z.literal('init'), session_id: z.string().nullish().catch(null), model: z.string().nullish().catch(null)}),
  message,
  z.object({type: z.literal('tool_use'), tool_name: z.string()}),
  z.object({type: z.literal('result'), status: z.string(), error: z.object({message: z.string()}).nullish().catch(null), stats: stats.nullish().catch(null)}),
])

/** Characters. */
const MAX_TEXT = 1024 * 1024

function parse(line: string, memory: AgentMemory): AgentEvent[] {
  const read = event.safeParse(objectOf(line))
  if (!read.success) return []
  const {data} = read
  switch (data.type) {
    case 'init':
      memory.sessionId = data.session_id ?? null
      memory.model = data.model ?? null
      return [{kind: 'started', sessionId: memory.sessionId, model: memory.model, tools: null}]
    case 'message':
      // the answer is what was said since the last tool call; more than this is none
      if (memory.text.length < MAX_TEXT) memory.text += data.content
      return [{kind: 'text', text: data.content}]
    case 'tool_use':
      memory.text = ''
      return [{kind: 'tool', name: data.tool_name, detail: ''}]
    case 'result': {
      const ok = data.status === 'success'
      const said = data.error?.message ?? ''
      const parts = partsOf(data.stats?.models ?? {})
      return [resultEvent({
        ok, text: memory.text, structured: ok ? jsonIn(memory.text) : undefined, usage: data.stats?.use ? usageOf(data.stats.use) : null, ...(parts.length > 1 ? {parts} : {}), models: Object.keys(data.stats?.models ?? {}),
        failure: ok ? null : failureOf(said) ?? 'agent_error', message: ok ? '' : said.slice(0, 1000) || `gemini ended with ${data.status}`, sessionId: memory.sessionId,
      })]
    }
  }
}

/** HTTP statuses that gemini makes its exit code of, modulo 256 (agents.md §4), and its own code for a missing sign-in. */
const AUTH_CODES = [41, 145, 147]

/** `gemini` with the prompt on stdin, measured on 0.61.0. It needs trust in the folder, and with it reads the repository's instruction files. */
export const gemini: AgentDescriptor = {
  executor: 'gemini',
  capabilities: {tools: false, schema: false, resume: false, cost: false, budget: false, experimental: true},
  argv,
  // else it starts itself again as a child, on which signals to the parent have no effect
  env: () => ({GEMINI_CLI_NO_RELAUNCH: 'true'}),
  parse,
  pieces: {
    of(line) {
      const {data} = message.safeParse(objectOf(line))
      return data?.content
    },
    whole: (text) => JSON.stringify({type: 'message', role: 'assistant', content: text}),
  },
  finish(_stdout, {exitCode, stderr}, memory) {
    if (exitCode === null) return undefined
    const said = stderr.trim().slice(-1000)
    return resultEvent({
      ok: false, failure: AUTH_CODES.includes(exitCode) ? 'auth' : failureOf(said) ?? 'agent_error', message: said || `gemini ended with exit code ${exitCode} and no result`,
      text: memory.text, sessionId: memory.sessionId,
    })
  },
}
