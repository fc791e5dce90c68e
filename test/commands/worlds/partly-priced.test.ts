import {expect, it, vi} from 'vitest'
import {DONE, worlds} from '../../support/worlds.js'

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})

const w = worlds()

it('a cost of which most is unknown is shown as what is known of it', async () => {
  const issue = await w.agent('echo 1 > src/work.js')
  await w.reviewer(issue, `echo '{"costUsd": 0.05}' > "$PILOT_USAGE_FILE"; echo '{"verdict": "approve", "summary": "fine", "findings": []}'`)
  const ran = await w.execute(issue, DONE)
  expect(ran.items[0]).toMatchObject({costUsd: 0.05, unpricedCalls: 3})
  expect(ran.attempt).toMatchObject({costUsd: 0.05, unpriced: 3})
  expect(w.comments(issue).join('\n')).toMatch(/\| 1 \| passed .*\| \$0\.05\+ \|/)
  expect(w.pulls()[0]!.body).toMatch(/\| 1 \| passed .*\| \$0\.05\+ \|/)
  const row = (await w.pilot('status', String(issue), '--json')).json.result['children'] as object[]
  expect(row[0]).toMatchObject({costUsd: 0.05, unpricedCalls: 3})
  expect((await w.pilot('status', String(issue))).stdout).toMatch(/\$0\.05\+/)
})
