import {describe, expect, it} from 'vitest'
import {scene, type Scene} from '../support/scene.js'

// What the next attempt gets of the ones before: a commit to look at, and after the same failure twice a stronger model and another order.

const prompts = async (s: Scene): Promise<string[]> => (await s.calls()).filter(({gate}) => gate === 'implement').map(({prompt}) => prompt)
const failing = async (s: Scene): Promise<void> => {
  s.addIssue({title: 'Rename one word', body: 'In the title.'})
  for (const command of ['execute', 'retry', 'retry']) expect((await s.pilot(command, '1', '--json')).exit).toBe(1)
}

describe('the same failure twice', () => {
  it.each([
    ['economy', ['cheap', 'cheap', 'balanced'], 'the same failure twice'], ['quality', ['balanced', 'balanced', 'frontier'], 'the same failure twice'],
    ['opus-plans', ['balanced', 'balanced', 'balanced'], null],
  ])('under %s the tiers are %j', async (preset, tiers, reason) => {
    const s = await scene({script: {implement: {'*': {exit: 3}}}, config: {routing: {preset}}})
    await failing(s)
    const plans = await Promise.all([1, 2, 3].map(async (n) => JSON.parse(await s.read(`runs/GH-1/attempt-${n}/spawn-plan.json`)) as {tier: string}))
    expect(plans.map(({tier}) => tier)).toEqual(tiers)
    expect(JSON.stringify(plans[2]).includes('the same failure twice')).toBe(reason !== null)
    expect((await prompts(s)).map((text) => text.includes('take another approach'))).toEqual([false, false, true])
  })
})

it('a commit that failed to verify is kept, and named to the next attempt', async () => {
  const s = await scene({
    script: {implement: {'*': {files: {'src/bad.js': 'bad\n'}}}}, config: {verify: {setup: [], commands: ['! ls src | grep -q bad'], baseline: false, fix_rounds: 0}},
  })
  s.addIssue({title: 'Write it', body: 'Please.'})
  await s.pilot('execute', '1', '--json')
  const head = s.attempts(1)[0]!.headSha
  expect(await s.git('show', '--name-only', '--format=', head ?? 'none')).toBe('src/bad.js\n')
  await s.pilot('retry', '1', '--json')
  expect((await prompts(s))[1]).toContain(`attempt 1: verify_failed, left commit ${head}`)
})
