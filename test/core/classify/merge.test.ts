import {expect, test} from 'vitest'
import {mergeVerdict, type DecomposeSettings, type LlmVerdict, type RulesVerdict} from '../../../src/lib/core/classify/merge.js'

const settings: DecomposeSettings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100}
const rules: RulesVerdict = {complexity: 'epic', confidence: 0.7, reason: 'rules', taggedEpic: false, veto: null, words: 200,
  splitPoints: 4, onePackage: null}
const said: LlmVerdict = {complexity: 'epic', decompose: true, confidence: 0.9, reason: 'model', usage: null, costUsd: null}
const label = {kind: 'label', evidence: 'no-decompose'} as const
const title = {kind: 'title', evidence: '[single]'} as const

test.each<[string, Partial<RulesVerdict>, Partial<LlmVerdict> | null, Partial<DecomposeSettings>, string, boolean, string | null]>([
  ['rules alone', {}, null, {}, 'epic', true, null],
  ['rules alone, few words', {words: 99}, null, {}, 'epic', false, 'description_too_short'],
  ['rules alone, just enough words', {words: 100}, null, {}, 'epic', true, null],
  ['rules alone, one point', {splitPoints: 1}, null, {}, 'epic', false, 'no_split_points'],
  ['the word gate is not the model\'s', {words: 5}, {}, {}, 'epic', true, null],
  ['a model needs no marked points', {splitPoints: 0}, {}, {}, 'epic', true, null],
  ['a model lowers the level', {}, {complexity: 'medium'}, {}, 'medium', false, 'below_min_complexity'],
  ['a model raises the level', {complexity: 'simple'}, {}, {}, 'epic', true, null],
  ['a model keeps it whole', {}, {decompose: false}, {}, 'epic', false, 'no_split_points'],
  ['the tag outlives the model', {taggedEpic: true}, {complexity: 'simple'}, {}, 'epic', true, null],
  ['the label outlives the model', {veto: label}, {}, {}, 'complex', false, 'no_decompose_label'],
  ['the title outlives the model', {veto: title}, {}, {}, 'complex', false, 'no_decompose_title'],
  ['tag and veto', {veto: label, taggedEpic: true}, {}, {}, 'epic', false, 'no_decompose_label'],
  ['one package outlives the model', {onePackage: 'src/auth'}, {}, {}, 'epic', false, 'single_package'],
  ['switched off outlives the model', {}, {}, {enabled: false}, 'epic', false, 'disabled'],
  ['one package outlives the tag', {taggedEpic: true, onePackage: 'src/auth'}, null, {}, 'epic', false, 'single_package'],
  ['a label before a switch', {veto: label}, {}, {enabled: false}, 'complex', false, 'no_decompose_label'],
  ['a switch before the level', {complexity: 'simple'}, null, {enabled: false}, 'simple', false, 'disabled'],
  ['the level before the words', {complexity: 'simple', words: 1}, null, {}, 'simple', false, 'below_min_complexity'],
  ['the words before the points', {words: 1, splitPoints: 0}, null, {}, 'epic', false, 'description_too_short'],
  ['the points before the package', {splitPoints: 0, onePackage: 'src'}, null, {}, 'epic', false, 'no_split_points'],
  ['a veto caps the rules as well', {veto: title}, null, {}, 'complex', false, 'no_decompose_title'],
  ['a veto raises nothing', {veto: label, complexity: 'simple'}, null, {}, 'simple', false, 'no_decompose_label'],
  ['a model cannot split below the minimum', {}, {complexity: 'complex', decompose: true}, {}, 'complex', false, 'below_min_complexity'],
  ['a model can split what the minimum lets through', {complexity: 'simple', words: 3, splitPoints: 0}, {complexity: 'medium'}, {min_complexity: 'medium'},
    'medium', true, null],
  ['a model may refuse what the rules would split', {splitPoints: 9, words: 900}, {decompose: false}, {}, 'epic', false, 'no_split_points'],
  ['a lower minimum', {complexity: 'complex'}, null, {min_complexity: 'complex'}, 'complex', true, null],
])('%s', (_name, r, v, s, complexity, eligible, code) => {
  const got = mergeVerdict({...rules, ...r}, v === null ? undefined : {...said, ...v}, {...settings, ...s})
  expect(got).toMatchObject({complexity, source: v === null ? 'heuristic' : 'llm', decompose: {eligible, code}})
  expect([got.reason, got.confidence]).toEqual(v === null ? ['rules', 0.7] : ['model', 0.9])
})
