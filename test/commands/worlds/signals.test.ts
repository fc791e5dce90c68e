import {spawn} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {describe, expect, it, vi} from 'vitest'
import {DONE, everything, worlds} from '../../support/worlds.js'

// Ctrl-C on the real program, as a terminal sends it: to the program, which has its agents in process groups of their own.

const BIN = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))
vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})
const alive = (word: string): number => readdirSync('/proc').filter((pid) => {
  try { return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word) } catch { return false }
}).length

/** Runs pilot until the agent has begun, then sends the signals one by one; its notice is waited for in between. `deaf`: nobody reads any more what it says. */
async function interrupted(issue: number, signals: readonly NodeJS.Signals[], reader: 'listens' | 'deaf' = 'listens'): Promise<{code: number | null; signal: string | null; stdout: string; stderr: string}> {
  const begun = join(w.dir, `begun-${issue}`)
  const child = spawn(process.execPath, [BIN, 'execute', String(issue)], {cwd: w.checkout, env: w.env, stdio: ['ignore', 'pipe', 'pipe']})
  const seen = {stdout: '', stderr: ''}
  child.stdout.on('data', (chunk: Buffer) => { seen.stdout += String(chunk) })
  child.stderr.on('data', (chunk: Buffer) => { seen.stderr += String(chunk) })
  const closed = new Promise<{code: number | null; signal: string | null}>((resolve) => child.once('close', (code, signal) => resolve({code, signal})))
  while (!existsSync(begun)) await setTimeout(20)
  if (reader === 'deaf') for (const stream of [child.stdout, child.stderr]) stream.destroy()
  for (const [i, signal] of signals.entries()) {
    child.kill(signal)
    while (i + 1 < signals.length && !seen.stderr.includes('press Ctrl-C again')) await setTimeout(20)
  }
  return {...await closed, ...seen}
}
const begin = (issue: number): string => `echo half > src/half.js; echo 1 > '${join(w.dir, `begun-${issue}`)}'`

describe('Ctrl-C', () => {
  it.each([['Ctrl-C', 'SIGINT'], ['the terminal is closed', 'SIGHUP']] as const)('once, %s: 130, the work is saved, and it says where; no attempt is counted', async (_, sent) => {
    const issue = await w.agent('true')
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), `${begin(issue)}; exec sleep 64325`)
    const before = await everything(w)
    const {code, stderr} = await interrupted(issue, [sent])
    const ref = /refs\/pilot\/rescue\/GH-\d+\/\S+/.exec(stderr)?.[0] ?? ''
    expect([code, await w.git('show', `${ref}:src/half.js`)]).toEqual([130, 'half\n'])
    expect([w.labels(issue), w.attempts(issue).at(-1)?.failure, Object.keys(await w.refs()).filter((name) => name.includes('claims'))]).toEqual([['pilot'], 'interrupted', []])
    expect([alive('64325'), await everything(w)]).toEqual([0, before])
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), 'echo 1 > src/work.js')
    expect((await w.execute(issue, DONE)).attempt).toMatchObject({attempt: 1, outcome: 'passed'})
  })

  it('a terminal that is gone takes the output with it: the work is saved all the same', async () => {
    const issue = await w.agent('true')
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), `${begin(issue)}; exec sleep 64327`)
    const {code} = await interrupted(issue, ['SIGHUP'], 'deaf')
    expect([code, alive('64327'), w.labels(issue), w.attempts(issue).at(-1)?.failure]).toEqual([130, 0, ['pilot'], 'interrupted'])
    expect(await w.git('for-each-ref', `refs/pilot/rescue/GH-${issue}`)).not.toBe('')
  })

  it('twice: pilot and an agent that ignores it end at once; the next run finds the work and goes on', async () => {
    const issue = await w.agent('true')
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), `trap '' INT TERM; ${begin(issue)}; sleep 64326; sleep 64326; sleep 64326`)
    const before = await everything(w)
    const {code, signal} = await interrupted(issue, ['SIGINT', 'SIGINT'])
    expect([code, signal]).toEqual([null, 'SIGINT'])
    for (let i = 0; i < 100 && alive('64326') > 0; i++) await setTimeout(20)
    expect([alive('64326'), await everything(w), w.labels(issue)]).toEqual([0, before, ['pilot', 'pilot-in-progress']])
    // the lease of the dead runner ends by itself
    await w.remote('update-ref', '-d', `refs/pilot/claims/issue-${issue}`)
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), 'echo 1 > src/work.js')
    const again = await w.execute(issue, DONE)
    expect(again.attempt).toMatchObject({attempt: 1, vainStarts: 1, outcome: 'passed'})
    expect(again.warnings).toMatch(/An earlier worktree of GH-\d+ held unpushed work/)
    expect(await w.kept(issue, again.rescued[0]!, 'src/half.js')).toBe('half\n')
    await rm(join(w.dir, `begun-${issue}`))
  })
})
