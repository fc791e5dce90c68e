import {z} from 'zod'
import type {FailureClass} from '../../run/failure.js'
import type {AgentEvent, UsagePart} from '../../run/outcome.js'
import type {Usage} from '../../plan/plan.js'
import {ownUsage} from '../own-usage.js'
import {bookedBefore, failureOf, failureOfStatus, isWriting, objectOf, resultEvent, told as count, toldUse, unknownIfSilent, type AgentDescriptor, type AgentMemory, type AgentRequest} from './descriptor.js'
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
    r.command, '-p', '--output-format', 'stream-json', '--verbose', '--model', r.model, ...option('--effort', r.effort),
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

const usageIn = toldUse({
  input_tokens: count, output_tokens: count, cache_read_input_tokens: count, cache_creation_input_tokens: count,
  cache_creation: z.object({ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count}).nullish().catch(null),
})
const usd = z.number().min(0).nullish().catch(NaN)
/** Newer versions split cache writes by lifetime here too, and say whether they know the model's price or guess one. */
const modelCounts = z.object({inputTokens: count, outputTokens: count, cacheReadInputTokens: count, cacheCreationInputTokens: count, cacheCreationEphemeral1hInputTokens: count})
const modelUse = z.preprocess((use) => unknownIfSilent(use, Object.keys(modelCounts.shape)), modelCounts.extend({costUSD: usd, costBasis: z.string().nullish().catch(null)}))
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

/**
 * Tokens and dollars of this process, of all models, sub-agents included, from `modelUsage`. `usage` is the main loop's own and always this process's
 * alone: what the process used at least, and in older versions the only place that splits cache writes by lifetime, so what goes beyond it counts as the
 * five-minute kind. A cost at a guessed price is none; then the models are priced apart.
 */
function spentIn(line: ResultLine, memory: AgentMemory): {usage: Usage | null; costUsd: number | null; parts?: UsagePart[]} {
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

/** What a message used, told once more with each of its blocks: only what goes beyond the last time is new. The figures of a message can still grow. */
function usedBy({id, model, usage}: z.infer<typeof assistantLine>['message'], memory: AgentMemory): AgentEvent[] {
  if (!id || !usage) return []
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0
  const now = splitByLife(withoutSplit(usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens, usage.output_tokens), hour)
  const seen = (memory.notes['messages'] ??= new Map<string, Usage>()) as Map<string, Usage>
  const before = seen.get(id) ?? withoutSplit(0, 0, 0, 0)
  const more = (field: keyof Usage) => Math.max(0, now[field] - before[field])
  const fresh = {inFresh: more('inFresh'), cacheRead: more('cacheRead'), cacheWrite5m: more('cacheWrite5m'), cacheWrite1h: more('cacheWrite1h'), out: more('out')}
  if (Object.values(fresh).every((count) => count === 0)) return []
  seen.set(id, now)
  return [{kind: 'usage', usage: fresh, costUsd: null, model: model ?? null, request: id}]
}

const withoutSplit = (inFresh: number, cacheRead: number, written: number, out: number): Usage => ({inFresh, cacheRead, cacheWrite5m: written, cacheWrite1h: 0, out})
const splitByLife = (usage: Usage, hour: number): Usage =>
  ({...usage, cacheWrite5m: Math.max(0, usage.cacheWrite5m - hour), cacheWrite1h: Math.min(hour, usage.cacheWrite5m)})

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
  const message = [said, line.subtype.startsWith('error_') && !said.includes(line.subtype) ? line.subtype : '']
  return resultEvent({
    ok: failure === null, text: line.result ?? '', structured: line.structured_output ?? undefined, ...spentIn(line, memory),
    models: Object.keys(line.modelUsage ?? {}), failure, message: message.filter(Boolean).join('; '), turns: line.num_turns ?? null,
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
    case 'assistant': return said(assistantLine.safeParse(value).data, memory)
    case 'result': {
      const {data} = resultLine.safeParse(value)
      return data === undefined ? [] : [fromResult(data, memory)]
    }
    default: return []
  }
}

const typeOf = (value: unknown): unknown => typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined

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
  return [...events, ...usedBy(line.message, memory)]
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
