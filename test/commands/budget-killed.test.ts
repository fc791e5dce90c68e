import {spawn} from 'node:child_process'
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {expect, it, onTestFinished} from 'vitest'
import {parseRecord, type SpendEntry} from '../../src/lib/core/cost/reservations.js'
import {REPO, scene, type Scene} from '../support/scene.js'

// The built program, killed by the system while its agent burns money, and run again.

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
/**
 * A claude that says what one request used, and then does nothing until it is alone; where `done` lies beside it, it does the work. Price: by pilot's
 * table, 100,000 tokens of output at $15 a million.
 */
const CLAUDE = `#!/usr/bin/env node
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
const say = (event) => console.log(JSON.stringify(event))
const done = existsSync(import.meta.dirname + '/done')
const begun = {id: 'm1', model: 'claude-sonnet-4-6', usage: {input_tokens: 0, output_tokens: 1}}
say({type: 'stream_event', event: {type: 'message_start', message: begun}})
say({type: 'assistant', message: {...begun, content: []}})
say({type: 'stream_event', event: {type: 'message_delta', usage: {output_tokens: done ? 10_000 : 100_000}}})
if (done) {
  mkdirSync('src', {recursive: true})
  writeFileSync('src/one.js', 'export const one = 1\\n')
  say({type: 'result', subtype: 'success', is_error: false, result: 'did it', total_cost_usd: 0.25})
} else {
  const parent = process.ppid
  setInterval(() => { if (process.ppid !== parent) process.exit(1) }, 50)
}
`

async function entries(s: Scene): Promise<SpendEntry[]> {
  const ref = `refs/pilot/spend/${new Date().toISOString().slice(0, 10)}`
  const bare = join(s.dir, `github/${REPO}.git`)
  return parseRecord(await s.git(`--git-dir=${bare}`, 'show', '-s', '--format=%B', ref).catch(() => '')) ?? []
}

it('what an agent used before pilot was killed counts against the budgets, and as unknown beyond that', async () => {
  const s = await scene({config: {
    executor: {default: 'claude', shell: {command: 'cat > /dev/null; echo "feat(src): do the work"'}}, review: {enabled: false}, routing: {gates: {commit: 'free', draft: 'free'}},
    tiers: {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'claude:claude-sonnet-4-6', frontier: 'claude:claude-sonnet-4-6'}, budget: {per_issue_usd: 2},
  }})
  await mkdir(join(s.dir, 'bin'), {recursive: true})
  await writeFile(join(s.dir, 'bin/claude'), CLAUDE)
  await writeFile(join(s.dir, 'bin/package.json'), '{"type": "module"}')
  await chmod(join(s.dir, 'bin/claude'), 0o755)
  s.addIssue({title: 'Write one'})

  const child = spawn(process.execPath, [BIN, 'execute', '1', '--json'], {cwd: s.checkout, env: {...s.env, ANTHROPIC_API_KEY: 'k'}, stdio: ['ignore', 'pipe', 'inherit']})
  onTestFinished(() => { child.kill('SIGKILL') })
  const closed = new Promise<string>((resolve) => {
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => { stdout += String(chunk) })
    child.once('close', () => resolve(stdout))
  })
  for (let look = 0; look < 800 && child.exitCode === null && !(await entries(s)).some(({streamedUsd = 0}) => streamedUsd > 0); look++) await delay(50)
  child.kill('SIGKILL')
  expect(await closed).toBe('')
  expect(await entries(s)).toMatchObject([{issue: 1, spentUsd: 0, streamedUsd: 1.5, capUsd: 2, calls: 0}])

  // the lease of the dead runner ends by itself
  await s.git(`--git-dir=${join(s.dir, `github/${REPO}.git`)}`, 'update-ref', '-d', 'refs/pilot/claims/issue-1')
  await writeFile(join(s.dir, 'bin/done'), '')
  const again = await s.pilotWith({env: {...s.env, ANTHROPIC_API_KEY: 'k'}}, 'execute', '1', '--json')
  expect(again.json.status, again.stdout).toBe('done')
  const plan = JSON.parse(await readFile(join(s.checkout, '.pilot/runs/GH-1/attempt-1/spawn-plan.json'), 'utf8')) as {maxBudgetUsd: number}
  expect(plan.maxBudgetUsd).toBe(0.5)
  expect(s.attempts(1)).toMatchObject([{attempt: 1, vainStarts: 1, outcome: 'passed', carried: [{costUsd: null}]}])
  const spent = (await s.pilot('spend', '--json')).json.result
  expect([spent['totalUsd'], Number(spent['unpricedCalls']) > 0]).toEqual([1.75, true])
}, 120_000)

it('what a call cost is told when it ends, also by an agent that tells it only then', async () => {
  const work = {files: {'src/one.js': 'export const one = 1\n'}, usage: {model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd: 3}, say: 'did it'}
  const s = await scene({script: {implement: {'*': work}, review: {'*': {meets: [99], say: {verdict: 'approve', summary: 'fine', findings: []}}}}, config: {budget: {per_issue_usd: 4}}})
  s.addIssue({title: 'Write one'})
  const child = spawn(process.execPath, [BIN, 'execute', '1', '--json'], {cwd: s.checkout, env: s.env, stdio: ['ignore', 'pipe', 'inherit']})
  const closed = new Promise((resolve) => { child.once('close', resolve) })
  onTestFinished(() => { child.kill('SIGKILL') })
  for (let look = 0; look < 800 && child.exitCode === null && !(await entries(s)).some(({spentUsd}) => spentUsd > 0); look++) await delay(50)
  child.kill('SIGKILL')
  await closed
  // the review was under way, and nobody renewed the reservation since the work was done
  expect(await entries(s)).toMatchObject([{issue: 1, spentUsd: 3, capUsd: 4, calls: 1, unpriced: 0}])
}, 120_000)
