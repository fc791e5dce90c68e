import {readdirSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {draftOf, type PlanDraft} from '../../../src/lib/core/plan/draft.js'
import {overlaps} from '../../../src/lib/core/plan/overlap.js'
import {parsePlan} from '../../../src/lib/core/plan/parse.js'
import {planSchema, type EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {context, random} from './support.js'

const folder = new URL('../../fixtures/plans/', import.meta.url)
const corpus = readdirSync(folder).filter((name) => name !== 'expected.json').map((name) => readFileSync(new URL(name, folder), 'utf8'))
const SCRAPS = [
  '{', '}', '[', ']', '"', '\\', '```\n', '1. ', '2) ', '**', '### ', '- [ ] ', '\n', '\r\n',
  ' — ', ': ', 'feat(x): ', '<!-- pilot:child', '@a ', 'Parent: #1\n', '\u202e', '\ud800', '😀', '{"subtasks":', 'null', '\t',
]

/** A text of the corpus with pieces cut out, moved and scraps put in. */
function mangled(rnd: () => number): string {
  let text = corpus[Math.floor(rnd() * corpus.length)]!
  for (let i = Math.floor(rnd() * 6); i >= 0; i--) {
    const at = Math.floor(rnd() * (text.length + 1))
    const cut = Math.floor(rnd() * 12)
    text = text.slice(0, at) + SCRAPS[Math.floor(rnd() * SCRAPS.length)]! + text.slice(at + cut)
  }
  return text
}

const GLOBS = [
  'api/**', 'api/a.ts', 'web/*.tsx', 'web/index.ts', 'package.json', 'package-lock.json', '**', '', '../x', 'db/migrations/1.sql', 'docs/',
]
const TEXTS = ['Add store', '**Bold** `code`', 'Verify all of it', 'feat(api): route', 'x'.repeat(300), 'Closes #1 @you', '- [ ] one', '']
function anyDraft(rnd: () => number): PlanDraft {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rnd() * list.length)]!
  const n = Math.floor(rnd() * 9)
  return {
    reason: pick(TEXTS), effort: pick(TEXTS),
    subtasks: Array.from({length: n}, (_, i) => ({
      order: rnd() < 0.95 ? i + 1 : Math.floor(rnd() * 5),
      title: pick(TEXTS) || 'Titled', description: pick(TEXTS) || (rnd() < 0.9 ? 'Told.' : ''),
      acceptance: [pick(TEXTS), pick(TEXTS)], dependsOn: rnd() < 0.5 && i > 0 ? [1 + Math.floor(rnd() * (rnd() < 0.9 ? i : n + 2))] : [],
      touches: rnd() < 0.8 ? [pick(GLOBS), pick(GLOBS)] : [], complexity: pick(['trivial', 'simple', 'medium', 'complex'] as const),
    })),
  }
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
  const rnd = random(20260101)
  let plans = 0
  for (let i = 0; i < 3000; i++) {
    const parsed = parsePlan(mangled(rnd))
    if (parsed.kind === 'unparseable') continue
    const checked = checkPlan(parsed.draft, context())
    if (!checked.ok) { expect(checked.problems.length).toBeGreaterThan(0); continue }
    plans += 1
    assertSound(checked.plan, 5)
  }
  expect(plans).toBeGreaterThan(500)
})

test('any draft in: sound or explained, and checking the plan again changes nothing', () => {
  const rnd = random(7)
  let split = 0
  for (let i = 0; i < 1500; i++) {
    const max = 2 + Math.floor(rnd() * 5)
    const checked = checkPlan(anyDraft(rnd), context({maxSubtasks: max}))
    if (!checked.ok) { expect(checked.problems.length).toBeGreaterThan(0); continue }
    assertSound(checked.plan, max)
    if (checked.plan.decision === 'split') split += 1
    expect(checkPlan(draftOf(checked.plan), context({maxSubtasks: max}))).toEqual(checked)
  }
  expect(split).toBeGreaterThan(200)
})

test.each([
  ['open braces', '{'], ['open brackets', '['], ['quotes', '"'], ['backslashes in a string', '{"\\'], ['fences', '```\n'],
  ['numbered lines', '1. a\n'], ['counting lines', '# 1. **a**\n'],
  ['emphasis', '**'], ['spaces', ' '], ['wrapped', '{"result":'], ['list marks', '- '], ['words', 'plan '],
])('%s: two hundred thousand characters cost about eight times twenty-five thousand', (_name, unit) => {
  const cost = (length: number): number => Math.min(...[1, 2, 3].map(() => {
    const text = unit.repeat(Math.ceil(length / unit.length))
    const from = performance.now()
    parsePlan(text)
    return performance.now() - from
  }))
  cost(1000)
  // Eight times the length: about 8 when linear, 64 when quadratic. Below three milliseconds the clock is noise.
  expect(cost(200_000) / Math.max(cost(25_000), 3)).toBeLessThan(30)
})
