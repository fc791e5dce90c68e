import type {Config} from '../config/layers.js'
import {implementComplexity, presetChain, type Step} from '../config/presets.js'
import {describeSource, type Source} from '../config/sourced.js'
import {targetsOf} from '../config/tier.js'
import {TIERS, TOOL_GATES, type Complexity, type Executor, type Gate, type Tier} from '../config/words.js'
import {PilotError} from '../../errors.js'
import {escalate, type History, type Rise} from './escalation.js'

/** A choice and everything that can be said about why. */
export type Chosen<T> = {value: T; from: string; at: string | null; key: string | null; reason: string | null; overrode: {from: string; value: unknown; at: string | null}[]}

/** What a person pinned, by flag or label; a label's own text is kept for the provenance. */
export type Pins = {executor?: Pin<Executor>; tier?: Pin<Tier>; model?: Pin<string>}
export type Pin<T> = {value: T; from: 'flag' | 'label'; key: string}

export const chosen = <T>(value: T, source: Source, key: string): Chosen<T> => ({
  value, from: source.from, at: source.at ?? null, key: source.key ?? key, reason: null, overrode: source.overrode.map((o) => ({from: o.from, value: o.value, at: o.at ?? null})),
})
const pinned = <T>(pin: Pin<T>, over: Chosen<unknown>): Chosen<T> =>
  ({value: pin.value, from: pin.from, at: null, key: pin.key, reason: null, overrode: [{from: over.from, value: over.value, at: over.at}, ...over.overrode]})

export const usesTools = (gate: Gate): boolean => TOOL_GATES.some((g) => g === gate)

/** The tier of a gate at one step of its chain; null where the step needs no model, or the chain has ended. */
export function chooseTier(gate: Gate, complexity: Complexity, pins: Pins, history: History & {fallbacks: number}, tag: 'ARCH' | 'SECURITY' | null, config: Config): {tier: Chosen<Tier>; rise: Rise | null} | null {
  const base = configuredTier(gate, complexity, history.fallbacks, config)
  // a written planning.model is one model, so there is nothing to fall back to
  if (history.fallbacks > 0 && gate === 'plan' && config.source('planning.model').from !== 'default') return null
  if (history.fallbacks > 0) return base && {tier: base, rise: null}
  const pin = pins.tier
  if (pin) return {tier: base ? pinned(pin, base) : {value: pin.value, from: pin.from, at: null, key: pin.key, reason: null, overrode: []}, rise: null}
  if (base === null) return null
  const rise = escalate(gate, base.value, tag, history, config.settings.routing.max_escalations_per_issue)
  if (rise === undefined) return {tier: base, rise: null}
  const tier = {value: rise.to, from: 'escalation', at: null, key: null, reason: rise.reason, overrode: [{from: base.from, value: base.value, at: base.at}, ...base.overrode]}
  return {tier, rise}
}

/** routing.complexity (implement) > routing.gates > preset; a written choice is one tier without a chain. */
function configuredTier(gate: Gate, complexity: Complexity, step: number, config: Config): Chosen<Tier> | null {
  const {routing} = config.settings
  const row = gate === 'implement' ? implementComplexity(complexity) : undefined
  const own = row === undefined ? undefined : routing.complexity[row]
  if (own !== undefined) return step === 0 ? chosen(own, config.source(`routing.complexity.${row}`), `routing.complexity.${row}`) : null
  const written = routing.gates[gate]
  if (written !== undefined) return step === 0 ? chosen(written, config.source(`routing.gates.${gate}`), `routing.gates.${gate}`) : null
  const {chain, key} = presetChain(routing.preset, gate, complexity)
  const value: Step | undefined = chain[step]
  if (value === undefined || !isTier(value)) return null
  const preset = config.source('routing.preset')
  return {value, from: 'preset', at: routing.preset, key, reason: preset.from === 'default' ? null : `routing.preset from ${describeSource(preset)}`, overrode: []}
}

const isTier = (step: Step): step is Tier => TIERS.some((tier) => tier === step)

/** flag > label > configuration for the gates that use tools; the text gates take the executor of their tier. A model never changes it. */
export function chooseExecutor(gate: Gate, tier: Tier, pins: Pins, config: Config): Chosen<Executor> {
  const configured = chosen(config.settings.executor.default, config.source('executor.default'), 'executor.default')
  const targets = targetsOf(config.settings.tiers[tier])
  if (usesTools(gate) && !(gate === 'plan' && isPresetChoice())) return pins.executor ? pinned(pins.executor, configured) : configured
  const own = targets.find((target) => target.executor === configured.value) ?? targets[0]
  if (own === undefined) throw new PilotError('ROUTING', `tier ${tier} names no executor`, [`set tiers.${tier} in .pilot/config.yaml`])
  return chosen(own.executor, config.source(`tiers.${tier}`), `tiers.${tier}`)

  /**
   * A preset that plans on a tier which the configured executor has no model for (`economy`, `local`: free) means that tier's own executor.
   * A person's flag or label, a written gate and a written planning.model mean what they say.
   */
  function isPresetChoice(): boolean {
    return pins.executor === undefined && config.settings.routing.gates.plan === undefined && config.source('planning.model').from === 'default'
      && targets.length > 0 && !targets.some((target) => target.executor === configured.value)
  }
}

/** flag > label > planning.model (plan gate, where written) > the tier's entry for the executor. */
export function chooseModel(gate: Gate, tier: Tier, executor: Executor, pins: Pins, config: Config): {model: Chosen<string>; endpoint: string | null} {
  const target = targetsOf(config.settings.tiers[tier]).find((t) => t.executor === executor)
  const source = config.source(`tiers.${tier}`)
  const planning = config.source('planning.model')
  const base = gate === 'plan' && planning.from !== 'default'
    ? chosen(config.settings.planning.model, planning, 'planning.model')
    : target && chosen(target.model, source, `tiers.${tier}`)
  if (pins.model) {
    const over = base ?? chosen<string | null>(null, source, `tiers.${tier}`)
    return {model: pinned(pins.model, over), endpoint: target?.endpoint ?? null}
  }
  if (base === undefined) {
    throw new PilotError('ROUTING', `gate ${gate}: tier ${tier} (${describeSource(source)}) has no model for executor ${executor}`,
      [`add an entry for ${executor} under tiers.${tier} in .pilot/config.yaml`, 'pilot route --help'])
  }
  return {model: base, endpoint: target?.endpoint ?? null}
}

const FAMILIES: readonly (readonly [RegExp, Executor])[] = [
  [/^(?:claude-|(?:sonnet|opus|haiku|fable)$)/, 'claude'], [/^(?:gpt-|o\d(?:-|$)|codex-)/, 'codex'], [/^gemini-/, 'gemini'],
]
/** Executors that run any model, or leave the choice to a server or a script. */
const ANY_MODEL: readonly Executor[] = ['native', 'shell', 'opencode']

/** A model that the executor surely cannot run is an error here, never a rewrite. Unknown names pass: endpoints and gateways have their own. */
export function assertRuns(executor: Executor, model: Chosen<string>, gate: Gate): void {
  if (executor === 'native' && (gate === 'implement' || gate === 'lint')) {
    throw new PilotError('ROUTING', `gate ${gate}: executor native is one request without tools and cannot change files (${[model.from, model.at, model.key].filter((x) => x !== null).join(' ')})`,
      ['choose an agent with executor.default or --executor'])
  }
  const family = FAMILIES.find(([pattern]) => pattern.test(model.value))?.[1]
  if (ANY_MODEL.includes(executor) || family === undefined || family === executor) return
  throw new PilotError('ROUTING', `gate ${gate}: executor ${executor} cannot run model ${model.value} (${[model.from, model.at, model.key].filter((x) => x !== null).join(' ')}), which is ${family}'s`,
    [`name a model of ${executor}, or choose the executor with --executor ${family}`])
}
