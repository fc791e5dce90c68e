import {execFileSync, spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {RESULT_SCHEMAS, type DemoResult} from '../../src/lib/cli/results.js'
import {parseAttemptsComment} from '../../src/lib/core/issue/attempts-comment.js'
import {baseFiles, EPIC_TITLE, REPO} from '../../src/lib/demo/sample-project.js'
import {SUBTASKS} from '../../src/lib/demo/scripted-work.js'
import type {IssueState, RepoState, SandboxSnapshot} from '../../src/lib/sandbox/index.js'

// The whole chain as a stranger meets it: the built program in an empty directory, with a user's files around it that must not matter.

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const built = fileURLToPath(new URL('../../dist/lib/demo/scripted-agent.js', import.meta.url))
const LIMIT_MS = 180_000

let tmp: string
const below = (name: string): string => join(tmp, name)
beforeAll(() => {
  tmp = mkdtempSync(join(tmpdir(), 'demo-e2e-'))
  if (!existsSync(built)) throw new Error(`there is no ${built}: run \`npm run build\` before the tests in test/e2e`)
  for (const folder of ['home', 'xdg/pilot', 'cwd', 'tmp']) mkdirSync(below(folder), {recursive: true})
  writeFileSync(below('home/.gitconfig'), '[user\nbroken')
  writeFileSync(below('xdg/pilot/config.yaml'), 'no_such_key: 1\n')
})
afterAll(() => { rmSync(tmp, {recursive: true, force: true, maxRetries: 3}) })

type Ran = {code: number | null; stdout: string; stderr: string; ms: number}
type Watch = (text: string, stop: () => void) => void
function demo(args: readonly string[], onStderr: Watch = () => undefined, path = process.env['PATH']): Promise<Ran> {
  const env = {
    PATH: path, HOME: below('home'), XDG_CONFIG_HOME: below('xdg'), TMPDIR: below('tmp'),
    GITHUB_TOKEN: 'not-to-be-used', GITHUB_REPOSITORY: 'some/other',
    HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '',
  }
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, [program, 'demo', ...args], {cwd: below('cwd'), env, stdio: ['ignore', 'pipe', 'pipe']})
    const ran: Ran = {code: null, stdout: '', stderr: '', ms: 0}
    child.stdout.setEncoding('utf8').on('data', (text: string) => { ran.stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ran.stderr += text
      onStderr(ran.stderr, () => child.kill('SIGINT'))
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({...ran, code, ms: performance.now() - started}))
  })
}

/** Processes that work below a directory, removed or not; only where the system tells. */
function processesIn(dir: string): string[] {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try { return readlinkSync(`/proc/${pid}/cwd`).startsWith(dir) } catch {
      // gone meanwhile, or another user's
      return false
    }
  })
}

describe('pilot demo --keep', () => {
  let ran: Ran
  let result: DemoResult
  let repo: RepoState
  let refs: Record<string, string>
  const issues = (): IssueState[] => Object.values(repo.issues)
  const children = (): IssueState[] => issues().filter(({number, pull}) => number !== 1 && pull === null)
  const comments = (issue: number, marker: string): string[] =>
    repo.comments.filter((c) => c.issue === issue && c.body.startsWith(`<!-- pilot:${marker} v1 -->`)).map(({body}) => body)

  beforeAll(async () => {
    ran = await demo(['--json', '--keep', '--dir', below('kept')])
    if (ran.code !== 0) throw new Error(`pilot demo ended with ${ran.code}:\n${ran.stdout}\n${ran.stderr}`)
    result = RESULT_SCHEMAS.demo.parse((JSON.parse(ran.stdout) as {result: unknown}).result)
    const snapshot = JSON.parse(readFileSync(below('kept/sandbox/state.json'), 'utf8')) as SandboxSnapshot
    repo = snapshot.state.repos[REPO]!
    refs = snapshot.refs[REPO]!
  }, LIMIT_MS)

  test('is over in under a minute, says nothing beside the document, and leaves the user alone', () => {
    expect(ran.ms).toBeLessThan(LIMIT_MS)
    expect(ran.stderr).toBe('')
    expect(['cwd', 'home', 'tmp', 'xdg/pilot'].map((folder) => readdirSync(below(folder)))).toEqual([[], ['.gitconfig'], [], ['config.yaml']])
  })
  test('answers the epic\'s tree', () => {
    expect(result).toMatchObject({kept: true, epic: {epic: {number: 1, title: EPIC_TITLE, state: 'closed', planned: 4}}})
    expect(result.epic.children.map(({title, state, attempt}) => ({title, state, attempt}))).toEqual(
      SUBTASKS.map(({title}) => ({title, state: 'done', attempt: title === SUBTASKS[2]!.title ? 2 : 1})))
    expect(result.commands.map((line) => line.split(' ')[1])).toEqual(
      ['classify', 'plan-epic', 'decompose', 'next', 'route', 'execute', 'status', 'retry', 'execute', 'next', 'status'])
  })
  test('four sub-issues are closed as completed by merged pull requests with green checks', () => {
    expect(children().map(({title, state, stateReason, labels}) => ({title, state, stateReason, labels: [...labels].sort()}))).toEqual(
      SUBTASKS.map(({title}) => ({title, state: 'closed', stateReason: 'completed', labels: ['pilot', 'pilot-done']})))
    const pulls = issues().filter(({pull}) => pull !== null)
    expect(pulls.map(({pull}) => [pull!.merged, pull!.headRef]).sort()).toEqual(children().map(({number}) => [true, `pilot/GH-${number}`]).sort())
    expect(pulls.map(({number}) => number)).toEqual([...result.merged].sort((a, b) => a - b))
    for (const {pull} of pulls) expect(repo.checkRuns.filter(({headSha}) => headSha === pull!.headSha).map(({conclusion}) => conclusion)).toEqual(['success'])
  })
  test('the epic is closed as done, with one comment of each kind', () => {
    expect(repo.issues[1]).toMatchObject({state: 'closed', stateReason: 'completed'})
    expect([...repo.issues[1]!.labels].sort()).toEqual(['pilot', 'pilot-done'])
    expect(['plan', 'progress', 'summary'].map((marker) => comments(1, marker).length)).toEqual([1, 1, 1])
    expect(comments(1, 'progress')[0]).toContain('✅ Completed: 4/4 sub-issues done')
    expect(repo.comments.filter(({issue}) => issue === 1)).toHaveLength(3)
    expect(issues()).toHaveLength(1 + 4 + 4)
  })
  test('the sub-issue that slipped remembers both attempts', () => {
    const told = children().map(({title, number}) => [title, comments(number, 'attempts').flatMap((body) => parseAttemptsComment(body)?.attempts ?? [])] as const)
    expect(told.map(([title, attempts]) => [title, attempts.map(({outcome, failure}) => failure ?? outcome)])).toEqual(
      SUBTASKS.map(({title}) => [title, title === SUBTASKS[2]!.title ? ['verify_failed', 'passed'] : ['passed']]))
  })
  test('no branch, claim or rescued work is left, only what every run leaves: the day\'s spending', () => {
    expect(Object.keys(refs).filter((ref) => !/^refs\/(?:pull|pilot\/spend)\//.test(ref))).toEqual(['refs/heads/main'])
  })
  test('a fresh clone holds everything and its tests pass', () => {
    const clone = below('fresh')
    execFileSync('git', ['clone', '--quiet', below(`kept/sandbox/${REPO}.git`), clone], {env: {PATH: process.env['PATH'], HOME: tmp}})
    const files = Object.assign(baseFiles(readFileSync(join(clone, '.pilot/config.yaml'), 'utf8')), ...SUBTASKS.map((subtask) => subtask.files(2))) as Record<string, string>
    for (const [path, content] of Object.entries(files)) expect(readFileSync(join(clone, path), 'utf8'), path).toBe(content)
    const tracked = execFileSync('git', ['-C', clone, 'ls-files'], {encoding: 'utf8'}).trim().split('\n')
    expect(tracked.sort()).toEqual(Object.keys(files).sort())
    const {NODE_TEST_CONTEXT: _context, ...env} = process.env
    expect(execFileSync(process.execPath, ['--test'], {cwd: clone, env, encoding: 'utf8'})).toMatch(/^\D*fail 0$/m)
  })
})

test('without --keep nothing is left, and people read what was run', async () => {
  const ran = await demo(['--dir', below('gone')])
  expect({code: ran.code, left: existsSync(below('gone'))}, ran.stderr).toEqual({code: 0, left: false})
  expect(ran.stdout.trim().split('\n').map((row) => row.split('\t')[1])).toEqual(['done', 'done', 'done', 'done'])
  expect(ran.stderr.split('\n').filter((line) => line.startsWith('$ pilot '))).toHaveLength(11)
}, LIMIT_MS)

test('Ctrl-C ends what is running and removes everything', async () => {
  let sent = false
  const ran = await demo([], (stderr, stop) => {
    if (sent || !/attempt 1 implement/.test(stderr)) return
    sent = true
    stop()
  })
  expect({sent, code: ran.code, left: readdirSync(below('tmp'))}).toEqual({sent: true, code: 130, left: []})
  expect(processesIn(tmp)).toEqual([])
}, LIMIT_MS)

test('a command that ends otherwise than it should ends the demo, is named, and its directory stays', async () => {
  mkdirSync(below('bin'))
  const real = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim()
  writeFileSync(below('bin/git'), `#!/bin/sh\ncase "$PWD" in */checkout) echo 'fatal: out of order' >&2; exit 128;; esac\nexec ${real} "$@"\n`, {mode: 0o755})
  const ran = await demo(['--json', '--dir', below('failed')], undefined, `${below('bin')}:${process.env['PATH']}`)
  const {status, error} = JSON.parse(ran.stdout) as {status: string; error: {code: string; message: string; suggestions: string[]}}
  expect({code: ran.code, status, error: error.code}).toEqual({code: 1, status: 'failed', error: 'WORK_FAILED'})
  expect(error.message).toMatch(/^pilot classify 1: it ended with exit code [1-9]\d* instead of 0: error: \w/)
  expect(readdirSync(below('failed'))).toContain('checkout')
}, LIMIT_MS)
