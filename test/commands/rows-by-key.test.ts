import {expect, it} from 'vitest'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Step} from '../support/scene.js'

/** The plan of these places, none of which waits for another; `deep` is complex. */
const answer = (places: readonly string[], deep: string): Step => {
  const {say} = planAnswer(places, () => []) as {say: {subtasks: {touches: string[]}[]}}
  return {say: {...say, subtasks: say.subtasks.map((one) => ({...one, complexity: one.touches[0] === `${deep}/**` ? 'complex' : 'simple'}))}}
}
const bad: Step = {files: {'src/bad.js': 'bad\n'}, say: 'I did something else'}

it('planned anew in another order, a child keeps the files and the complexity of its own subtask', async () => {
  const s = await scene({
    script: {plan: {'*': answer(['api', 'web', 'cli'], 'api')}, implement: {2: bad}},
    config: {
      verify: {setup: [], commands: ['! ls src | grep -q bad'], baseline: false, fix_rounds: 0}, review: {enabled: false}, decide: {enabled: false},
      tiers: {free: 'shell:any', cheap: 'shell:small', balanced: 'shell:any', frontier: 'shell:large'}, routing: {complexity: {simple: 'cheap', complex: 'frontier'}},
    },
  })
  expect(await decomposed(s)).toEqual([2, 3, 4])
  await s.script({plan: {'*': answer(['web', 'api', 'docs'], 'web')}, implement: {2: bad}})
  for (const command of [['plan-epic', '1', '--force'], ['decompose', '1', '--force']]) expect((await s.pilot(...command, '--json')).exit).toBe(0)

  expect((await s.pilot('execute', '2', '--json')).exit).toBe(1)
  expect((await s.pilot('decide', '1', '--json')).exit).toBe(0)
  const {facts} = JSON.parse(await s.read('epics/1/decisions/0001.json')) as {facts: {remaining: {number: number; touches: string[]}[]}}
  // #4 is in no plan any more: it may touch anything
  expect(facts.remaining.map(({number, touches}) => [number, touches])).toEqual([[3, ['web/**']], [4, []], [5, ['docs/**']]])

  await s.pilot('execute', '1', '--json')
  const models = (await s.calls()).filter(({gate}) => gate === 'implement').map(({issue, model}) => [issue, model])
  expect(new Map(models as [number, string][]).get(3)).toBe('large')
})
