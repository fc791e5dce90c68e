import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {beforeAll, describe, expect, it} from 'vitest'
import {EPIC, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene} from '../support/scene.js'

// The built program, twice at the same time.

const built = fileURLToPath(new URL('../../dist/commands/decompose.js', import.meta.url))
beforeAll(() => {
  if (!existsSync(built)) throw new Error(`there is no ${built}: run \`npm run build\` before the tests in test/kill`)
})

const family = (s: Scene) => Object.values(s.repo().issues).filter(({number}) => number > 1).map(({title, body, parent, blockedBy}) => (
  {title, key: /"key":"([0-9a-f]{12})"/.exec(body ?? '')?.[1], linked: parent === s.issue(1).id, blockedBy: blockedBy.length}))

describe('pilot decompose in two processes at the same time', () => {
  it.each([{}, {subIssues: false, dependencies: false}])('one set of children, and nothing to do for the third (%o)', async (features) => {
    const s = await scene({script: {plan: {'*': planAnswer(['api', 'web', 'cli'])}}, features})
    s.addIssue(EPIC)
    const plan = (await s.pilot('plan-epic', '1', '--json')).json.result['plan'] as {subtasks: {title: string; key: string}[]}
    const both = await Promise.all([1, 2].map(() => s.pilotWith({subprocess: true}, 'decompose', '1', '--json')))
    const said = both.map(({exit, json}) => [exit, json.status, json.error?.code])
    // the one that comes second is turned away while the first one works, or finds everything made
    expect(said.filter(([exit, status]) => exit === 0 && status === 'done'), JSON.stringify(said)).toHaveLength(1)
    expect(said.filter(([exit, status, code]) => (exit === 8 && code === 'CLAIMED') || (exit === 0 && status === 'noop')), JSON.stringify(said)).toHaveLength(1)
    const native = !('subIssues' in features)
    expect(family(s)).toEqual(plan.subtasks.map(({title, key}, i) => ({title, key, linked: native, blockedBy: native && i > 0 ? 1 : 0})))
    s.forget()
    expect([(await s.pilotWith({subprocess: true}, 'decompose', '1', '--json')).json.status, s.writes()]).toEqual(['noop', []])
  }, 150_000)
})
