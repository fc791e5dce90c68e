import {z} from 'zod'
import type {FailureClass} from '../../run/failure.js'
import type {AgentEvent} from '../../run/outcome.js'
import {failureOf, failureOfStatus, isWriting, objectOf, resultEvent, typeOf, type AgentDescriptor, type AgentMemory, type AgentRequest} from './descriptor.js'
import {isNothing, modelUse, spentIn, streamed, usageIn, usd, usedBy} from './claude-usage.js'
import {stopHookSettings} from './stop-hook.js'

/** agents.md §1.11: no side traffic, no command that outlives the answer, two retries of its own (it makes ten in three minutes unless told). */
const ENV: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', DISABLE_AUTOUPDATER: '1',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1', CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1', CLAUDE_CODE_MAX_RETRIES: '2', CLAUDE_CODE_STARTUP_FAILURE_RESULTS: '1',
}
/** Inside the worktree `acceptEdits` and `dontAsk` allow these by themselves; a pre-approval would allow them everywhere. */
const FILE_TOOLS = ['Read', 'Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'Grep', 'Glob', 'LS']
const WRITERS = ['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'Bash']

/** `Bash(git log:*)` is a rule for the tool Bash; a tool of an MCP server is offered by that server, not by `--tools`. */
const toolOf = (rule: string): string => rule.replace(/\(.*$/s, '')
const isServers = (rule: string): boolean => rule.startsWith('mcp__')
/** What replaces 6 to 15 KB of instructions for a coding agent where there is nothing to code (agents.md §1.1). One that writes keeps its vendor's own. */
const ANSWERER = 'You answer one question about a software project. Answer exactly in the form that is asked for.'
/** The directory by name: older versions say it in the part that this replaces, and their tools want absolute paths. */
const readerIn = (cwd: string): string => `${ANSWERER} You may read the project with your tools, several independent calls in one turn; you change nothing. It is in ${cwd}.`

const systemPrompt = ({gate, tools, cwd}: AgentRequest): string | null => (isWriting(gate) ? null : tools.length === 0 ? ANSWERER : readerIn(cwd))

function argv(r: AgentRequest): string[] {
  const writes = r.tools.some((tool) => WRITERS.includes(tool))
  const offered = [...new Set(r.tools.filter((rule) => !isServers(rule)).map(toolOf))]
  const approved = r.tools.filter((rule) => isServers(rule) || rule.includes('(') || (writes && !FILE_TOOLS.includes(rule)))
  const option = (name: string, value: string | number | null) => value === null ? [] : [name, String(value)]
  return [
    r.command, '-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages', '--model', r.model, ...option('--effort', r.effort),
    '--tools', offered.join(','), '--permission-mode', writes ? 'acceptEdits' : 'dontAsk', ...option('--system-prompt', systemPrompt(r)),
    ...(approved.length === 0 ? [] : ['--allowedTools', approved.join(',')]),
    ...(offered.includes('Bash') ? ['--disallowedTools', 'Bash(git push:*)'] : []),
    ...option('--settings', r.stopHook ? stopHookSettings(r.stopHook, r.cwd) : null),
    '--strict-mcp-config', ...option('--mcp-config', fromRoot(r.mcpConfigPath, r.root)), '--setting-sources', '', '--disable-slash-commands',
    ...session(r),
    ...option('--json-schema', r.schema), ...option('--max-turns', r.maxTurns), ...option('--max-budget-usd', r.maxBudgetUsd), ...r.extraArgs,
  ]
}

/** The same tool under the name of either generation: newer ones offer `Agent`, and list it as `Task` as before; `--tools` takes both. */
const common = (tool: string): string => tool === 'Agent' ? 'Task' : tool

function toolFaults({tools, mcpConfigPath}: {tools: readonly string[]; mcpConfigPath: string | null}, listed: readonly string[]): string[] {
  const planned = new Set(tools.filter((rule) => !isServers(rule)).map(toolOf).map(common))
  const offered = new Set(listed.filter((tool) => tool !== 'StructuredOutput' && !(mcpConfigPath !== null && isServers(tool))).map(common))
  const missing = [...planned].filter((tool) => !offered.has(tool))
  const extra = [...offered].filter((tool) => !planned.has(tool))
  return [
    ...(missing.length === 0 ? [] : [`planned tools that this claude does not have: ${missing.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`tools beside the plan: ${extra.join(', ')}`]),
  ]
}

/** A relative path counts from the user's checkout, as it does for the user, not from the worktree that an agent has been in. */
const fromRoot = (path: string | null, root: string | null): string | null =>
  path === null || root === null || path.startsWith('/') ? path : `${root.replace(/\/$/, '')}/${path}`

/** Only a session that a fix round may come back to is kept; a question is asked once. */
function session({resume, gate}: AgentRequest): string[] {
  if (resume !== null) return ['--resume', resume]
  return isWriting(gate) ? [] : ['--no-session-persistence']
}

const initLine = z.object({
  type: z.literal('system'), subtype: z.literal('init'), session_id: z.string().nullish(), model: z.string().nullish(), tools: z.array(z.string()).nullish(),
  claude_code_version: z.string().nullish().catch(null),
})
const block = z.union([
  z.object({type: z.literal('tool_use'), name: z.string(), input: z.unknown().optional()}),
  z.object({type: z.literal('text'), text: z.string()}),
  z.object({type: z.string()}),
])
const assistantLine = z.object({type: z.literal('assistant'), message: z.object({
  content: z.array(block), id: z.string().nullish().catch(null), model: z.string().nullish().catch(null), usage: usageIn.nullish().catch(null),
})})
const resultLine = z.object({
  type: z.literal('result'), subtype: z.string().catch(''), is_error: z.boolean().catch(true), api_error_status: z.number().nullish().catch(null),
  result: z.string().nullish().catch(null), errors: z.array(z.string()).nullish().catch(null), stop_reason: z.string().nullish().catch(null),
  terminal_reason: z.string().nullish().catch(null), num_turns: z.int().nullish().catch(null), session_id: z.string().nullish().catch(null),
  total_cost_usd: usd, usage: usageIn.nullish().catch(null), modelUsage: z.record(z.string(), modelUse).nullish().catch(null),
  structured_output: z.unknown().optional(), permission_denials: z.array(z.object({tool_name: z.string(), tool_input: z.unknown().optional()})).nullish().catch(null),
})
type ResultLine = z.infer<typeof resultLine>

/** agents.md §1.7: every API failure is exit 1 with subtype success, so status and wording decide. */
function failureIn(line: ResultLine, message: string): FailureClass {
  if (line.subtype === 'error_max_budget_usd') return 'budget'
  if (line.stop_reason === 'refusal') return 'refused_by_model'
  return failureOfStatus(line.api_error_status ?? null) ?? failureOf(message) ?? 'agent_error'
}

function fromResult(line: ResultLine, memory: AgentMemory): AgentEvent {
  memory.denied = (line.permission_denials ?? []).map(({tool_name, tool_input}) => [tool_name, detailOf(tool_input)].filter(Boolean).join(' '))
  const said = line.is_error ? [line.result, ...(line.errors ?? [])].filter(Boolean).join('; ') || line.subtype : ''
  const failed = line.is_error || line.subtype.startsWith('error_')
  const refused = !failed && line.stop_reason === 'refusal'
  const failure = failed || refused ? failureIn(line, said) : null
  const spent = spentIn(line, memory)
  const message = [said, line.subtype.startsWith('error_') && !said.includes(line.subtype) ? line.subtype : '']
  return resultEvent({
    ok: failure === null, text: line.result ?? '', structured: line.structured_output ?? undefined, ...spent,
    // a refused sign-in is told as a turn, too
    models: Object.keys(line.modelUsage ?? {}), failure, message: message.filter(Boolean).join('; '), turns: failure !== null && isNothing(spent.usage) ? null : line.num_turns ?? null,
    sessionId: line.session_id ?? memory.sessionId,
  })
}

/** The one argument that tells a reader what a tool call is about. */
function detailOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return ''
  const {file_path, command, pattern, path, description} = input as Record<string, unknown>
  const found = [file_path, command, pattern, path, description].find((value) => typeof value === 'string')
  return typeof found === 'string' ? found.slice(0, 200) : ''
}

/** What tools answered: most of a stream's bytes, and nothing that is needed here, so it is not even read as JSON. */
const TOOL_ANSWER = '{"type":"user"'

function parse(text: string, memory: AgentMemory): AgentEvent[] {
  if (text.startsWith(TOOL_ANSWER)) return []
  const value = objectOf(text)
  // one schema a line: each that does not fit makes an error with a stack, and those of a long stream take as much memory as all else together
  switch (typeOf(value)) {
    case 'system': return started(initLine.safeParse(value).data, memory)
    case 'stream_event': return streamed(value, memory)
    case 'assistant': return said(assistantLine.safeParse(value).data, memory)
    case 'result': {
      const {data} = resultLine.safeParse(value)
      return data === undefined ? [] : [fromResult(data, memory)]
    }
    default: return []
  }
}

function started(line: z.infer<typeof initLine> | undefined, memory: AgentMemory): AgentEvent[] {
  if (line === undefined) return []
  memory.sessionId = line.session_id ?? null
  memory.model = line.model ?? null
  memory.version = line.claude_code_version ?? null
  return [{kind: 'started', sessionId: memory.sessionId, model: memory.model, tools: line.tools ?? null}]
}

function said(line: z.infer<typeof assistantLine> | undefined, memory: AgentMemory): AgentEvent[] {
  if (line === undefined) return []
  const events = line.message.content.flatMap((item): AgentEvent[] => {
    if ('name' in item) return [{kind: 'tool', name: item.name, detail: detailOf(item.input)}]
    if (!('text' in item)) return []
    memory.text = item.text
    return [{kind: 'text', text: item.text}]
  })
  const {id, model, usage} = line.message
  return id ? [...events, ...usedBy({id, model: model ?? null}, usage ?? null, memory)] : events
}

/** Claude Code in print mode, by the recipes that were measured on 2.1.197 and 2.1.329. */
export const claude: AgentDescriptor = {
  executor: 'claude',
  capabilities: {tools: true, schema: true, resume: true, cost: true, budget: true, experimental: false},
  lostSession: /no conversation found with session id/i,
  argv,
  // the same model for every request of this child, its helpers included; in the child's environment only
  env: (request) => ({...ENV, ANTHROPIC_MODEL: request.model}),
  recap: (args, cap) => args.map((arg, i) => (args[i - 1] === '--max-budget-usd' ? String(cap) : arg)),
  toolFaults,
  parse,
  /** Without a result event: a start-up error stands on stderr alone, and a polite stop exits 0 with nothing said (agents.md §1.7). */
  finish(_stdout, {exitCode, stderr}, memory) {
    const said = stderr.trim().slice(-1000)
    if (exitCode === null) return undefined
    return resultEvent({
      ok: false, failure: failureOf(said) ?? 'agent_error', message: said || `claude ended with exit code ${exitCode} and no result`, sessionId: memory.sessionId,
      text: memory.text,
    })
  },
}
