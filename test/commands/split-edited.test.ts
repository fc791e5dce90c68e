import {expect, it} from 'vitest'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Step} from '../support/scene.js'

const bad: Step = {files: {'src/bad.js': 'bad\n'}, say: 'I did something else'}
const TASKS = '### Task 1: the parser\nwrite api/parse.js\n\n### Task 2: the printer\nwrite lib/print.js\n\nWrite the api part'

it('a failed child that was to be split, and is one piece since somebody edited it, stays failed', async () => {
  const strategies = {2: {action: 'decompose', guidance: '', reason: 'two things'}}
  const s = await scene({
    script: {plan: {'*': planAnswer(['api', 'web'])}, implement: {2: bad}, decide: {'*': {say: {strategies}}}},
    config: {verify: {setup: [], commands: ['! ls src | grep -q bad'], baseline: false, fix_rounds: 0}, review: {enabled: false}},
  })
  await decomposed(s)
  await s.api('PATCH', '/issues/2', {body: s.issue(2).body!.replace('Write the api part', TASKS)})
  expect((await s.pilot('execute', '2', '--json')).exit).toBe(1)
  const failed = s.labels(2)
  expect((await s.pilot('decide', '1', '--json')).json.result['decision']).toMatchObject({strategies})

  await s.api('PATCH', '/issues/2', {body: s.issue(2).body!.replace('lib/print.js', 'api/print.js')})
  const ran = await s.pilot('execute', '1', '--json')
  const own = ran.items.find((one) => one['issue'] === 2)!
  expect([own['status'], (own['error'] as {code: string}).code, Object.keys(s.repo().issues)], ran.stdout).toEqual(['refused', 'NOT_SPLIT', ['1', '2', '3']])
  expect(s.labels(2)).toEqual(['no-decompose', ...failed].toSorted())
})
