import {COMPLEXITIES, type Complexity} from '../config/words.js'
import type {Refusal} from './result.js'
import type {Usage} from '../plan/plan.js'

export type DecomposeSettings = {enabled: boolean; min_complexity: Complexity; max_subtasks: number; min_description_words: number}
/** A model's answer of the classify gate that passed its schema, with what it cost. */
export type LlmVerdict = {
  complexity: Complexity; decompose: boolean; confidence: number; reason: string; usage: Usage | null; costUsd: number | null
}
export type Veto = {kind: 'label' | 'title'; evidence: string}
/** What the rules found. `onePackage` names the only package that the work touches. */
export type RulesVerdict = {
  complexity: Complexity; confidence: number; reason: string; taggedEpic: boolean; veto: Veto | null
  words: number; splitPoints: number; onePackage: string | null
}
export type Merged = {
  complexity: Complexity; source: 'heuristic' | 'llm'; confidence: number; reason: string
  decompose: {eligible: boolean; reason: string; code: Refusal | null}
}

export const atLeast = (a: Complexity, b: Complexity): boolean => COMPLEXITIES.indexOf(a) >= COMPLEXITIES.indexOf(b)

/** `[epic]` in the title stays; work that a person forbade to split is run as one, so it counts as `complex` at most. */
function levelOf(rules: RulesVerdict, said: Complexity): Complexity {
  if (rules.taggedEpic) return 'epic'
  return said === 'epic' && rules.veto !== null ? 'complex' : said
}

/** The rules' verdict with a model's laid over it: the model decides level and split, people's vetoes and the package scope stand. */
export function mergeVerdict(rules: RulesVerdict, verdict: LlmVerdict | undefined, settings: DecomposeSettings): Merged {
  const source = verdict ? 'llm' : 'heuristic'
  const complexity = levelOf(rules, (verdict ?? rules).complexity)
  const {confidence, reason} = verdict ?? rules
  const refusal = refusalOf(rules, verdict, complexity, settings)
  return {complexity, source, confidence, reason, decompose: refusal ?? {eligible: true, reason: complexity, code: null}}
}

/** The first reason against splitting, in the order of the contract; null when there is none. */
function refusalOf(
  rules: RulesVerdict, verdict: LlmVerdict | undefined, complexity: Complexity, settings: DecomposeSettings,
): Merged['decompose'] | null {
  const no = (code: Refusal, reason: string): Merged['decompose'] => ({eligible: false, reason, code})
  const {veto, words, splitPoints, onePackage} = rules
  if (veto?.kind === 'label') return no('no_decompose_label', `label ${veto.evidence}`)
  if (veto?.kind === 'title') return no('no_decompose_title', `${veto.evidence} in the title`)
  if (!settings.enabled) return no('disabled', 'decompose.enabled is false')
  if (!atLeast(complexity, settings.min_complexity)) return no('below_min_complexity', `${complexity} is below ${settings.min_complexity}`)
  // Only the rules need words to go by; a model has already judged a short text.
  if (verdict === undefined && words < settings.min_description_words) {
    return no('description_too_short', `${words} of ${settings.min_description_words} words`)
  }
  if (verdict === undefined && splitPoints < 2) return no('no_split_points', `${splitPoints} split points`)
  if (verdict?.decompose === false) return no('no_split_points', `the model keeps it whole: ${verdict.reason}`)
  return onePackage === null ? null : no('single_package', `all work is in ${onePackage}`)
}
