import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {REVIEW_MAX} from '../../../src/lib/core/run/review-size.js'
import {DONE, VERIFY, work, worlds} from '../../support/worlds.js'

// What is looked at before a change is proposed: how large it is, what it does to the tests, and whether the base was green.

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})
const w = worlds({files: {'test/old.test.js': 'test("old", () => 1)\n'}})
const without = {review: {enabled: false}}

it('a change that is more than a reviewer is given: pushed and linked, no pull request, and no review is paid for', async () => {
  const issue = await w.agent('seq 1 40000 > src/numbers.txt')
  const ran = await w.execute(issue, work('review_rejected'))
  expect(ran.json.error!.message).toMatch(/the change is too large: its patch has \d{3},\d{3} characters .* at most 200,000; split the issue: pilot plan-epic \d+/)
  expect(await w.gatesOf(issue)).toEqual(['implement', 'commit'])
  expect((await w.pushed(issue, 'src/numbers.txt')).length).toBeGreaterThan(REVIEW_MAX)
  expect(ran.attempt).toMatchObject({outcome: 'failed', failure: 'review_rejected', review: 'rejected', headSha: ran.branch, pr: null})
  const comment = w.comments(issue).find((body) => body.includes('pilot:attempts'))!
  expect(comment).toMatch(new RegExp(`^\\| 1 \\| failed .*\\| ${ran.branch!.slice(0, 12)} \\|`, 'm'))
  expect(comment).toContain('the change is too large')
})

it('what the change does to tests is flagged as well once it is merged, on the commit that land made of it', async () => {
  await w.configure(without)
  const issue = await w.agent(`rm test/old.test.js; echo 'test.skip("sum", () => 1)' > test/sum.test.js`)
  const ran = await w.execute(issue, DONE)
  await w.push('main', {'docs/moved.md': 'meanwhile\n'})
  const landed = await w.pilot('land', String(issue), '--wait', '20s', '--json')
  expect(landed.exit, landed.stdout).toBe(0)
  const head = landed.json.result['headSha']
  expect(head).not.toBe(ran.branch)
  const flags = ['test file removed: test/old.test.js', 'test switched off: test/sum.test.js']
  const {sha, flags: told} = JSON.parse(await w.read(`runs/GH-${issue}/attempt-1/verify.json`)) as {sha: string; flags: string[]}
  expect([sha, told.toSorted()]).toEqual([head, flags])
  const {body, pull} = w.pulls().find((found) => found.pull.headRef === `pilot/GH-${issue}`)!
  expect(pull.merged).toBe(true)
  for (const flag of flags) expect([String(body), w.comments(issue).join('\n')].filter((text) => text.includes(flag.split(': ')[1]!))).toHaveLength(2)
})

describe('a base found green', () => {
  it('is not verified again, whatever commit holds the same files; another one is', async () => {
    const seen = join(w.dir, 'seen')
    // every run of the verify commands says which files it is about
    await w.configure({...without, verify: {setup: [], commands: [`git rev-parse 'HEAD^{tree}' >> '${seen}'; ${VERIFY}`]}})
    const [base, trees] = [async () => (await w.remote('rev-parse', 'main^{tree}')).trim(), async () => (await readFile(seen, 'utf8')).trim().split('\n')]
    const run = async (): Promise<number> => {
      const before = (await readFile(seen, 'utf8').catch(() => '')).split('\n').length
      const issue = await w.agent('echo 1 > "src/work-$PILOT_ISSUE.js"')
      await w.execute(issue, DONE)
      return (await trees()).length + 1 - before
    }
    const first = await base()
    expect([await run(), (await trees())[0]]).toEqual([2, first])

    const commit = (await w.remote('rev-parse', 'main')).trim()
    await w.push('main', {'docs/other.md': 'other\n'})
    await w.push('main', {'docs/other.md': null})
    expect([(await w.remote('rev-parse', 'main')).trim() === commit, await base()]).toEqual([false, first])
    expect([await run(), (await trees()).filter((tree) => tree === first).length]).toEqual([1, 1])

    await w.push('main', {'docs/other.md': 'other\n'})
    expect([await run(), (await trees()).at(-2)]).toEqual([2, await base()])
  })
})
