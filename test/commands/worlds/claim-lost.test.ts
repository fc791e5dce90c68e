import {expect, it, vi} from 'vitest'
import {VERIFY, worlds} from '../../support/worlds.js'

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})

const w = worlds()

it('a run whose claim another machine took while its agent worked pays for no further call', async () => {
  await w.configure({verify: {setup: [], commands: [VERIFY], fix_rounds: 2}})
  const take = `git --git-dir='${w.bare}' update-ref refs/pilot/claims/issue-$PILOT_ISSUE $(git --git-dir='${w.bare}' rev-parse main)`
  const issue = await w.agent(`${take}; echo BROKEN > src/work.js`, 'echo 1 > src/work.js')
  const ran = await w.pilot('execute', String(issue), '--json')
  expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([8, 'CLAIM_LOST'])
  expect(await w.gatesOf(issue)).toEqual(['implement'])
  const {rows, calls} = ran.json.result === undefined ? {rows: [], calls: 0} : (await w.pilot('spend', '--local', '--json')).json.result as {rows: unknown[]; calls: number}
  expect([rows.length, calls]).toEqual([1, 1])
})
