import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {DONE, work, worlds} from '../../support/worlds.js'

// A reviewer may only read: one that changes the work has reviewed something else than what would be pushed.

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})
const w = worlds()
const APPROVE = `echo '{"verdict": "approve", "summary": "fine now", "findings": []}'`

it.each([
  ['changes a file', 'echo mine > src/work.js'], ['adds one', 'echo mine > src/more.js'], ['removes one', 'rm src/work.js'],
  ['commits what it changed', 'echo mine > src/work.js; git add -A; git commit -qm mine'],
])('a reviewer that %s and approves: the attempt fails, nothing is pushed, and what was there is kept', async (_, script) => {
  const issue = await w.agent('echo work > src/work.js')
  await w.reviewer(issue, `${script}; ${APPROVE}`)
  const ran = await w.execute(issue, work('agent_error'))
  expect(ran.json.error!.message).toContain('the reviewer changed files')
  expect([ran.branch, ran.attempt?.review ?? null, await w.gatesOf(issue)]).toEqual([undefined, null, ['implement', 'commit', 'review']])
  expect(ran.rescued).toHaveLength(1)
})

it('the reviewer reads a source file that git calls binary; of a picture the pull request says that nobody could', async () => {
  const issue = await w.agent(String.raw`printf 'export const work = 1 // \0\nhidden()\n' > src/work.js; for i in $(seq 60); do printf '\211PNG\000\377\376'; done > logo.png`)
  const ran = await w.execute(issue, DONE)
  expect(await readFile(join(w.dir, 'agent', `prompt-${issue}-review`), 'utf8')).toMatch(/^\+hidden\(\)$/m)
  const [pull] = w.pulls().filter(({pull: {headRef}}) => headRef === `pilot/GH-${issue}`)
  expect([ran.exit, pull?.body]).toEqual([0, expect.stringContaining('binary file, which no reviewer could read: logo.png') as string])
  expect(pull?.body).not.toContain('src/work.js')
})
