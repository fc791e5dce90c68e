import {expect, it, vi} from 'vitest'
import {scene} from '../support/scene.js'

vi.setConfig({testTimeout: 60_000})

it('Ctrl-C: every issue that was named has its item, those that were not begun included', async () => {
  const s = await scene({script: {implement: {'*': {meets: [99]}}}})
  for (const title of ['one', 'two', 'three']) s.addIssue({title: `Write ${title}`})
  let interrupt = (): void => undefined
  const running = s.pilotWith({onStart: (send) => { interrupt = () => { send('SIGINT') } }}, 'execute', '1', '2', '3', '--json')
  await vi.waitFor(async () => expect(await s.gates()).toEqual(['implement']), {timeout: 30_000})
  interrupt()
  const ran = await running
  expect(ran.exit).toBe(130)
  expect(ran.items).toMatchObject([
    {issue: 1, failure: 'interrupted'}, ...[2, 3].map((issue) => ({
      issue, status: 'failed', attempt: null, failure: null, reason: `#${issue} was not begun: interrupted before`,
      error: {code: 'INTERRUPTED', suggestions: [`pilot execute ${issue}`]},
    })),
  ])
  expect([s.labels(2), s.attempts(2), await s.gates()]).toEqual([['pilot'], [], ['implement']])
})
