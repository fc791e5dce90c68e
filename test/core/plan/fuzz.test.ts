import {readdirSync, readFileSync} from 'node:fs'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {parsePlanComment, printPlanComment} from '../../../src/lib/core/issue/plan-comment.js'
import {MAX_BODY} from '../../../src/lib/core/issue/text.js'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {draftOf, SUBTASKS_READ, type PlanDraft, type SubtaskDraft} from '../../../src/lib/core/plan/draft.js'
import {overlaps} from '../../../src/lib/core/plan/overlap.js'
import {parsePlan} from '../../../src/lib/core/plan/parse.js'
import {planSchema, type EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {nasties} from '../../support/nasty.js'
import {context} from './support.js'

const SEED = {seed: 20260101}
const folder = new URL('../../fixtures/plans/', import.meta.url)
const corpus = readdirSync(folder).filter((name) => name !== 'expected.json').map((name) => readFileSync(new URL(name, folder), 'utf8'))
const SCRAPS = [
  '{', '}', '[', ']', '"', '\\', '```\n', '1. ', '2) ', '**', '### ', '- [ ] ', '\n', '\r\n', '| a | b |\n|---|---|\n', '<think>', '</think>', 'Decision: single',
  ' — ', ': ', 'feat(x): ', '<!-- pilot:child', '@a ', 'Parent: #1\n', '\u202e', '\ud800', '😀', '{"subtasks":', 'null', '\t', '/*', "'", 'Depends on: 1–9',
]

/** Texts of the corpus with pieces cut out and scraps put in, and texts of nothing but scraps. */
const cuts = fc.array(fc.record({at: fc.double({min: 0, max: 1, noNaN: true}), cut: fc.nat(12), scrap: fc.constantFrom(...SCRAPS)}), {maxLength: 6})
const mangled = fc.tuple(fc.constantFrom(...corpus), cuts).map(([whole, edits]) => edits.reduce((text, {at, cut, scrap}) => {
  const from = Math.floor(at * text.length)
  return text.slice(0, from) + scrap + text.slice(from + cut)
}, whole))
const anyText = fc.oneof({weight: 6, arbitrary: mangled}, fc.array(fc.constantFrom(...SCRAPS, ...nasties(40)), {maxLength: 30}).map((parts) => parts.join('')), fc.string({unit: 'binary', maxLength: 200}))

const GLOBS = [
  'api/**', 'api/a.ts', 'web/*.tsx', 'web/index.ts', 'package.json', 'package-lock.json', '**', '', '../x', 'db/migrations/1.sql', 'docs/', 'packages/@scope/a.ts', 'src\\win.ts', 'größe/a.ts', 'a.ts (new)',
]
const text = fc.oneof(
  fc.constantFrom('Add store', '**Bold** `code`', 'Verify all of it', 'feat(api): route', 'word '.repeat(40), 'Closes #1 @you', '- [ ] one', 'Run it', 'x'.repeat(1200), '```\nopen'),
  fc.constantFrom(...nasties(200, 5)), fc.string({maxLength: 60}),
)
const anySubtask = (order: number, n: number): fc.Arbitrary<SubtaskDraft> => fc.record({
  order: fc.oneof({weight: 20, arbitrary: fc.constant(order)}, fc.integer({min: -1, max: n})), title: text, description: fc.oneof({weight: 4, arbitrary: text.map((t) => `Told: ${t}`)}, text),
  acceptance: fc.array(text, {maxLength: 4}), dependsOn: fc.array(fc.integer({min: 1, max: Math.max(1, order - 1)}), {maxLength: order > 1 ? 2 : 0}),
  touches: fc.array(fc.constantFrom(...GLOBS), {maxLength: 3}), complexity: fc.constantFrom('trivial', 'simple', 'medium', 'complex'),
})
const anyDraft: fc.Arbitrary<PlanDraft> = fc.nat(9).chain((n) => fc.record({
  reason: text, effort: text, subtasks: fc.tuple(...Array.from({length: n}, (_, i) => anySubtask(i + 1, n))),
}))
/** Text in which nothing has to be made inert, so that it comes out as it went in. */
const prose = fc.array(fc.constantFrom('rows', 'and columns.', '\n\n- a point', '\n', '**bold**', '`code`', '```\nblock\n```', '| a |', 'größe', '検索', '1. one', 'x'.repeat(900)), {maxLength: 8}).map((parts) => parts.join(' '))
/** A draft without a fault that only its author could mend: places of their own, plain words, edges backwards. */
const soundDraft: fc.Arbitrary<PlanDraft> = fc.integer({min: 2, max: 12}).chain((n) => fc.record({
  reason: fc.constant('why'), effort: fc.constant(''),
  subtasks: fc.tuple(...Array.from({length: n}, (_, i) => fc.record({
    order: fc.constant(i + 1), title: fc.constant(`Build part ${i + 1}`), description: prose.map((t) => `Write part ${i + 1}. ${t}`),
    acceptance: fc.array(fc.nat(99).map((k) => `part ${i + 1} does ${k}`), {maxLength: 3}), dependsOn: fc.array(fc.integer({min: 1, max: Math.max(1, i)}), {maxLength: i > 0 ? 3 : 0}),
    touches: fc.array(fc.constantFrom(...['api', 'web', 'cli'].map((place) => `${place}/${i + 1}/**`)), {maxLength: 2}), complexity: fc.constantFrom('simple', 'complex'),
  }) as fc.Arbitrary<SubtaskDraft>)),
}))
const planOf = (draft: PlanDraft, maxSubtasks = 5): EpicPlan | null => {
  const checked = checkPlan(draft, context({maxSubtasks}))
  if (!checked.ok) expect(checked.problems.length).toBeGreaterThan(0)
  return checked.ok ? checked.plan : null
}

function assertSound(plan: EpicPlan, max: number): void {
  planSchema.parse(plan)
  const {subtasks, waves, decision} = plan
  expect(subtasks.length).toBeLessThanOrEqual(max)
  expect(decision === 'split' ? subtasks.length >= 2 : subtasks.length === 0).toBe(true)
  expect(subtasks.map((s) => s.order)).toEqual(subtasks.map((_, i) => i + 1))
  expect(new Set(subtasks.map((s) => s.key)).size).toBe(subtasks.length)
  expect(waves.flat().sort((a, b) => a - b)).toEqual(subtasks.map((s) => s.order))
  const waveOf = new Map(waves.flatMap((wave, i) => wave.map((order) => [order, i] as const)))
  for (const s of subtasks) {
    for (const d of s.dependsOn) { expect(d).toBeLessThan(s.order); expect(waveOf.get(d)!).toBeLessThan(waveOf.get(s.order)!) }
    for (const other of subtasks.filter((o) => o.order < s.order)) {
      if (!s.touches.some((a) => other.touches.some((b) => overlaps(a, b)))) continue
      expect(s.dependsOn).toContain(other.order)
      expect(waveOf.get(other.order)).not.toBe(waveOf.get(s.order))
    }
  }
}

test('any text in: no throw, and what comes out as a plan is sound', () => {
  let plans = 0
  fc.assert(fc.property(anyText, (answer) => {
    const parsed = parsePlan(answer)
    const plan = parsed.kind === 'unparseable' ? null : planOf(parsed.draft)
    if (plan === null) return
    plans += 1
    assertSound(plan, 5)
  }), {...SEED, numRuns: 2000})
  expect(plans).toBeGreaterThan(400)
})

test('any draft in: sound or explained, waves keep apart what may meet, and checking the plan again changes nothing', () => {
  let split = 0
  fc.assert(fc.property(anyDraft, fc.integer({min: 2, max: 6}), (draft, max) => {
    const plan = planOf(draft, max)
    if (plan === null) return
    assertSound(plan, max)
    if (plan.decision === 'split') split += 1
    expect(planOf(draftOf(plan), max)).toEqual(plan)
  }), {...SEED, numRuns: 1500})
  expect(split).toBeGreaterThan(100)
})

test('a plan read back is the plan: as a file, as a comment that fits, and as an answer', () => {
  let split = 0
  fc.assert(fc.property(anyDraft, fc.string({unit: 'binary', maxLength: 100}), fc.option(fc.double({min: 0, max: 50, noNaN: true})), (draft, title, costUsd) => {
    const checked = checkPlan(draft, context({epic: {...context().epic, title}}))
    if (!checked.ok) return
    const plan = {...checked.plan, costUsd: costUsd === 0 ? 0 : costUsd, usage: {inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 2}}
    const comment = printPlanComment(plan)
    expect(comment.length).toBeLessThanOrEqual(MAX_BODY)
    expect(parsePlanComment(comment)).toEqual(plan)
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
    if (plan.decision === 'single') return
    split += 1
    expect(parsePlan(JSON.stringify(plan))).toEqual({kind: 'json', draft: draftOf(plan)})
    expect(parsePlan(`Here it is:\n\`\`\`json\n${JSON.stringify(plan, null, 2)}\n\`\`\`\n`)).toEqual({kind: 'json', draft: draftOf(plan)})
  }), {...SEED, numRuns: 1000})
  expect(split).toBeGreaterThan(100)
})

test('too many subtasks: every title, description, criterion and file is still there', () => {
  // letters and digits: marks may be escaped once more where a fence of one text now stands above another
  const squeezed = (all: string): string => all.replace(/[^\p{L}\p{N}]+/gu, '')
  let merged = 0
  fc.assert(fc.property(soundDraft, fc.integer({min: 2, max: 5}), (draft, max) => {
    const wide = planOf(draft, 20)
    const plan = planOf(draft, max)
    if (wide?.decision !== 'split' || plan?.decision !== 'split') return
    if (plan.subtasks.length < wide.subtasks.length) merged += 1
    const all = plan.subtasks.map((s) => squeezed([s.title, s.description, ...s.acceptance].join('\n'))).join('')
    for (const s of wide.subtasks) for (const part of [s.title, ...s.description.split('\n'), ...s.acceptance]) expect(all).toContain(squeezed(part))
    expect(new Set(plan.subtasks.flatMap((s) => s.touches))).toEqual(new Set(wide.subtasks.flatMap((s) => s.touches)))
  }), {...SEED, numRuns: 500})
  expect(merged).toBeGreaterThan(100)
})

test.each([
  ['open braces', '{'], ['open brackets', '['], ['quotes', '"'], ['backslashes in a string', '{"\\'], ['fences', '```\n'], ['open lists in texts', '["'], ['open objects', '{"a":'],
  ['numbered lines', '1. a\n'], ['counting lines', '# 1. **a**\n'], ['table rows', '| a | b |\n'], ['rules of tables', '|--'], ['comments', '{/*'], ['apostrophes', "['"],
  ['emphasis', '**'], ['spaces', ' '], ['wrapped', '{"result":'], ['list marks', '- '], ['words', 'plan '], ['dependencies', '1, '], ['task words', 'Task 1 '], ['dependency words', 'depends on task 1, '],
  ['dashes', '-'], ['thinking', '<think>'], ['closed thinking', '</think>\n'], ['sentences', 'keep it as one '], ['boxes', '- [ ] a: b\n'], ['digits', '1'], ['emoji', '🚀'],
])('%s: two hundred thousand characters cost about eight times twenty-five thousand', (_name, unit) => {
  expectLinear((length) => unit.repeat(Math.ceil(length / unit.length)))
})

/** A row of items with what each waits for, `each` of them and filled up to the length, and what stands around it. */
const rows = (item: (n: number, more: string) => string, [before, between, after]: [string, string, string], most: number) => (length: number): string => {
  const count = Math.min(most, Math.ceil(length / item(100, '').length))
  const more = Math.max(0, Math.floor(length / count) - item(100, '').length)
  return before + Array.from({length: count}, (_, i) => item(i + 1, 'of 1, '.repeat(more / 6))).join(between) + after
}
const JSON_LIST: [string, string, string] = ['{"subtasks":[', ',', ']}']
const jsonItem = (n: number, deps: string): string => `{"order":${n},"title":"Build part ${n}","description":"Do it.","dependsOn":${deps}}`
test.each<[string, (n: number, more: string) => string, [string, string, string]]>([
  ['JSON, a number', (n, more) => jsonItem(n, `["${n + 1}","${more}"]`), JSON_LIST], ['JSON, a title', (n, more) => jsonItem(n, `["Build part ${n + 1}","${more}"]`), JSON_LIST],
  ['JSON, a list of many', (n, more) => jsonItem(n, `["x"${more.replaceAll('of 1, ', ',"of 2"')}]`), JSON_LIST], ['JSON, a text', (n, more) => jsonItem(n, `"part ${n - 1} ${more}"`), JSON_LIST],
  ['boxes', (n, more) => `- [ ] **Build part ${n}**: do it\n  Depends on: part ${n + 1} ${more}`, ['', '\n', '']],
  ['boxes of many lines', (n, more) => `- [ ] **Build part ${n}**: do it${more.replaceAll('of 1, ', '\n  Depends on: x')}`, ['', '\n', '']],
  ['headings', (n, more) => `### ${n}. Build part ${n}\nDo it.\nDepends on: part ${n + 1} ${more}`, ['', '\n', '']],
  ['a table', (n, more) => `| Build part ${n} | do it | part ${n + 1} ${more} |`, ['| Title | Description | Depends on |\n|---|---|---|\n', '\n', '']],
])('%s: what waits for what costs no square, in as many items as there is room for and in as many as are read', (_name, item, around) => {
  expectLinear(rows(item, around, Infinity))
  expectLinear(rows(item, around, SUBTASKS_READ))
  // the one limit: beyond it nothing is compared, and nothing is a plan
  const waits = (count: number): boolean[] => {
    const parsed = parsePlan(rows(item, around, count)(100_000))
    return parsed.kind === 'unparseable' ? [] : [parsed.draft.subtasks.length === count, parsed.draft.subtasks.some(({dependsOn}) => dependsOn.length > 0)]
  }
  expect(waits(SUBTASKS_READ + 1)[1]).toBe(false)
  expect(waits(SUBTASKS_READ)[0]).toBe(true)
})

function expectLinear(answerOf: (length: number) => string): void {
  const cost = (length: number): number => Math.min(...[1, 2, 3].map(() => {
    const answer = answerOf(length)
    const from = process.cpuUsage()
    parsePlan(answer)
    return process.cpuUsage(from).user / 1000
  }))
  cost(1000)
  // Eight times the length: about 8 when linear, 64 when quadratic. Below ten milliseconds the measure is noise.
  expect(cost(200_000) / Math.max(cost(25_000), 10)).toBeLessThan(40)
}
