import {complexityOf} from './complexity.js'
import {mergeVerdict, type DecomposeSettings, type LlmVerdict, type Veto} from './merge.js'
import type {ClassifyResult} from './result.js'
import {signalsOf, type Tag} from './signals.js'

export type ClassifyInput = {number: number | null; title: string; body: string; labels: readonly string[]}

const NO_DECOMPOSE = 'no-decompose'

/** What a person set against splitting: a label, which takes triage rights, or a tag in the title. Text of the body never counts. */
export function vetoOf(labels: readonly string[], tags: readonly Tag[]): Veto | null {
  const label = labels.find((name) => name.trim().toLowerCase() === NO_DECOMPOSE)
  if (label !== undefined) return {kind: 'label', evidence: label.trim()}
  const tag = tags.find((t) => t === 'no-plan' || t === 'single')
  return tag === undefined ? null : {kind: 'title', evidence: `[${tag}]`}
}

/**
 * How large an issue is and whether it may be split, by rules alone or with a model's verdict laid over them.
 * Pure and linear in the length of the body. `confidence` is 0–1; `costUsd` null means that no model was asked or its price is unknown.
 */
export function classify(input: ClassifyInput, settings: DecomposeSettings, verdict?: LlmVerdict): ClassifyResult {
  const signals = signalsOf(input)
  const veto = vetoOf(input.labels, signals.tags)
  const {split, keywords} = signals
  const merged = mergeVerdict({
    ...complexityOf(signals, input.title), taggedEpic: signals.tags.includes('epic'), veto,
    words: signals.words, splitPoints: split.points.length, onePackage: signals.onePackage,
  }, verdict, settings)
  const words = [...new Set([...keywords.epic, ...keywords.complex, ...keywords.simple, ...keywords.trivial])]
  return {
    issue: input.number, ...merged,
    signals: {
      words: signals.words, checkboxes: signals.checkboxes, phases: signals.phases,
      splitPoints: split.points.length, splitSource: split.source, directories: signals.directories, keywords: words.slice(0, 10),
      tag: signals.tags[0] ?? null,
    },
    bypass: veto, usage: verdict?.usage ?? null, costUsd: verdict?.costUsd ?? null,
  }
}
