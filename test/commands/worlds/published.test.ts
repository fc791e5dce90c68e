import {existsSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, expect, it, vi} from 'vitest'
import {DONE, work, worlds} from '../../support/worlds.js'

// What a pull request says and holds, where publishing it did not go straight.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {max_rounds: 1}}})
const WORK = 'echo "export const work = 1" > src/work.js'
afterEach(() => { w.sandbox.faults.clear() })
const pullOf = (issue: number) => w.pulls().filter(({pull}) => pull.headRef === `pilot/GH-${issue}`)
/** The commit for which the body of the pull request speaks. */
const toldIn = (issue: number): (string | undefined)[] => pullOf(issue).map(({body}) => /commit: `(\w+)`/.exec(body ?? '')?.[1])
/** Somebody's commit on top of the issue's branch, so that the next attempt has to do it all again. */
async function disturb(issue: number): Promise<void> {
  const ref = `refs/heads/pilot/GH-${issue}`
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.test']
  const sha = await w.remote(...who, 'commit-tree', '-p', ref, '-m', 'somebody else', `${ref}^{tree}`)
  await w.remote('update-ref', ref, sha.trim())
}

it('what git does not take is no change: no attempt passes on it, and it is named', async () => {
  const issue = await w.agent(`echo x > 'git~1'`)
  const ran = await w.execute(issue, work('no_changes'))
  expect(ran.warnings).toContain('git takes none of what the agent changed last, and it is in no commit: git~1')
  expect([ran.branch, ran.attempt]).toMatchObject([undefined, {outcome: 'failed', headSha: null}])
  // the same beside a good change is no reason to lose that
  const other = await w.agent(`${WORK}; mkdir -p .git~1; echo x > '.git~1/x'`)
  const partly = await w.execute(other, DONE)
  expect(await w.pushed(other, 'src/work.js')).toBe('export const work = 1\n')
  expect(partly.attempt).toMatchObject({outcome: 'passed', headSha: partly.branch})
})

it('a pull request that a fault left with the words of an earlier attempt speaks for its commit after the next run', async () => {
  const issue = await w.agent(WORK)
  await w.execute(issue, DONE)
  const [first] = toldIn(issue)
  await disturb(issue)
  w.sandbox.faults.add({method: 'PATCH', path: /\/pulls\/\d+$/, times: Infinity, when: 'before', then: {kind: 'status', status: 502}})
  expect((await w.pilot('execute', String(issue), '--json')).exit).toBe(6)
  const head = pullOf(issue)[0]!.pull.headSha
  expect([toldIn(issue), head === first]).toEqual([[first], false])
  w.sandbox.faults.clear()
  const paid = await w.gatesOf(issue)
  expect((await w.pilot('execute', String(issue), '--json')).exit).toBe(0)
  expect([toldIn(issue), await w.gatesOf(issue), w.attempts(issue).at(-1)!.pr]).toEqual([[head], paid, w.attempts(issue)[0]!.pr])
})

it('a person takes over while the agent works on a pull request that is open: it says what it holds, and pilot says so', async () => {
  const issue = await w.agent(WORK)
  await w.execute(issue, DONE)
  await disturb(issue)
  const flag = join(w.dir, 'open-pull')
  await writeFile(join(w.dir, `agent/${issue}-1.sh`), `echo "export const work = 2" > src/work.js; echo 1 > '${flag}'; while [ -f '${flag}' ]; do sleep 0.05; done`)
  const running = w.pilot('execute', String(issue), '--json')
  await vi.waitFor(() => expect(existsSync(flag)).toBe(true), {timeout: 60_000})
  await w.api('POST', `/issues/${issue}/labels`, {labels: ['pilot-needs-human']})
  await rm(flag)
  const ran = await running
  const [pull] = pullOf(issue)
  expect([ran.exit, ran.json.error?.code, toldIn(issue)], ran.stdout).toEqual([5, 'NEEDS_HUMAN', [pull!.pull.headSha]])
  expect(ran.json.error!.message).toMatch(new RegExp(`on pilot/GH-${issue}, in pull request #${ran.items[0]!['pr'] as number}$`))
})

it('what is paid for and verified is published, though it used up the budget', async () => {
  await w.configure({budget: {per_issue_usd: 1}})
  const issue = await w.agent(`${WORK}; echo '{"costUsd": 0.6}' > "$PILOT_USAGE_FILE"`)
  w.sandbox.faults.add({method: 'POST', path: /\/pulls$/, times: Infinity, when: 'before', then: {kind: 'status', status: 503}})
  await w.reviewer(issue, `echo '{"costUsd": 0.6}' > "$PILOT_USAGE_FILE"; echo '{"verdict": "approve", "summary": "fine", "findings": []}'`)
  expect((await w.pilot('execute', String(issue), '--json')).exit).toBe(6)
  w.sandbox.faults.clear()
  const again = await w.pilot('execute', String(issue), '--json')
  expect([again.exit, pullOf(issue).length, w.attempts(issue).length], again.stdout).toEqual([0, 1, 1])
})
