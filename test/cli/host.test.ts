import {spawnSync} from 'node:child_process'
import {closeSync, openSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {reportUnrun, reportUnwritten} from '../../src/lib/cli/host.js'
import {nearest} from '../../src/lib/cli/nearest.js'
import {fakeIo} from './run-command.js'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const program = {bin: 'pilot', commands: ['classify', 'close-parent', 'execute', 'plan-epic', 'retry', 'route']}

test.each([['retyr', ['retry']], ['Retry', ['retry']], ['clasify', ['classify']], ['plan', ['plan-epic']], ['closeparent', ['close-parent']], ['xyzzy', []], ['r', []], ['', []]])(
  '%j is near %j', (word, names) => expect(nearest(word, program.commands)).toEqual(names))

test('an unknown command: exit 2 and the nearest ones, in both forms', async () => {
  const text = fakeIo()
  await reportUnrun(new Error('command retyr not found'), ['retyr', '5'], program, text.io)
  expect(text.seen).toMatchObject({exit: 2, stdout: '', stderr: 'error: "retyr" is not a command of pilot; did you mean retry? (USAGE)\n  try: pilot retry --help\n  try: pilot --help\n'})
  const json = fakeIo()
  await reportUnrun(new Error('command retyr not found'), ['retyr', '--json'], program, json.io)
  expect(json.seen).toMatchObject({exit: 2, stderr: ''})
  expect(JSON.parse(json.seen.stdout)).toEqual({
    ok: false, command: 'retyr', status: 'invalid', result: {}, warnings: [],
    error: {code: 'USAGE', message: '"retyr" is not a command of pilot; did you mean retry?', suggestions: ['pilot retry --help', 'pilot --help'], retryable: false},
  })
})
test('a known command that could not be loaded is a bug, its stack for --verbose', async () => {
  const plain = fakeIo({env: {A_TOKEN: 'secret-value'}})
  await reportUnrun(new Error('Cannot find module secret-value'), ['retry', '5'], program, plain.io)
  expect(plain.seen).toMatchObject({exit: 1, stderr: 'error: Cannot find module *** (INTERNAL)\n  try: pilot retry --verbose 5\n'})
  const verbose = fakeIo()
  await reportUnrun(new Error('boom'), ['retry', '--verbose'], program, verbose.io)
  expect(verbose.seen.stderr).toMatch(/Error: boom\n\s+at /)
})

test.each([
  [['--json', 'retry'], 'retry', 'flags stand behind the command: pilot retry --json'], [['-C', '/x', '--json', 'retry', '5'], 'retry', 'flags stand behind the command: pilot retry -C /x --json 5'],
  [['--cwd=/x', 'retry', '--json'], 'retry', 'flags stand behind the command: pilot retry --cwd=/x --json'], [['help', 'nope', '--json'], 'nope', '"nope" is not a command of pilot'],
  [['-C', '/x', '--json'], '', 'which command?'], [['--json', 'retyr'], 'retyr', '"retyr" is not a command of pilot; did you mean retry?'],
])('%j: the word that was meant is %j', async (argv, command, message) => {
  const {io, seen} = fakeIo()
  await reportUnrun(new Error('command not found'), argv, program, io)
  expect([seen.exit, JSON.parse(seen.stdout)]).toMatchObject([2, {command, error: {code: 'USAGE', message}}])
})

test('without a command: an answer that cannot be written is said on stderr, beside what was to be answered', async () => {
  const {io, seen} = fakeIo()
  await reportUnwritten(Object.assign(new Error('gone'), {code: 'EPIPE'}), program, io)
  expect([seen.exit, seen.stderr]).toEqual([undefined, ''])
  await reportUnwritten(Object.assign(new Error('ENOSPC: full'), {code: 'ENOSPC'}), program, io)
  expect([seen.exit, seen.stderr]).toEqual([6, expect.stringMatching(/^error: .*ENOSPC: full \(NO_SPACE\)\n {2}try: .*\n$/)])
  const json = fakeIo({stdoutFails: 'ENOSPC'})
  await reportUnrun(new Error('command retyr not found'), ['retyr', '--json'], program, json.io)
  expect([json.seen.exit, json.seen.stderr]).toEqual([2, expect.stringMatching(/\(USAGE\)\n[^]*\(NO_SPACE\)\n/)])
})

// the device is Linux's own full disk
test('the program: a full disk below stdout or stderr is no crash', () => {
  const full = openSync('/dev/full', 'w')
  const run = (argv: string[], stdio: ('pipe' | number)[]) => spawnSync(process.execPath, [BIN, ...argv], {stdio: ['ignore', ...stdio], encoding: 'utf8'})
  try {
    for (const argv of [['--version'], ['demo', '--dry-run', '--json']]) {
      const {status, stderr} = run(argv, [full, 'pipe'])
      expect([status, stderr]).toEqual([6, expect.stringMatching(/^error: .*ENOSPC.* \(NO_SPACE\)\n {2}try: .*\n$/)])
    }
    expect(run(['demo', '--dry-run', '--json', '--verbose'], ['pipe', full])).toMatchObject({status: 0, stdout: expect.stringMatching(/^\{"ok":true/) as string})
  } finally {
    closeSync(full)
  }
})
