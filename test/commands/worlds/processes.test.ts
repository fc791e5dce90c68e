import {readdirSync, readFileSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {DONE, work, worlds} from '../../support/worlds.js'

// How an agent's processes may end, or not. Limits are short, and nothing is asserted about time.

const LIMITS = {implement: '1s', plan: '1s', text: '10s', stall: '10s'}
vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})
const limit = (change: Partial<typeof LIMITS>): Promise<void> => w.configure({review: {enabled: false}, limits: {...LIMITS, implement: '30s', ...change}})
/** Processes whose command line holds the word. */
const alive = (word: string): number => readdirSync('/proc').filter((pid) => {
  try { return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word) } catch { return false }
}).length
const HALF = 'echo half > src/half.js'

describe('an agent that does not end well', () => {
  const rows: [name: string, script: string, limits: Partial<typeof LIMITS>, failure: string][] = [
    ['is killed from outside', `${HALF}; kill -KILL $$`, {}, 'killed'],
    ['runs past its limit', `${HALF}; while :; do echo .; sleep 0.1; done`, {implement: '1s'}, 'timeout'],
    ['says nothing for too long', `${HALF}; sleep 60`, {stall: '1s'}, 'stalled'],
    ['ignores SIGINT and SIGTERM, with children that do too', `${HALF}; trap '' INT TERM; (trap '' INT TERM; exec sleep 64321) & sleep 64321; sleep 64321`, {implement: '1s'}, 'timeout'],
    ['fails by itself', `${HALF}; echo 'cannot go on' >&2; exit 3`, {}, 'agent_error'],
  ]
  it.each(rows)('%s', async (_name, script, limits, failure) => {
    await limit(limits)
    const issue = await w.agent(script)
    const ran = await w.execute(issue, work(failure))
    expect(ran).toMatchObject({branch: undefined, attempt: {attempt: 1, outcome: 'failed', failure}, rescued: [expect.any(String)]})
    expect(await w.kept(issue, ran.rescued[0]!, 'src/half.js')).toBe('half\n')
    expect(ran.warnings).toContain(`refs/pilot/rescue/GH-${issue}/${ran.rescued[0]}`)
    expect(alive('64321')).toBe(0)
  })
})

describe('an agent that leaves something running', () => {
  it('in sessions of their own, without its output and without its environment: all of them are ended, and write into no commit', async () => {
    await limit({})
    const daemon = (seconds: number): string => `sh -c 'while :; do echo late >> src/late.js; sleep 0.1; done; : ${seconds}' >/dev/null 2>&1 </dev/null &`
    const issue = await w.agent(`setsid ${daemon(64322)} env -i PATH="$PATH" setsid ${daemon(64323)} nohup ${daemon(64324)} sleep 0.3; echo 1 > src/work.js; rm -f src/late.js`)
    const ran = await w.execute(issue, DONE)
    for (const word of ['64322', '64323', '64324']) expect(alive(word), word).toBe(0)
    const head = w.attempts(issue)[0]!.headSha
    expect([ran.branch, JSON.parse(await w.read(`runs/GH-${issue}/attempt-1/verify.json`))]).toEqual([head, expect.objectContaining({sha: head, passed: true})])
  })
})

describe('an agent that talks too much', () => {
  it.each([
    ['100 MB of lines', 'yes "a line of a log, sixty-four characters long, again and again" | head -c 100000000'],
    ['a line of 200 MB', 'head -c 200000000 /dev/zero | tr "\\0" x'],
  ])('%s without end: memory stays flat, the log ends at its cap', async (_name, noise) => {
    await limit({implement: '10m', stall: '10m'})
    const report = join(w.dir, 'memory.txt')
    await writeFile(join(w.dir, 'memory.mjs'), `import {writeFileSync} from 'node:fs'\nprocess.on('exit', () => writeFileSync('${report}', String(process.resourceUsage().maxRSS)))\n`)
    const issue = await w.agent(`${noise}; echo; echo 1 > src/work.js`)
    await w.execute(issue, DONE, {subprocess: true, env: {NODE_OPTIONS: `--import=${join(w.dir, 'memory.mjs')}`}})
    // kB; pilot alone takes about 100 MB of it
    expect(Number(await readFile(report, 'utf8'))).toBeLessThan(200 * 1024)
  }, 240_000)
})
