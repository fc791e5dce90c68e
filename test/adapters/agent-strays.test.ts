import {spawn} from 'node:child_process'
import {symlinkSync} from 'node:fs'
import {setTimeout} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {dwellersOf, endDwellers} from '../../src/lib/adapters/agent-strays.js'
import {put, tempDir} from './git-fixture.js'

const started = async (cwd: string): Promise<number> => {
  const child = spawn('sleep', ['60'], {cwd, env: {}, detached: true, stdio: 'ignore'})
  child.unref()
  await setTimeout(100)
  return child.pid!
}

describe('what still runs in a folder', () => {
  it('is found without a trace in its environment, and ended; a neighbour with a name that begins alike is not', async () => {
    const root = tempDir()
    put(root, {'GH-1/deep/x': '', 'GH-10/x': ''})
    const [inside, beside] = [await started(`${root}/GH-1/deep`), await started(`${root}/GH-10`)]
    expect(dwellersOf(`${root}/GH-1`)).toEqual([inside])
    expect(endDwellers(`${root}/GH-1`)).toBe(1)
    expect([dwellersOf(`${root}/GH-1`), dwellersOf(`${root}/GH-10`)]).toEqual([[], [beside]])
    endDwellers(root)
  })

  it('is found where the way to the folder leads over a link; a folder that was made a link is not followed', async () => {
    const [root, links] = [tempDir(), tempDir()]
    put(root, {'GH-1/x': '', 'GH-2/x': ''})
    symlinkSync(root, `${links}/cache`)
    symlinkSync(`${root}/GH-2`, `${root}/GH-3`)
    const [inside, beside] = [await started(`${root}/GH-1`), await started(`${root}/GH-2`)]
    expect([dwellersOf(`${links}/cache/GH-1`), dwellersOf(`${links}/cache/GH-3`), dwellersOf(`${links}/none/GH-1`)]).toEqual([[inside], [], []])
    for (const pid of [inside, beside]) process.kill(pid, 'SIGKILL')
  })
})
