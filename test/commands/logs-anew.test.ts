import {appendFile, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {scene} from '../support/scene.js'

vi.setConfig({testTimeout: 60_000})

it('an attempt that was started anew under its number is not over because its start in vain was', async () => {
  const s = await scene({script: {implement: {'*': [{exit: 127}, {files: {'src/work.js': '1\n'}, meets: [99]}]}}})
  s.addIssue({title: 'Write the work'})
  expect((await s.pilot('execute', '1', '--json')).items).toMatchObject([{attempt: 1, failure: 'cli_missing'}])
  const over = async (): Promise<unknown> => (await s.pilot('logs', '1', '--json')).json.result['final']
  expect(await over()).toBe(true)

  const second = s.pilot('execute', '1', '--json')
  await vi.waitFor(async () => expect((await s.gates()).filter((gate) => gate === 'implement')).toHaveLength(2), {timeout: 30_000})
  expect(await over()).toBe(false)
  expect(JSON.parse(await readFile(join(s.checkout, '.pilot/runs/GH-1/attempt-1/runner.json'), 'utf8'))).toMatchObject({version: 1, pid: process.pid})
  await appendFile(join(s.dir, 'agent/journal'), 'begin implement 99\n')
  expect((await second).items).toMatchObject([{attempt: 1, status: 'done'}])
  expect(await over()).toBe(true)
})
