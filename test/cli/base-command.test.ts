import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Args, Flags} from '@oclif/core'
import {expect, test} from 'vitest'
import {PilotCommand} from '../../src/lib/cli/base-command.js'
import type {StopSignal} from '../../src/lib/cli/io.js'
import {failedWith, type Outcome} from '../../src/lib/cli/outcome.js'
import {PilotError} from '../../src/lib/errors.js'
import {fakeIo, runCommand} from './run-command.js'

const TOKEN = 'tok"en-12345678'
type Said = {said: string}
abstract class Probe extends PilotCommand<Said> {
  static override flags = {level: Flags.integer(), mode: Flags.string({options: ['a', 'b']})}
  static override args = {word: Args.string()}
  protected view(result: Said): string { return `${result.said}\n` }
  protected override outputs(result: Said) { return {said: result.said} }
}
class Say extends Probe {
  async run(): Promise<Outcome<Said>> {
    const {args} = await this.parse(Say)
    this.warn('careful')
    this.warn('careful')
    this.note('working')
    this.detail('in detail')
    this.printActions(['would add a label'])
    return {status: args.word === 'again' ? 'noop' : 'done', result: {said: args.word ?? 'hello'}}
  }
}
class Partly extends Probe {
  async run(): Promise<Outcome<Said>> {
    await this.parse(Partly)
    return failedWith(new PilotError('OVER_BUDGET', 'the budget is spent', ['pilot spend']), {said: 'half'})
  }
}
class Throws extends Probe {
  async run(): Promise<Outcome<Said>> {
    const {args} = await this.parse(Throws)
    if (args.word === 'bug') throw new TypeError('x is not a function', {cause: new Error('the cause')})
    if (args.word === 'wait') throw new PilotError('CLAIMED', 'another runner has it')
    throw new PilotError('FORBIDDEN', 'the token may not write', ['pilot doctor'])
  }
}
class Odd extends Probe {
  async run(): Promise<Outcome<Said>> { await this.parse(Odd); return {status: 'failed', result: {said: 'x'}} }
}
class BadView extends Probe {
  async run(): Promise<Outcome<Said>> { await this.parse(BadView); return {status: 'done', result: {said: 'x'}} }
  protected override view(): string { throw new Error('no view') }
}
class Wait extends Probe {
  static signals: readonly StopSignal[] = []
  static send: (signal: StopSignal) => void = () => undefined
  async run(): Promise<Outcome<Said>> {
    await this.parse(Wait)
    const stopped = new Promise((resolve) => { this.signal.addEventListener('abort', resolve) })
    for (const signal of Wait.signals) Wait.send(signal)
    await stopped
    return {status: 'done', result: {said: 'so far'}}
  }
}

test('text mode: the result on stdout, everything else on stderr', async () => {
  const ran = await runCommand(Say, [])
  expect(ran).toMatchObject({stdout: 'hello\n', stderr: 'warning: careful\nworking\nwould add a label\n', exit: 0})
})
test('--json is one document, with the warnings in it and nothing on stderr', async () => {
  const ran = await runCommand(Say, ['--json', 'again'])
  expect(ran.json()).toEqual({ok: true, command: 'say', status: 'noop', result: {said: 'again'}, warnings: ['careful']})
  expect(ran.stdout.trimEnd()).not.toContain('\n')
  expect(ran).toMatchObject({stderr: '', exit: 0})
})
test('--quiet keeps the result and silences stderr; --verbose adds to it', async () => {
  expect(await runCommand(Say, ['--quiet'])).toMatchObject({stdout: 'hello\n', stderr: '', exit: 0})
  expect((await runCommand(Say, ['--verbose'])).stderr).toContain('in detail\n')
  expect((await runCommand(Say, ['--json', '--quiet'])).json()).toMatchObject({warnings: ['careful']})
})
test('after -- a switch is an argument', async () => {
  expect(await runCommand(Say, ['--', '--json'])).toMatchObject({stdout: '--json\n', exit: 0})
})

test.each([
  {Class: Throws, argv: [], exit: 4, status: 'unavailable', code: 'FORBIDDEN', tries: ['pilot doctor']},
  {Class: Throws, argv: ['bug'], exit: 1, status: 'failed', code: 'INTERNAL', tries: ['pilot throws --verbose bug']},
  {Class: Throws, argv: ['wait'], exit: 8, status: 'waiting', code: 'CLAIMED', tries: []},
  {Class: Partly, argv: [], exit: 7, status: 'refused', code: 'OVER_BUDGET', tries: ['pilot spend']},
  {Class: Odd, argv: [], exit: 1, status: 'failed', code: 'WORK_FAILED', tries: []},
  {Class: Say, argv: ['--lvel', '3'], exit: 2, status: 'invalid', code: 'USAGE', tries: ['pilot say --help']},
  {Class: Say, argv: ['--level', 'x'], exit: 2, status: 'invalid', code: 'USAGE', tries: ['pilot say --help']},
  {Class: Say, argv: ['--mode', 'c'], exit: 2, status: 'invalid', code: 'USAGE', tries: ['pilot say --help']},
  {Class: Say, argv: ['one', 'two'], exit: 2, status: 'invalid', code: 'USAGE', tries: ['pilot say --help']},
  {Class: Say, argv: ['--repo', 'nope'], exit: 2, status: 'invalid', code: 'USAGE', tries: ['git remote -v']},
])('$Class.name $argv: exit $exit and $code, in text and in JSON', async ({Class, argv, exit, status, code, tries}) => {
  const text = await runCommand(Class, argv)
  expect(text.exit).toBe(exit)
  expect(text.stderr).toContain(`(${code})\n`)
  for (const line of tries) expect(text.stderr).toContain(`  try: ${line}\n`)
  expect(text.stderr).not.toContain(' at ')
  const json = await runCommand(Class, ['--json', ...argv])
  expect(json.json()).toMatchObject({ok: status === 'waiting', command: text.stderr && Class.name.toLowerCase(), status, error: {code, suggestions: tries}, warnings: []})
  expect(json).toMatchObject({exit, stderr: ''})
})
test('a partial result is printed beside its error', async () => {
  const text = await runCommand(Partly, [])
  expect(text).toMatchObject({stdout: 'half\n', stderr: 'error: the budget is spent (OVER_BUDGET)\n  try: pilot spend\n'})
  expect((await runCommand(Partly, ['--json'])).json()).toMatchObject({ok: false, result: {said: 'half'}})
})
test('without a result, result is an empty object', async () => {
  expect((await runCommand(Throws, ['--json'])).json()).toMatchObject({result: {}})
})
test('a mistyped flag gets the nearest one; oclif\'s own hint is gone', async () => {
  const {stderr} = await runCommand(Say, ['--dryrun'])
  expect(stderr).toBe('error: Nonexistent flag: --dryrun; did you mean --dry-run? (USAGE)\n  try: pilot say --help\n')
})
test('a bug shows its causes, and its stack only with --verbose', async () => {
  expect((await runCommand(Throws, ['bug'])).stderr).toBe('error: x is not a function: the cause (INTERNAL)\n  try: pilot throws --verbose bug\n')
  const json = await runCommand(Throws, ['bug', '--json', '--verbose'])
  expect(json.stderr).toMatch(/TypeError: x is not a function\n\s+at /)
  expect(json.json()).toMatchObject({error: {code: 'INTERNAL'}})
})
test('a view that fails prints an error and no half result', async () => {
  expect(await runCommand(BadView, [])).toMatchObject({stdout: '', exit: 1, stderr: expect.stringContaining('no view (INTERNAL)') as string})
})

test('secrets of the environment appear nowhere', async () => {
  const env = {APP_TOKEN: TOKEN}
  for (const argv of [[TOKEN], [TOKEN, '--json'], ['--mode', TOKEN], ['--mode', TOKEN, '--json']]) {
    const {stdout, stderr} = await runCommand(Say, argv, {env})
    expect(stdout + stderr).toContain('***')
    expect(stdout + stderr).not.toContain('12345678')
  }
})
test('under Actions the result goes to the summary and the figures to the outputs, masked', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pilot-actions-'))
  const env = {GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(dir, 's.md'), GITHUB_OUTPUT: join(dir, 'out'), APP_TOKEN: TOKEN}
  await runCommand(Say, [`${TOKEN}\nok<<x`], {env})
  expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe('### pilot say: done\n\n```\n***\nok<<x\n```\n\n')
  expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toBe(
    'said<<pilot_random-1\n***\nok<<x\npilot_random-1\nok<<pilot_random-2\ntrue\npilot_random-2\nstatus<<pilot_random-3\ndone\npilot_random-3\n')
})
test('under Actions a title cannot give the runner orders', async () => {
  const env = {GITHUB_ACTIONS: 'true'}
  const {stdout} = await runCommand(Say, ['a\n::set-env name=X::y\n ##[add-path]z'], {env})
  expect(stdout).not.toMatch(/^\s*::|##\[/m)
  const json = await runCommand(Say, ['##[x]', '--json'], {env})
  expect(json.stdout).not.toContain('##[')
  expect(json.json()).toMatchObject({result: {said: '##[x]'}})
})
test('an unwritable summary is a warning, not a failure', async () => {
  const ran = await runCommand(Say, [], {env: {GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nonexistent/dir/file'}})
  expect(ran).toMatchObject({exit: 0, stdout: 'hello\n', stderr: expect.stringContaining('warning: no step summary') as string})
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s lets the command finish, keeps its result and exits 130', async (signal) => {
  for (const argv of [[], ['--json']]) {
    Wait.signals = [signal]
    const ran = await runCommand(Wait, argv, {onStart: (send) => { Wait.send = send }})
    expect(ran).toMatchObject({exit: 130, died: [], outcome: {status: 'failed', error: {code: 'INTERRUPTED'}, result: {said: 'so far'}}})
  }
})
test('the second Ctrl-C ends the process at once', async () => {
  Wait.signals = ['SIGINT', 'SIGINT']
  const ran = await runCommand(Wait, [], {onStart: (send) => { Wait.send = send }})
  expect(ran.died).toEqual(['SIGINT'])
})
test('on a terminal errors are red unless colour is off', async () => {
  const red = '\u001B[31m'
  expect((await runCommand(Throws, [], {tty: true})).stderr).toContain(red)
  expect((await runCommand(Throws, ['--no-color'], {tty: true})).stderr).not.toContain(red)
  expect((await runCommand(Throws, [], {tty: true, env: {NO_COLOR: '1'}})).stderr).not.toContain(red)
  expect(fakeIo({tty: true}).io.stderr.isTTY).toBe(true)
})

test('an answer that cannot be written is said on stderr with a code, in both forms; a reader that went away is no error', async () => {
  const full = /^(?:warning: careful\nworking\nwould add a label\n)?error: .*could not be written: ENOSPC.* \(NO_SPACE\)\n {2}try: /
  for (const argv of [[], ['--json']]) expect(await runCommand(Say, argv, {stdoutFails: 'ENOSPC'})).toMatchObject({exit: 6, stderr: expect.stringMatching(full) as string})
  for (const stdoutFails of ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']) expect(await runCommand(Say, ['--json'], {stdoutFails})).toMatchObject({exit: 0, stderr: ''})
  const failed = await runCommand(Throws, ['--json'], {stdoutFails: 'ENOSPC'})
  expect([failed.exit, failed.stderr], 'what the command failed of is what counts').toEqual([4, expect.stringMatching(/^error: the token may not write \(FORBIDDEN\)\n[^]*\(NO_SPACE\)/)])
})
