import type {Complexity, Gate, ImplementComplexity, Preset, Tier} from './words.js'

/** One step of a chain: a tier's model, or a way to answer without any model. */
export type Step = Tier | 'rules' | 'template'
/** Tried in order: the next step serves when the one before does not answer, answers empty, or answers what its schema rejects. */
export type Chain = readonly [Step, ...Step[]]

export type PresetTable = {
  gates: Record<Exclude<Gate, 'implement'>, Chain>
  implement: Record<ImplementComplexity, Chain>
  /** How many times a tier may rise after failures, for one issue. Rises by label or by complexity do not count. */
  maxEscalations: number
}

/** A free model is the least reliable, so a chain that leaves the machine ends with one that will answer. */
const FREE_CHEAP: Chain = ['free', 'cheap', 'balanced']
const FREE_TEMPLATE: Chain = ['free', 'template']
const implement = (trivial: Tier, simple: Tier, medium: Tier, complex: Tier): PresetTable['implement'] =>
  ({trivial: [trivial], simple: [simple], medium: [medium], complex: [complex]})
const always = (tier: Tier): PresetTable['implement'] => implement(tier, tier, tier, tier)

/** Which tier serves which gate. `local` has no chain to another tier: its free steps answer on this machine or fail. */
export const PRESET_TABLES: Record<Preset, PresetTable> = {
  'opus-plans': {
    gates: {
      classify: FREE_CHEAP, plan: ['frontier'], draft: ['cheap'], lint: ['cheap'], review: ['balanced'],
      commit: FREE_TEMPLATE, decide: ['balanced'],
    },
    implement: always('balanced'), maxEscalations: 0,
  },
  economy: {
    gates: {
      classify: FREE_CHEAP, plan: FREE_CHEAP, draft: FREE_CHEAP, lint: ['cheap'], review: ['balanced'],
      commit: FREE_TEMPLATE, decide: ['balanced'],
    },
    implement: implement('cheap', 'cheap', 'cheap', 'frontier'), maxEscalations: 1,
  },
  quality: {
    gates: {
      classify: ['cheap'], plan: ['frontier'], draft: ['balanced'], lint: ['cheap'], review: ['frontier'],
      commit: ['cheap'], decide: ['frontier'],
    },
    implement: implement('balanced', 'balanced', 'frontier', 'frontier'), maxEscalations: 1,
  },
  single: {
    gates: {
      classify: ['rules'], plan: ['balanced'], draft: ['balanced'], lint: ['balanced'], review: ['balanced'],
      commit: ['template'], decide: ['balanced'],
    },
    implement: always('balanced'), maxEscalations: 0,
  },
  local: {
    gates: {
      classify: ['free'], plan: ['free'], draft: ['free'], lint: ['cheap'], review: ['balanced'],
      commit: FREE_TEMPLATE, decide: ['cheap'],
    },
    implement: always('balanced'), maxEscalations: 1,
  },
}

/** An issue that stays whole although it is an epic (`no-decompose`, splitting off) is implemented like a complex one. */
export const implementComplexity = (complexity: Complexity): ImplementComplexity => complexity === 'epic' ? 'complex' : complexity

/** What a preset writes for a gate, and the key of that cell (`gates.plan`, `complexity.medium`) for provenance. */
export function presetChain(preset: Preset, gate: Gate, complexity: Complexity): {chain: Chain; key: string} {
  const table = PRESET_TABLES[preset]
  if (gate !== 'implement') return {chain: table.gates[gate], key: `gates.${gate}`}
  const row = implementComplexity(complexity)
  return {chain: table.implement[row], key: `complexity.${row}`}
}
