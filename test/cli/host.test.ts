import {expect, test} from 'vitest'
import {reportUnrun} from '../../src/lib/cli/host.js'
import {nearest} from '../../src/lib/cli/nearest.js'
import {fakeIo} from './run-command.js'

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
  expect(plain.seen).toMatchObject({exit: 1, stderr: 'error: Cannot find module *** (INTERNAL)\n  try: pilot retry … --verbose\n'})
  const verbose = fakeIo()
  await reportUnrun(new Error('boom'), ['retry', '--verbose'], program, verbose.io)
  expect(verbose.seen.stderr).toMatch(/Error: boom\n\s+at /)
})

test.each([
  [['--json', 'retry'], 'retry', 'flags stand behind the command: pilot retry … --json'], [['-C', '/x', '--json', 'retry', '5'], 'retry', 'flags stand behind the command: pilot retry … -C /x --json'],
  [['--cwd=/x', 'retry', '--json'], 'retry', 'flags stand behind the command: pilot retry … --cwd=/x'], [['help', 'nope', '--json'], 'nope', '"nope" is not a command of pilot'],
  [['-C', '/x', '--json'], '', 'which command?'], [['--json', 'retyr'], 'retyr', '"retyr" is not a command of pilot; did you mean retry?'],
])('%j: the word that was meant is %j', async (argv, command, message) => {
  const {io, seen} = fakeIo()
  await reportUnrun(new Error('command not found'), argv, program, io)
  expect([seen.exit, JSON.parse(seen.stdout)]).toMatchObject([2, {command, error: {code: 'USAGE', message}}])
})
