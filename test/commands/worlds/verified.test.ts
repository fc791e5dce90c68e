import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {verifySchema, type Verification} from '../../../src/lib/core/run/outcome.js'
import {DONE, work, worlds} from '../../support/worlds.js'

// What is verified is what is pushed: the commit that was accepted, without anything that lay beside it.

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
  expect(String(w.pulls().find(({pull}) => pull.headRef === `pilot/GH-${issue}`)!.body)).toMatch(/verified with what the agent installed, which is not in the change: .*node\\?_modules/)
})

describe('what lies beside the commit and would turn verification green does not', () => {
  const red = '! grep -rq BROKEN src'
  const script = JSON.stringify({name: 'app', version: '1.0.0', private: true, type: 'module', scripts: {test: red}})
  it.each<[string, {setup?: string; command: string; agent: string; main?: Record<string, string>}]>([
    ['a file among pilot’s own', {command: `test -f .pilot/runs/ok || ${red}`, agent: 'mkdir -p .pilot/runs; echo 1 > .pilot/runs/ok'}],
    ['a file in a repository that set-up made', {setup: 'git init -q vendored; printf aaaa > vendored/a', command: `grep -q bbbb vendored/a || ${red}`, agent: 'printf bbbb > vendored/a'}],
    ['a file of set-up, changed in place, with its old time and a second name', {
      setup: 'mkdir -p node_modules/lib; printf aaaa > node_modules/lib/a', command: `grep -q bbbb node_modules/lib/a || ${red}`,
      agent: 'f=node_modules/lib/a; touch -r $f "$TMPDIR/ref"; printf bbbb > $f; touch -r "$TMPDIR/ref" $f; ln $f "$HOME/second"',
    }],
    ['a setting in the HOME of the verify commands', {command: 'npm test', main: {'package.json': script}, agent: 'echo "script-shell=/bin/true" > "$HOME/../home-commands-GH-$PILOT_ISSUE/.npmrc"'}],
    ['such a setting instead of one of set-up’s', {
      setup: 'echo "fund=false" > "$HOME/.npmrc"', command: 'grep -q fund "$HOME/.npmrc" && npm test', main: {'package.json': script},
      agent: 'printf "fund=false\\nscript-shell=/bin/true\\n" > "$HOME/../home-commands-GH-$PILOT_ISSUE/.npmrc"',
    }],
  ])('%s', async (_, {setup, command, agent, main}) => {
    if (main !== undefined) await w.push('main', main)
    await w.configure({...without, verify: {setup: setup === undefined ? [] : [setup], fix_rounds: 0, commands: [command]}})
    await w.execute(await w.agent(`${agent}; echo BROKEN > src/work.js`), work('verify_failed'))
  })

  it('what an earlier verification left of the same attempt', async () => {
    const leaving = `ls src/work.js || exit 0; test -f dist/ok -o -f seen -o -f "$HOME/seen" && exit 0; mkdir -p dist; touch dist/ok seen "$HOME/seen"; exit 1`
    await w.configure({...without, verify: {setup: [], fix_rounds: 1, commands: [leaving]}})
    const ran = await w.execute(await w.agent('echo 1 > src/work.js', 'echo 2 > src/work.js'), work('verify_failed'))
    expect(await w.gatesOf(ran.issue)).toEqual(['implement', 'commit', 'implement', 'commit'])
  })

  it('what set-up puts into HOME is there for the checks, and a download cache for the next issue', async () => {
    const cache = 'echo 1 >> "$HOME/.npm/downloads"; mkdir -p "$HOME/.local/bin"; printf "#!/bin/sh\\nexit 0\\n" > "$HOME/.local/bin/tool"; chmod +x "$HOME/.local/bin/tool"'
    await w.configure({...without, verify: {setup: [cache], commands: [`"$HOME/.local/bin/tool" && wc -l < "$HOME/.npm/downloads" >> '${join(w.dir, 'cached')}'`]}})
    await w.execute(await w.agent('echo 1 > src/one.js'), DONE)
    await w.execute(await w.agent('echo 1 > src/two.js'), DONE)
    expect((await readFile(join(w.dir, 'cached'), 'utf8')).trim().split(/\s+/)).toEqual(['1', '1', '2'])
  })
})

it('what commits after the review is not pushed: branch, record and pull request name the accepted commit', async () => {
  const file = join(w.dir, 'agent/agent.sh')
  const text = await readFile(file, 'utf8')
  await w.configure({...without, verify: {setup: [], commands: []}})
  await writeFile(file, text.replace('draft) echo', 'draft) git checkout -q --detach; echo evil > src/evil.js; git add -A; git -c user.name=a -c user.email=a@b.test commit -qm evil; echo'))
  const ran = await w.execute(await w.agent('echo 1 > src/accepted.js'), DONE)
  await writeFile(file, text)
  expect(await w.pushed(ran.issue)).not.toContain('evil.js')
  expect(ran.attempt?.headSha).toBe(ran.branch)
  expect(w.pulls().find(({pull}) => pull.headRef === `pilot/GH-${ran.issue}`)!.body).toContain(ran.branch!)
  expect(await w.kept(ran.issue, ran.rescued[0]!)).toContain('src/evil.js')
})
