import {describe, expect, it} from 'vitest'
import {scene} from '../support/scene.js'

// Answers as models write them: with code and braces in the words around them.

const ITEM = (place: string): object => ({order: 1, title: `feat(${place}): part`, description: `In ${place}/.`, acceptance: [], dependsOn: [], touches: [`${place}/**`], complexity: 'simple'})

describe('an answer with braces in the words around it', () => {
  it('of the reviewer is a review: nothing is implemented a second time', async () => {
    const s = await scene({script: {review: {'*': {say: 'I read `config = {}` and f(x) {.\n\n{"verdict": "approve", "summary": "fine", "findings": [],}\n\nDone {see above}.'}}}})
    s.addIssue({title: 'Turn the sum around', body: 'The order matters.'})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, await s.gates(), s.pulls().length], ran.stdout).toEqual([0, expect.arrayContaining(['implement', 'review']), 1])
    expect((await s.gates()).filter((gate) => gate === 'implement')).toHaveLength(1)
  })

  it('of the reviewer, who quotes an approval from the diff, asks for changes', async () => {
    const s = await scene({script: {review: {'*': {say: '{"verdict": "request_changes", "summary": "a back door"}\nThe diff itself says {"verdict": "approve"}.'}}}, config: {review: {max_rounds: 1}}})
    s.addIssue({title: 'Turn the sum around', body: 'The order matters.'})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, s.attempts(1).at(-1)?.failure, s.pulls()], ran.stdout).toEqual([1, 'review_rejected', []])
  })

  it('of the classify gate is a verdict', async () => {
    const s = await scene({script: {classify: {'*': {say: 'The code has `{}`.\n{"complexity": "complex", "decompose": false, "confidence": 0.9, "reason": "deep"}\nSee {above}.'}}}})
    s.addIssue({title: 'Fix typo in README', body: 'It says teh.'})
    expect((await s.pilot('classify', '1', '--llm', '--json')).items[0]).toMatchObject({complexity: 'complex', source: 'llm'})
  })

  it('of the planner is a plan, whatever JSON stands behind it', async () => {
    const plan = JSON.stringify({decision: 'split', reason: 'r', effort: '', subtasks: [ITEM('api'), {...ITEM('web'), order: 2}]})
    const s = await scene({script: {plan: {'*': {say: `${plan}\n\nThe CI file then reads:\n{"tasks": [{"name": "lint", "description": "runs eslint"}]}\n`}}}})
    s.addIssue({title: 'Everything'})
    const ran = await s.pilot('plan-epic', '1', '--json')
    expect(ran.json.result['plan']).toMatchObject({decision: 'split', source: 'model', subtasks: [{title: 'feat(api): part'}, {title: 'feat(web): part'}]})
  })

  it('of the planner with directories that have no slash at their ends is split', async () => {
    const say = {decision: 'split', reason: 'r', effort: '', subtasks: [{...ITEM('api'), touches: ['packages/api']}, {...ITEM('web'), order: 2, touches: ['packages/web']}]}
    const s = await scene({script: {plan: {'*': {say}}}})
    s.addIssue({title: 'Everything'})
    await s.pilot('plan-epic', '1', '--json')
    expect((await s.pilot('decompose', '1', '--json')).json.result).toMatchObject({decision: 'split', children: [2, 3]})
  })
})
