import {z} from 'zod'
import {jsonIn} from '../../answer.js'
import type {AgentEvent} from '../../run/outcome.js'
import type {Usage} from '../../plan/plan.js'
import {ownUsage} from '../own-usage.js'
import {bookedBefore, failureOf, isWriting, objectOf, refuseMcp, refuseTools, resultEvent, told as count, toldUse, type AgentDescriptor, type AgentMemory, type AgentRequest} from './descriptor.js'

/** Features that cost tokens or reach beyond the worktree; the last one would wait for a lost server for ever (agents.md §2.4). */
const OFF = ['multi_agent', 'goals', 'plugins', 'apps', 'image_generation', 'unbounded_connection_retries'] as const
/**
 * No web, no skills, no instruction files of the repository (pilot puts what an agent is to know into the prompt), and commands do not see the
 * variables that look like keys. The model's own instructions stay: with a short text in their place it tends to end without having done the work.
 */
const SETTINGS = [
  'web_search="disabled"', 'skills.include_instructions=false', 'include_permissions_instructions=false', 'include_apps_instructions=false',
  'project_doc_max_bytes=0', 'shell_environment_policy.ignore_default_excludes=false',
] as const

function argv(r: AgentRequest): string[] {
  refuseMcp(r, 'codex', 'name servers with -c mcp_servers.NAME.command=… in executor.codex.extra_args')
  refuseTools(r, 'codex', 'take the key out; its sandbox decides what it can do')
  return [
    r.command, 'exec', '--json', ...(isWriting(r.gate) ? [] : ['--ephemeral']), '--ignore-user-config', '--skip-git-repo-check', '--color', 'never', '-m', r.model,
    '-s', isWriting(r.gate) ? 'workspace-write' : 'read-only',
    ...OFF.flatMap((feature) => ['--disable', feature]), ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ...(r.effort === null ? [] : ['-c', `model_reasoning_effort=${JSON.stringify(r.effort)}`]),
    ...(r.schemaFile === null ? [] : ['--output-schema', r.schemaFile]), ...r.extraArgs,
    // after all options: the ones of `exec` hold for a session that goes on, while `resume` itself takes few of them
    ...(r.resume === null ? [] : ['resume', r.resume]), '-',
  ]
}

const item = z.union([
  z.object({type: z.literal('agent_message'), text: z.string()}),
  z.object({type: z.literal('command_execution'), command: z.string()}),
  z.object({type: z.literal('file_change'), changes: z.array(z.object({path: z.string()}))}),
  z.object({type: z.literal('mcp_tool_call'), server: z.string(), tool: z.string()}),
])
const use = toldUse({input_tokens: count, cached_input_tokens: count, cache_write_input_tokens: count, output_tokens: count})
/** Cached and written tokens are part of the input: more of them than of it makes a count below 0, which is not believed. There is no split by lifetime. */
const usageOf = ({input_tokens: input, cached_input_tokens: cacheRead, cache_write_input_tokens: cacheWrite5m, output_tokens: out}: NonNullable<z.infer<typeof use>>): Usage =>
  ({inFresh: input - cacheRead - cacheWrite5m, cacheRead, cacheWrite5m, cacheWrite1h: 0, out})
const event = z.union([
  z.object({type: z.literal('thread.started'), thread_id: z.string()}),
  z.object({type: z.enum(['item.started', 'item.completed']), item}),
  z.object({type: z.literal('turn.completed'), usage: use}),
  z.object({type: z.literal('turn.failed'), error: z.object({message: z.string()})}),
])

/** One item stands in two events: what is done is told when it starts, what is said when it is complete. */
function ofItem(seen: z.infer<typeof item>, started: boolean, memory: AgentMemory): AgentEvent[] {
  if (seen.type === 'agent_message') {
    if (started) return []
    memory.text = seen.text
    return [{kind: 'text', text: seen.text}]
  }
  if (!started) return []
  switch (seen.type) {
    case 'command_execution': return [{kind: 'tool', name: 'command', detail: seen.command.slice(0, 200)}]
    case 'file_change': return [{kind: 'tool', name: 'patch', detail: seen.changes.map((change) => change.path).join(', ').slice(0, 200)}]
    case 'mcp_tool_call': return [{kind: 'tool', name: `${seen.server}.${seen.tool}`, detail: ''}]
  }
}

function parse(line: string, memory: AgentMemory): AgentEvent[] {
  const read = event.safeParse(objectOf(line))
  if (!read.success) return []
  const {data} = read
  switch (data.type) {
    case 'thread.started':
      memory.sessionId = data.thread_id
      return [{kind: 'started', sessionId: data.thread_id, model: null, tools: null}]
    case 'item.started': case 'item.completed': return ofItem(data.item, data.type === 'item.started', memory)
    case 'turn.completed': {
      const usage = data.usage && usageOf(data.usage)
      const own = usage && ownUsage(usage, bookedBefore(memory).usage, null).usage
      return [resultEvent({ok: true, text: memory.text, structured: jsonIn(memory.text), usage: own, sessionId: memory.sessionId})]
    }
    case 'turn.failed': {
      const {message} = data.error
      return [resultEvent({ok: false, failure: failureOf(message) ?? 'agent_error', message: message.slice(0, 1000), text: memory.text, sessionId: memory.sessionId})]
    }
  }
}

/** `codex exec`, by the recipe that was measured on 0.169.0. Only the sessions of gates that have fix rounds are kept. */
export const codex: AgentDescriptor = {
  executor: 'codex',
  capabilities: {tools: false, schema: true, resume: true, cost: false, budget: false, experimental: false},
  lostSession: /no rollout found for thread id/i,
  argv,
  env: () => ({}),
  parse,
  finish(_stdout, {exitCode, stderr}, memory) {
    if (exitCode === null) return undefined
    const said = stderr.split('\n').filter((line) => !NOISE.test(line)).join('\n').trim().slice(-1000)
    return resultEvent({
      ok: false, failure: failureOf(said) ?? 'agent_error', message: said || `codex ended with exit code ${exitCode} and no result`, text: memory.text,
      sessionId: memory.sessionId,
    })
  },
}
/** Lines that stand on stderr whatever happens. */
const NOISE = /^Reading (?:additional input|prompt) from stdin|^WARNING: proceeding, even though|^warning: Untrusted project-local configuration/
