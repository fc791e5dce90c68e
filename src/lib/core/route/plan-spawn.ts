import type {Config} from '../config/layers.js'
import {describeSource} from '../config/sourced.js'
import type {Complexity, Executor, Gate, Tier} from '../config/words.js'
import {escalationTag} from '../issue/labels.js'
import {PilotError} from '../../errors.js'
import {descriptorOf} from './agents/index.js'
import {isWriting, type AgentRequest} from './agents/descriptor.js'
import type {StopHook} from './agents/stop-hook.js'
import type {History} from './escalation.js'
import {assertModelLabelFits, readPins, type RunFlags} from './pins.js'
import {assertRuns, chooseExecutor, chooseModel, chooseTier, chosen, usesTools, type Chosen, type Pins} from './select.js'
import {fits, type Session} from './session.js'
import type {Provenance, SpawnPlan} from './spawn-plan.js'

/** What is to be spawned for: the work, not the means. */
export type SpawnTask = {
  issue: number | null
  labels: readonly string[]
  complexity: Complexity
  /** a function where what is asked depends on what the executor can look up for itself */
  prompt: string | ((executor: Executor) => string)
  /** absolute directory that the agent works in */
  cwd: string
  /** absolute directory for the files of this run */
  runDir: string
  /** the repository root that relative commands of the user start from */
  root: string
  /** JSON schema of the answer, as text; null for free text */
  schema: string | null
  /** US dollars left, and the key of the budget that says so; null = no cap known */
  remainingUsd: number | null
  budgetKey: 'budget.per_issue_usd' | 'budget.per_epic_usd'
  /** what the person typed; labels are read from `labels` */
  flags: RunFlags
  /** what verifies the work, where that is known already: detected or configured. Absent: what the configuration names */
  verify?: readonly string[]
  /** the session of the round before, and what to say in it instead of `prompt`; used only where gate, executor and model are the same */
  resume: {session: Session; prompt: string} | null
}

/** Turns (model requests) after which an agent is stopped, by gate; from the recipes measured with the real CLIs. */
const MAX_TURNS: Record<Gate, number> = {classify: 3, plan: 20, draft: 3, implement: 60, lint: 30, review: 20, commit: 3, decide: 3}

/**
 * The only place that decides what is spawned. null: at this step of the gate's chain no model is meant to answer.
 * @throws PilotError ROUTING when executor, model and endpoint do not fit together; nothing is ever rewritten to make them fit
 */
export function planSpawn(task: SpawnTask, gate: Gate, history: History & {fallbacks: number}, config: Config): SpawnPlan | null {
  const pins = pinsFor(task, gate)
  const selected = chooseTier(gate, task.complexity, pins, history, escalationTag(task.labels), config)
  if (selected === null) return null
  const {tier, rise} = selected
  const executor = chooseExecutor(gate, tier.value, pins, config)
  const {model, endpoint: endpointName} = chooseModel(gate, tier.value, executor.value, pins, config)
  if (pins.model?.from === 'label') assertModelLabelFits(task.labels, executor.value)
  assertRuns(executor.value, model, gate)
  const endpoint = endpointFor(gate, tier.value, executor.value, endpointName, config)
  const tools = toolsFor(gate, executor.value, config)
  const mcp = mcpFor(gate, executor.value, config)
  const timeout = limit(gate, config)
  const stopHook = stopHookFor(gate, executor.value, task.verify, config)
  const descriptor = descriptorOf(executor.value)
  const schema = task.schema === null ? null : {file: `${task.runDir}/schema-${gate}.json`, text: task.schema}
  const resume = task.resume !== null && fits(task.resume.session, {gate, executor: executor.value, model: model.value}) ? task.resume : null
  const request: AgentRequest = {
    gate, issue: task.issue, attempt: history.attempt, model: model.value, tier: tier.value, effort: null, tools: tools.value, mcpConfigPath: mcp.value,
    toolsAt: tools.at && `${tools.from} ${tools.at}`, mcpAt: mcp.at && `${mcp.from} ${mcp.at}`,
    schema: task.schema, schemaFile: schema?.file ?? null, cwd: task.cwd, runDir: task.runDir, root: task.root, maxTurns: MAX_TURNS[gate], maxBudgetUsd: task.remainingUsd,
    ...commandOf(executor.value, config), resume: resume?.session.id ?? null, stopHook,
  }
  const stall = usesTools(gate) ? config.settings.limits.stall : null
  return {
    issue: task.issue, gate, attempt: history.attempt, executor: executor.value, tier: tier.value, model: model.value, effort: null,
    endpoint: endpoint && {name: endpoint.name, url: endpoint.url, apiKeyEnv: endpoint.apiKeyEnv},
    argv: descriptor.argv(request), stdin: resume?.prompt ?? (typeof task.prompt === 'string' ? task.prompt : task.prompt(executor.value)), env: descriptor.env(request), schema, cwd: task.cwd, tools: [...tools.value], mcpConfigPath: mcp.value,
    timeoutMs: timeout.value, stallMs: stall, maxTurns: MAX_TURNS[gate], maxBudgetUsd: task.remainingUsd,
    resume: resume && {session: resume.session.id, usage: resume.session.usage, costUsd: resume.session.costUsd},
    escalation: rise && {from: (tier.overrode[0]?.value ?? tier.value) as SpawnPlan['tier'] & string, reason: rise.reason},
    provenance: {
      executor: said(executor), tier: said(tier), model: said(model), tools: said(tools), mcpConfigPath: said(mcp), timeoutMs: said(timeout),
      endpoint: endpoint ? said(chosen(endpoint.name, config.source(`endpoints.${endpoint.name}`), `endpoints.${endpoint.name}`)) : built(null, `${executor.value} never gets an endpoint`),
      maxBudgetUsd: said(chosen(task.remainingUsd, config.source(task.budgetKey), task.budgetKey)),
      argv: said(commandSource(executor.value, config)), env: built(null, `what ${executor.value} needs for this run, on top of the allow-list`),
      stdin: built(null, `prompt of gate ${gate}`), schema: built(schema?.file ?? null, schema === null ? 'free text' : `answer of gate ${gate}`),
      issue: built(task.issue, 'the command line'), gate: built(gate, 'the command'), attempt: built(history.attempt, 'the attempts comment'),
      resume: built(resume?.session.id ?? null, resume === null ? 'a new session' : `the session of the round before: gate ${gate}, ${executor.value} and ${model.value} as then`),
      escalation: built(rise?.to ?? null, rise?.reason ?? 'no rise'),
      maxTurns: built(MAX_TURNS[gate], `gate ${gate}`), effort: built(null, 'the executor’s own default'), cwd: built(task.cwd, 'worktree of the issue'),
      ...(stopHook === null ? {} : {stopHook: said(chosen(stopHook.commands, config.source('hooks.run_tests_on_stop'), 'hooks.run_tests_on_stop'))}),
      stallMs: stall === null ? built(null, 'text gates have a timeout only') : said(chosen(stall, config.source('limits.stall'), 'limits.stall')),
    },
  }
}

const said = (c: Chosen<unknown>): Provenance => ({value: c.value, from: c.from, at: c.at, key: c.key, reason: c.reason, overrode: [...c.overrode]})
const built = (value: unknown, reason: string): Provenance => ({value, from: 'pilot', at: null, key: null, reason, overrode: []})

/** Pins act where a person means them: a model on the work itself, an executor on every gate that uses tools. */
function pinsFor(task: SpawnTask, gate: Gate): Pins {
  if (!usesTools(gate)) return {}
  const pins = readPins(task.labels, task.flags)
  return isPinned(gate, task) ? pins : pins.executor ? {executor: pins.executor} : {}
}

const isPinned = (gate: Gate, task: SpawnTask): boolean => gate === 'implement' || gate === 'lint' || (gate === 'plan' && task.flags.model !== undefined)

function endpointFor(gate: Gate, tier: Tier, executor: Executor, name: string | null, config: Config): {name: string; url: string; apiKeyEnv: string | null} | null {
  if (executor !== 'native') return null
  const found = name === null ? undefined : config.settings.endpoints[name]
  if (name === null || found === undefined) {
    throw new PilotError('ROUTING', `gate ${gate}: executor native needs an endpoint${name === null ? `, and tiers.${tier} (${describeSource(config.source(`tiers.${tier}`))}) names none` : ` and endpoints.${name} is not defined`}`,
      ['write the tier as native@ENDPOINT:MODEL and define endpoints.ENDPOINT.url in .pilot/config.yaml'])
  }
  return {name, url: found.url, apiKeyEnv: found.api_key_env}
}

function toolsFor(gate: Gate, executor: Executor, config: Config): Chosen<readonly string[]> {
  if (!usesTools(gate) || executor === 'shell' || executor === 'native') return {value: [], from: 'pilot', at: null, key: null, reason: `${usesTools(gate) ? executor : 'text gate'}: no tools`, overrode: []}
  if (gate === 'plan' || gate === 'review') return readOnly(gate, chosen(config.settings.planning.allowed_tools, config.source('planning.allowed_tools'), 'planning.allowed_tools'))
  const key = `executor.${executor}.allowed_tools`
  return chosen(config.settings.executor[executor].allowed_tools, config.source(key), key)
}

const WRITERS = /^(?:Write|Edit|MultiEdit|NotebookEdit|Bash)\b/
/** Planner and reviewer only read: a tool that writes in their list would be approved for them in advance. */
function readOnly(gate: Gate, tools: Chosen<readonly string[]>): Chosen<readonly string[]> {
  const writers = tools.value.filter((tool) => WRITERS.test(tool))
  if (writers.length === 0) return tools
  throw new PilotError('ROUTING', `gate ${gate}: planning.allowed_tools (${[tools.from, tools.at].filter((x) => x !== null).join(' ')}) holds ${writers.join(', ')}, but this gate only reads`,
    ['leave Read, Grep and Glob in planning.allowed_tools'])
}

function mcpFor(gate: Gate, executor: Executor, config: Config): Chosen<string | null> {
  if (executor === 'shell' || executor === 'native' || !usesTools(gate)) {
    return {value: null, from: 'pilot', at: null, key: null, reason: `${usesTools(gate) ? executor : 'a text gate'} loads no MCP server`, overrode: []}
  }
  const key = `executor.${executor}.mcp_config_path`
  const path = config.settings.executor[executor].mcp_config_path
  return chosen(path === '' ? null : path, config.source(key), key)
}

/** Of the time that an agent may be silent: while the hook runs it says nothing, and must not be taken for stalled. */
const HOOK_SHARE = 0.8

/** @throws PilotError ROUTING for an executor without stop hooks, which a label or a flag may have chosen */
function stopHookFor(gate: Gate, executor: Executor, known: readonly string[] | undefined, config: Config): StopHook | null {
  const {hooks, verify, limits} = config.settings
  if (!hooks.run_tests_on_stop || !isWriting(gate)) return null
  if (executor !== 'claude') {
    throw new PilotError('ROUTING', `gate ${gate}: hooks.run_tests_on_stop (${describeSource(config.source('hooks.run_tests_on_stop'))}) is true, but executor ${executor} has no stop hook`,
      ['set hooks.run_tests_on_stop to false in .pilot/config.yaml', 'let executor claude do the work'])
  }
  const commands = known ?? verify.commands
  return commands.length === 0 ? null : {commands, timeoutMs: Math.min(verify.timeout, limits.stall * HOOK_SHARE)}
}

function limit(gate: Gate, config: Config): Chosen<number> {
  const name = gate === 'implement' || gate === 'lint' ? 'implement' : usesTools(gate) ? 'plan' : 'text'
  return chosen(config.settings.limits[name], config.source(`limits.${name}`), `limits.${name}`)
}

/** Which program, and who said so. */
function commandSource(executor: Executor, config: Config): Chosen<string | null> {
  if (executor === 'native') return {value: null, from: 'pilot', at: null, key: null, reason: 'native starts no program', overrode: []}
  const key = `executor.${executor}.command`
  return chosen(config.settings.executor[executor].command, config.source(key), key)
}

function commandOf(executor: Executor, config: Config): {command: string; extraArgs: readonly string[]} {
  if (executor === 'native') return {command: '', extraArgs: []}
  if (executor === 'shell') return {command: config.settings.executor.shell.command, extraArgs: []}
  const {command, extra_args} = config.settings.executor[executor]
  return {command, extraArgs: extra_args}
}
