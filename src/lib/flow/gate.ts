import type {Gate} from '../core/config/words.js'
import {believe} from '../core/cost/believe.js'
import {ledgerLine} from '../core/cost/ledger.js'
import {wasAsked} from '../core/plan/plan-cost.js'
import {priceCall} from '../core/cost/price-call.js'
import {priceOf} from '../core/cost/rates.js'
import {capPlan} from '../core/route/cap-plan.js'
import {planSpawn, type SpawnTask} from '../core/route/plan-spawn.js'
import type {History} from '../core/route/escalation.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import {describePlan} from '../core/route/describe.js'
import {maskJson} from '../core/run/mask.js'
import type {AgentOutcome} from '../core/run/outcome.js'
import type {World} from './world.js'

/** The command and epic that a model call is booked on. */
export type Booking = {command: string; epic: number | null}

/** Where a spawn's files go, relative to `.pilot/`; `name` tells several spawns of one attempt apart. */
export type RunFiles = {dir: string; name: string}

/** Nothing was started and nothing spent. */
const overBudget = (message: string): AgentOutcome => ({
  failure: 'budget', message, begun: false, text: '', structured: undefined, usage: null, costUsd: null, models: [], turns: null, sessionId: null, wallMs: 0, exitCode: null, signal: null,
  killedBy: null,
})

/** What an agent says is masked once, here: whoever cuts it afterwards cannot leave half a secret. */
const masked = (ran: AgentOutcome, mask: World['mask']): AgentOutcome => ({
  ...ran, text: mask(ran.text), message: mask(ran.message), structured: maskJson(ran.structured, mask), ...(ran.faults && {faults: ran.faults.map(mask)}),
})

/**
 * Runs one spawn plan and books it, whatever came out: what it may spend is reserved before, the plan and prompt are written, the ledger line follows
 * after. The only caller of the agent port. Where no budget has anything left, nothing is spawned and the outcome is the failure `budget`.
 */
export async function spawn(world: World, planned: SpawnPlan, files: RunFiles, booking: Booking, fallbackChain: readonly string[] = []): Promise<AgentOutcome> {
  const drawn = await world.purse.draw(planned, booking)
  if (drawn.kind === 'refused') return overBudget(drawn.message)
  const plan = drawn.cap === null ? planned : capPlan(planned, drawn.cap, world.config)
  const at = (name: string) => `${files.dir}/${name}`
  const suffix = files.name === '' ? '' : `.${files.name}`
  await world.artifacts.write(at(`spawn-plan${suffix}.json`), {...plan, stdin: 'prompt', version: 1})
  await world.artifacts.writeText(at(`prompt${suffix}.md`), plan.stdin)
  if (plan.schema !== null) await world.artifacts.writeText(at(`schema-${plan.gate}.json`), plan.schema.text)
  world.report.activity({kind: 'spawn', issue: plan.issue, step: files.name === '' ? plan.gate : files.name.replaceAll('-', ' ')})
  world.report.progress(describePlan(plan))
  const prices = await world.prices()
  const ran = await world.agent.run(plan, {
    price: (model, usage) => {
      const found = prices.rates(model)
      return found && priceOf(found, usage, 'request')
    },
    onSpent: (usdSoFar) => {
      world.purse.note(plan, usdSoFar)
      // of a model without a price nothing is known, which is not $0
      if (usdSoFar > 0) world.report.activity({kind: 'spent', issue: plan.issue, usd: usdSoFar})
    },
    onEvent: (event) => { world.report.activity({kind: 'event', issue: plan.issue, event}) },
    eventsFile: world.artifacts.resolve(at('events.jsonl')), logFile: world.artifacts.resolve(at('agent.log')),
    runDir: world.artifacts.resolve(files.dir), ...(plan.schema && {schemaFile: plan.schema.file}), signal: world.signal,
  })
  const told = believe(ran)
  const priced = priceCall({usage: told.usage, costUsd: told.costUsd, models: ran.models, parts: told.parts ?? []}, plan.model, (model) => prices.rates(model))
  const outcome: AgentOutcome = {...masked(ran, world.mask), usage: told.usage, costUsd: priced.costUsd, turns: told.turns}
  if (wasAsked(outcome)) world.purse.book(plan, outcome.costUsd)
  const ts = world.clock.now().toISOString()
  await world.artifacts.append('ledger.ndjson', ledgerLine(plan, outcome, priced, {ts, runId: world.runId, repo: world.repo, fallbackChain, ...booking}))
  // asked only now: what was paid is in the ledger before anything waits for the network
  if (outcome.failure === 'budget') outcome.message = `${outcome.message}: ${await world.purse.whyStopped(planned, plan, {epic: booking.epic, costUsd: outcome.costUsd})}`
  for (const fault of [...outcome.faults ?? [], ...told.faults]) world.report.warn(`GH-${plan.issue ?? '–'} ${plan.gate}: ${fault}`)
  const strangers = outcome.models.filter((model) => model !== plan.model)
  if (plan.executor !== 'shell' && strangers.length > 0) {
    world.report.warn(`GH-${plan.issue ?? '–'} ${plan.gate}: planned model ${plan.model}, but ${outcome.models.includes(plan.model) ? 'also ' : ''}${strangers.join(', ')} answered`)
  }
  return outcome
}

export type Answer<T> =
  | {kind: 'answer'; value: T; plan: SpawnPlan; outcomes: readonly AgentOutcome[]}
  /** no model is meant to answer (rules, template), or none of the chain did; `raw` is the last thing that one said */
  | {kind: 'none'; failed: boolean; raw: string; outcomes: readonly AgentOutcome[]}

/**
 * Asks a gate's chain until an answer can be read: a model that does not answer, or answers what `read` rejects, is reported and the
 * next in the chain is tried. Neither an escalation nor an attempt.
 */
export async function ask<T>(
  world: World, task: SpawnTask, gate: Gate, history: History, files: RunFiles, booking: Booking, read: (outcome: AgentOutcome) => T | undefined,
): Promise<Answer<T>> {
  const tried: string[] = []
  const outcomes: AgentOutcome[] = []
  let [raw, unheard] = ['', '']
  for (let step = 0; ; step++) {
    const plan = planSpawn(task, gate, {...history, fallbacks: step}, world.config)
    if (unheard !== '') world.report.warn(`${unheard}; ${plan === null ? 'nobody else is left to ask' : `${plan.executor}:${plan.model} is asked next`}`)
    if (plan === null) return {kind: 'none', failed: tried.length > 0, raw, outcomes}
    const outcome = await spawn(world, plan, step === 0 ? files : {...files, name: `${files.name}-${step + 1}`}, booking, tried)
    outcomes.push(outcome)
    const value = outcome.failure === null ? read(outcome) : undefined
    if (value !== undefined) return {kind: 'answer', value, plan, outcomes}
    raw = outcome.text
    tried.push(`${plan.executor}:${plan.model}`)
    if (outcome.failure === 'interrupted') return {kind: 'none', failed: true, raw, outcomes}
    unheard = `${gate}: ${plan.executor}:${plan.model} ${outcome.failure === null ? 'answered something that cannot be read' : `failed (${outcome.failure}: ${outcome.message})`}`
  }
}
