import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {verifySchema, type Verification} from '../../../src/lib/core/run/outcome.js'
import {DONE, work, worlds} from '../../support/worlds.js'

// What is verified is what is pushed: files that git ignores are not, so an agent's own take no part.

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})
const w = worlds({files: {'.gitignore': 'dist/\nnode_modules/\ncoverage/\n'}, config: {review: {enabled: false}}})
const without = {review: {enabled: false}}
const linesOf = async (name: string): Promise<number> => (await readFile(join(w.dir, name), 'utf8').catch(() => '')).split('\n').filter(Boolean).length
const verified = async (issue: number): Promise<Verification> => verifySchema.parse(JSON.parse(await w.read(`runs/GH-${issue}/attempt-1/verify.json`)))

it('an ignored file that would turn verification green does not', async () => {
  await w.configure({...without, verify: {setup: [], fix_rounds: 1, commands: ['test -f dist/ok || ! grep -rq BROKEN src']}})
  const forge = (word: string): string => `mkdir -p dist; echo 1 > dist/ok; echo 'BROKEN ${word}' > src/work.js`
  const ran = await w.execute(await w.agent(forge('one'), forge('two')), work('verify_failed'))
  expect(ran.stderr + ran.warnings).not.toContain('verify passed')
  expect(await w.gatesOf(ran.issue)).toEqual(['implement', 'commit', 'implement', 'commit'])
})

it('what set-up made and an agent forged is made again from the change; a set-up that then fails goes back to the agent', async () => {
  const setup = `mkdir dist && echo 1 >> '${join(w.dir, 'setups')}' && ! grep -rq UNBUILDABLE src && cat src/*.js > dist/all.js`
  await w.configure({...without, verify: {setup: [setup], commands: ['! grep -q BROKEN dist/all.js']}})
  const issue = await w.agent('echo BROKEN > src/work.js; echo fine > dist/all.js', 'echo UNBUILDABLE > src/work.js; echo fine > dist/all.js', 'echo 1 > src/work.js')
  const ran = await w.execute(issue, DONE)
  expect([await w.gatesOf(issue), await linesOf('setups')]).toEqual([['implement', 'commit', 'implement', 'commit', 'implement', 'commit', 'draft'], 4])
  expect(await w.pushed(issue, 'src/work.js')).toBe('1\n')
  const {commands} = await verified(issue)
  expect([ran.attempt?.outcome, commands.map(({command}) => command)]).toEqual(['passed', ['! grep -q BROKEN dist/all.js']])
})

it('an ordinary attempt is set up once, whatever tests the agent ran and whatever rounds it took', async () => {
  await w.configure({...without, verify: {setup: [`mkdir -p node_modules/lib; echo 1 > node_modules/lib/a; echo 1 >> '${join(w.dir, 'once')}'`],
    commands: ['mkdir -p coverage; date >> coverage/all; test -f node_modules/lib/a && ! grep -rq BROKEN src']}})
  const tests = 'mkdir -p coverage node_modules/.cache; date >> coverage/all; date >> node_modules/.cache/x'
  const issue = await w.agent(`${tests}; echo BROKEN > src/work.js`, `${tests}; echo 1 > src/work.js`)
  await w.execute(issue, DONE)
  expect([await linesOf('once'), await w.gatesOf(issue)]).toEqual([1, ['implement', 'commit', 'implement', 'commit', 'draft']])
  expect((await verified(issue)).flags).toEqual([])
})

it('dependencies that only the agent installs take part, and the pull request says so', async () => {
  await w.configure({...without, verify: {setup: [], commands: ['! ls src/needs.js || test -f node_modules/lib/a']}})
  const issue = await w.agent('mkdir -p node_modules/lib; echo 1 > node_modules/lib/a; echo 1 > src/needs.js')
  await w.execute(issue, DONE)
  expect(String(w.pulls().find(({pull}) => pull.headRef === `pilot/GH-${issue}`)!.body)).toMatch(/verified with what the agent installed, which is not in the change: .*node_modules/)
})
