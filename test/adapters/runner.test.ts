import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {expect, it} from 'vitest'
import {isGone, thisRunner} from '../../src/lib/adapters/runner.js'

it('a run is gone with its process, also where another one has its pid now; of another machine nobody knows', async () => {
  const here = thisRunner()
  expect([isGone(here), isGone({...here, machine: 'elsewhere'})]).toEqual([false, false])
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const other = {...here, pid: child.pid!}
  // of a system with /proc only: elsewhere a pid is all there is
  if (here.start !== '') expect(isGone(other)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect([isGone(other), isGone({...other, machine: 'elsewhere'})]).toEqual([true, false])
})
