import {describe, expect, it} from 'vitest'
import {ledgerLineSchema} from '../../src/lib/core/cost/ledger.js'
import {scene, VERIFY, type Scene, type Step} from '../support/scene.js'

/** A linter of the sample's own: every `var` is an error, and it says how many there are. */
const LINT = `import {readdirSync, readFileSync} from 'node:fs'
const found = readdirSync('src').flatMap((file) => readFileSync('src/' + file, 'utf8').match(/\\bvar\\b/g) ?? []).length
if (found > 0) {
  console.error('no-var: use const instead')
  console.error('Found ' + found + ' errors.')
  process.exitCode = 1
}
`
const PACKAGE = `${JSON.stringify({name: 'app', version: '1.0.0', private: true, type: 'module', scripts: {lint: 'node tools/lint.js'}})}\n`
const FILES = {'tools/lint.js': LINT, 'package.json': PACKAGE}
const vars = (count: number): Step => ({files: {'src/work.js': `${'var x\n'.repeat(count)}export const work = ${count}\n`}, say: `left ${count}`})

const ledger = async (s: Scene) => (await s.read('ledger.ndjson')).trim().split('\n').map((line) => ledgerLineSchema.parse(JSON.parse(line)))
const planFile = async (s: Scene, name: string): Promise<Record<string, unknown>> => JSON.parse(await s.read(`runs/GH-1/attempt-1/${name}`)) as Record<string, unknown>

describe('fix rounds', () => {
  it('an agent that cannot go on in its session gets a new one with the issue, the change so far and the failure', async () => {
    const s = await scene({
      script: {implement: {'*': [{files: {'src/sum.js': 'export const sum = (a, b) => a - b\n'}}, {files: {'src/sum.js': 'export const sum = (a, b) => b + a\n'}}]}},
      config: {verify: {setup: [], commands: ['node --test']}},
    })
    s.addIssue({title: 'Turn the sum around', body: 'The order of the summands matters to us.'})
    const ran = await s.pilot('execute', '1')
    expect(ran.exit, ran.stderr).toBe(0)
    const [, again] = (await s.calls()).filter(({gate}) => gate === 'implement')
    for (const part of ['Turn the sum around', 'The order of the summands', '+export const sum = (a, b) => a - b', '$ node --test', 'fail 1']) expect(again!.prompt).toContain(part)
    expect(ran.stderr).toMatch(/verify failed on \w{12}, 1 failure; fix rounds left: 2/)
    expect(ran.stderr).not.toContain('resumes')
    expect(await planFile(s, 'spawn-plan.fix-1.json')).toMatchObject({gate: 'implement', resume: null})
  })

  it('a linter that fails is answered by the gate lint, on its own model and without the issue', async () => {
    const s = await scene({
      files: FILES, script: {implement: {'*': vars(2)}, lint: {'*': vars(0)}},
      config: {verify: {setup: [], commands: ['npm run -s lint', 'node --test']}, tiers: {free: 'shell:free', cheap: 'shell:small', balanced: 'shell:large', frontier: 'shell:large'}},
    })
    s.addIssue({title: 'Write the work', body: 'A body that costs money.'})
    expect((await s.pilot('execute', '1')).exit).toBe(0)
    expect((await s.calls()).map(({gate, model}) => `${gate} ${model}`)).toEqual(['implement large', 'commit free', 'lint small', 'commit free', 'review large', 'draft small'])
    const {prompt} = (await s.calls())[2]!
    expect(prompt).toMatch(/^Gate: lint\.[^]*\+var x[^]*no-var: use const instead\nFound 2 errors\./m)
    expect(prompt).not.toContain('A body that costs money')
    expect((await ledger(s)).filter(({gate}) => gate === 'lint')).toMatchObject([{attempt: 1, tierUsed: 'cheap', modelRequested: 'small', outcome: 'ok'}])
    expect(await planFile(s, 'spawn-plan.fix-1.json')).toMatchObject({gate: 'lint', tier: 'cheap', maxTurns: 30})
  })

  it('without a model for the gate lint the gate implement mends, and says so', async () => {
    const s = await scene({
      files: FILES, script: {implement: {'*': [vars(1), vars(0)]}},
      config: {
        verify: {setup: [], commands: ['npm run -s lint']}, routing: {gates: {draft: 'balanced'}},
        tiers: {free: 'shell:free', cheap: 'claude:claude-haiku-4-5', balanced: 'shell:large', frontier: 'shell:large'},
      },
    })
    s.addIssue({title: 'Write the work', body: 'Please.'})
    const ran = await s.pilot('execute', '1', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect(await s.gates()).toEqual(['implement', 'commit', 'implement', 'commit', 'review', 'draft'])
    expect(ran.json.warnings.join('\n')).toMatch(/gate lint: tier cheap .* has no model for executor shell; gate implement mends instead/)
  })

  it('rounds that shrink the failures use none up, three times as many at most', async () => {
    const verify = {setup: [], commands: ['node tools/lint.js'], fix_rounds: 1}
    const s = await scene({files: FILES, config: {verify}, script: {implement: {1: [vars(4), vars(3), vars(1), vars(0)], 2: [vars(9), vars(8), vars(7), vars(6), vars(5)], 3: [vars(3), vars(4), vars(0)]}}})
    for (const title of ['Shrinks to nothing', 'Shrinks too slowly', 'Grows']) s.addIssue({title, body: 'Please.'})
    const ran = [await s.pilot('execute', '1', '--json'), await s.pilot('execute', '2', '--json'), await s.pilot('execute', '3', '--json')]
    expect(ran.map(({items}) => items[0]!['failure'])).toEqual([null, 'verify_failed', 'verify_failed'])
    const calls = (await s.calls()).filter(({gate}) => gate === 'implement').map(({issue}) => issue)
    expect([1, 2, 3].map((issue) => calls.filter((one) => one === issue).length)).toEqual([4, 4, 2])
  }, 120_000)
})

describe('the summary of the pull request', () => {
  const SUMMARY = 'Adds the work.\n\nCloses #9, thanks @octocat and ghp_0123456789abcdef0123456789abcdef0123.\n<!-- pilot:attempts v1 -->'

  it('is written by the gate draft, closes, mentions and tells nothing, and is counted', async () => {
    const usage = {model: 'm', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd: 0.125}
    const s = await scene({script: {implement: {'*': {files: {'src/work.js': '1\n'}, say: 'The account of the agent.', usage}}, draft: {'*': {say: SUMMARY, usage}}}})
    s.addIssue({title: 'Write the work', body: 'Please.'})
    const ran = await s.pilot('execute', '1', '--json')
    expect(ran.items, ran.stdout).toMatchObject([{status: 'done', costUsd: 0.25}])
    const {body} = s.pulls()[0]!
    expect(body).toMatch(/^Closes #1\n\nAdds the work\.\n\n/)
    expect(body).not.toMatch(/Closes #9|@octocat|ghp_|<!-- pilot|The account of the agent/)
    expect(s.attempts(1)).toMatchObject([{costUsd: 0.25, usage: {inFresh: 2, out: 2}}])
    expect((await ledger(s)).filter(({gate}) => gate === 'draft')).toMatchObject([{tierUsed: 'cheap', costUsd: 0.125, outcome: 'ok'}])
    const {prompt} = (await s.calls()).find(({gate}) => gate === 'draft')!
    for (const part of ['Write the work', 'The account of the agent.', 'src/work.js +1 -0', `${VERIFY}: exit 0`]) expect(prompt).toContain(part)
    expect(prompt).not.toMatch(/^\+1$/m)
  })

  it.each<[string, Step]>([['fails', {exit: 1}], ['says nothing', {say: ' \n'}]])('is the agent\'s own account where the model %s', async (_, step) => {
    const s = await scene({script: {implement: {'*': {files: {'src/work.js': '1\n'}, say: 'The account of the agent.'}}, draft: {'*': step}}})
    s.addIssue({title: 'Write the work', body: 'Please.'})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, await s.gates()], ran.stdout).toEqual([0, ['implement', 'commit', 'review', 'draft']])
    expect(s.pulls()[0]!.body).toMatch(/^Closes #1\n\nThe account of the agent\.\n/)
    expect(ran.json.warnings.join('\n')).toMatch(/^draft: /m)
  })
})
