import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {planAnswer} from '../support/scene-epic.js'
import {scene, type Scene} from '../support/scene.js'

// `route` says what would run: each gate's plan is compared with the one that the run then wrote down.

type Plan = Record<string, unknown>
const routed = async (s: Scene, issue: number, gate: string): Promise<Plan> =>
  ((await s.pilot('route', String(issue), '--explain', gate, '--json')).json.result as {gates: Plan[]}).gates[0]!
const spawned = async (s: Scene, path: string): Promise<Plan> => {
  const {version, ...plan} = JSON.parse(await s.read(`${path}.json`)) as Plan
  expect(version).toBe(1)
  return plan
}
const usage = (costUsd: number) => ({model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd})

it('every gate of an attempt, and classify', async () => {
  const s = await scene({
    script: {classify: {'*': {say: {complexity: 'simple', decompose: false, confidence: 1, reason: 'small'}}}, lint: {'*': {files: {'src/bad.js': null}}},
      implement: {'*': {files: {'src/bad.js': 'bad\n', 'src/work.js': 'export const work = 1\n'}}}},
    config: {verify: {setup: [], commands: ['eslint']}},
  })
  await writeFile(join(s.dir, 'bin/eslint'), '#!/bin/sh\n! ls src | grep -q bad\n', {mode: 0o755})
  s.addIssue({title: 'Rename one word', body: 'In the title.', labels: ['pilot', 'ARCH']})
  const files = {
    classify: 'classify/spawn-plan', implement: 'attempt-1/spawn-plan', lint: 'attempt-1/spawn-plan.fix-1', review: 'attempt-1/spawn-plan.review',
    commit: 'attempt-1/spawn-plan.commit', draft: 'attempt-1/spawn-plan.draft',
  }
  const before = await Promise.all(Object.keys(files).map((gate) => routed(s, 1, gate)))
  await s.pilot('classify', '1', '--llm', '--json')
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  for (const [i, path] of Object.values(files).entries()) expect(before[i], path).toEqual(await spawned(s, `runs/GH-1/${path}`))
  expect(before[1]).toMatchObject({gate: 'implement', tier: 'frontier', cwd: expect.stringMatching(/worktrees\/GH-1$/) as string})
  expect(before[4]).toMatchObject({gate: 'commit', maxBudgetUsd: 1})
})

it('the gates of an epic', async () => {
  const s = await scene({
    script: {plan: {'*': planAnswer(['api', 'web'], () => [])}, implement: {2: {exit: 3}}, decide: {'*': {say: {strategies: {2: {action: 'escalate', guidance: 'think', reason: 'hard'}}}}}},
    config: {verify: {setup: [], commands: ['true'], baseline: false}, routing: {preset: 'economy'}, budget: {per_issue_usd: 3, per_epic_usd: 70, per_day_usd: 30}},
  })
  s.addIssue({title: 'Write everything', body: 'Several parts.'})
  const plan = await routed(s, 1, 'plan')
  expect((await s.pilot('plan-epic', '1', '--json')).exit).toBe(0)
  expect(plan).toEqual(await spawned(s, 'epics/1/plan-run/spawn-plan'))
  expect(plan).toMatchObject({attempt: 1, maxBudgetUsd: 3})
  expect((await s.pilot('decompose', '1', '--json')).exit).toBe(0)
  const decide = await routed(s, 1, 'decide')
  await s.pilot('execute', '2', '--json')
  await s.pilot('decide', '1', '--json')
  expect(decide).toEqual(await spawned(s, 'epics/1/decisions/0001/spawn-plan'))
  expect(decide['schema']).not.toBeNull()

  // what the decision asks for is the next attempt's
  const next = await routed(s, 2, 'implement')
  await s.pilot('retry', '2', '--json')
  expect(next).toEqual(await spawned(s, 'runs/GH-2/attempt-2/spawn-plan'))
  expect(next).toMatchObject({tier: 'balanced', escalation: {from: 'cheap', reason: 'a decision to escalate'}})
  expect((await routed(s, 1, 'decide'))['schema']).toMatchObject({file: expect.stringMatching(/decisions\/0002\/schema-decide\.json$/) as string})
})

it('after the same failure twice, and with money spent', async () => {
  const s = await scene({script: {implement: {'*': {say: 'nothing to do', usage: usage(0.25)}}}, config: {routing: {preset: 'quality'}}})
  s.addIssue({title: 'Rename one word', body: 'In the title.'})
  for (const command of ['execute', 'retry']) expect((await s.pilot(command, '1', '--json')).exit).toBe(1)
  const before = await routed(s, 1, 'implement')
  const dry = await s.pilot('retry', '1', '--dry-run', '--json')
  await s.pilot('retry', '1', '--json')
  expect(before).toEqual(await spawned(s, 'runs/GH-1/attempt-3/spawn-plan'))
  expect(before).toMatchObject({attempt: 3, tier: 'frontier', maxBudgetUsd: 9, escalation: {reason: 'the same failure twice'}})
  expect((dry.items[0]!['plans'] as Plan[])[0], 'a dry run prints the same object').toEqual(before)
})

it('a gate that is switched off has no plan', async () => {
  const s = await scene({config: {review: {enabled: false}, decide: {enabled: false}}})
  s.addIssue({title: 'Rename one word', body: 'In the title.'})
  const rows = (await s.pilot('route', '1')).rows
  expect(rows.filter(([gate]) => gate === 'review' || gate === 'decide').map((row) => row[2])).toEqual(['none (review.enabled: false)', 'none (decide.enabled: false)'])
})
