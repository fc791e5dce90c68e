import {z} from 'zod'
import {jsonIn} from '../../answer.js'
import type {AgentEvent} from '../../run/outcome.js'
import {failureOf, failureOfStatus, isWriting, objectOf, refuseMcp, refuseTools, resultEvent, told as count, unknownIfSilent, type AgentDescriptor, type AgentMemory, type AgentRequest} from './descriptor.js'

/** No configuration, plugins, skills or instruction files of the repository, no update, no download. */
const ENV: Readonly<Record<string, string>> = {
  OPENCODE_DISABLE_PROJECT_CONFIG: '1', OPENCODE_DISABLE_CLAUDE_CODE: '1', OPENCODE_DISABLE_EXTERNAL_SKILLS: '1', OPENCODE_PURE: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_SHARE: '1',
}
/** A denied kind of tool is not offered to the model at all. */
const READ_ONLY = {edit: 'deny', bash: 'deny', task: 'deny', webfetch: 'deny', websearch: 'deny'}
const NOTHING = {'*': 'deny'}

/** Without a title a second, small model is asked for one. */
function argv(r: AgentRequest): string[] {
  refuseMcp(r, 'opencode', 'name servers in OPENCODE_CONFIG_CONTENT')
  refuseTools(r, 'opencode', 'take the key out; OPENCODE_PERMISSION decides what it can do')
  return [r.command, 'run', '--format', 'json', '--title', 'pilot', '-m', r.model, ...(r.effort === null ? [] : ['--variant', r.effort]), ...r.extraArgs]
}

function env({gate, tools}: AgentRequest): Record<string, string> {
  const permission = isWriting(gate) ? undefined : tools.length > 0 ? READ_ONLY : NOTHING
  return {...ENV, ...(permission === undefined ? {} : {OPENCODE_PERMISSION: JSON.stringify(permission)})}
}

const cache = z.object({read: count, write: count}).catch({read: 0, write: 0})
const tokens = z.object({input: count, output: count, reasoning: count, cache})
const TOKENS = Object.keys(tokens.shape)
const event = z.union([
  z.object({type: z.literal('step_start'), sessionID: z.string()}),
  z.object({type: z.literal('tool_use'), part: z.object({tool: z.string(), state: z.object({title: z.string().catch('')}).catch({title: ''})})}),
  z.object({type: z.literal('text'), part: z.object({text: z.string()})}),
  z.object({type: z.literal('step_finish'), part: z.object({reason: z.string(), cost: z.number().min(0).nullish().transform((usd) => usd ?? 0).catch(NaN), tokens: z.preprocess((told) => unknownIfSilent(told, TOKENS), tokens)})}),
  z.object({type: z.literal('error'), error: z.object({name: z.string(), data: z.object({message: z.string().catch(''), statusCode: z.int().optional().catch(undefined)}).catch({message: ''})})}),
])

function parse(line: string, memory: AgentMemory): AgentEvent[] {
  const read = event.safeParse(objectOf(line))
  if (!read.success) return []
  const {data} = read
  switch (data.type) {
    case 'step_start': {
      const isFirst = memory.sessionId === null
      memory.sessionId = data.sessionID
      return isFirst ? [{kind: 'started', sessionId: data.sessionID, model: null, tools: null}] : []
    }
    case 'tool_use': return [{kind: 'tool', name: data.part.tool, detail: data.part.state.title.slice(0, 200)}]
    case 'text':
      memory.text = data.part.text
      return [{kind: 'text', text: data.part.text}]
    case 'step_finish': return finished(data.part, memory)
    case 'error': {
      const {name, data: {message, statusCode}} = data.error
      const said = message || name
      return [resultEvent({ok: false, failure: failureOfStatus(statusCode ?? null) ?? failureOf(said) ?? 'agent_error', message: said.slice(0, 1000), text: memory.text, sessionId: memory.sessionId})]
    }
  }
}

/** Each step tells its own use; a price of zero is what it says of models it has no price for. */
function finished({reason, cost, tokens}: Extract<z.infer<typeof event>, {type: 'step_finish'}>['part'], memory: AgentMemory): AgentEvent[] {
  const usage = {inFresh: tokens.input, cacheRead: tokens.cache.read, cacheWrite5m: tokens.cache.write, cacheWrite1h: 0, out: tokens.output + tokens.reasoning}
  const told: AgentEvent = {kind: 'usage', usage, costUsd: cost === 0 ? null : cost}
  if (reason === 'tool-calls') return [told]
  const known = {text: memory.text, sessionId: memory.sessionId}
  if (reason === 'stop') return [told, resultEvent({...known, ok: true, structured: jsonIn(memory.text)})]
  return [told, resultEvent({...known, ok: false, failure: reason === 'content-filter' ? 'refused_by_model' : 'agent_error', message: `the answer ended with ${reason}`})]
}

/** `opencode run`, measured on 1.18.33. The model is written provider/model. */
export const opencode: AgentDescriptor = {
  executor: 'opencode',
  capabilities: {tools: false, schema: false, resume: false, cost: true, budget: false, experimental: true},
  argv, env, parse,
  finish(_stdout, {exitCode, stderr}, memory) {
    const said = stderr.trim().slice(-1000)
    if (exitCode === null) return undefined
    return resultEvent({ok: false, failure: failureOf(said) ?? 'agent_error', message: said || `opencode ended with exit code ${exitCode} and no result`, text: memory.text, sessionId: memory.sessionId})
  },
}
