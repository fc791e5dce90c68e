import {Writable} from 'node:stream'
import {expect, test} from 'vitest'
import {openProgress, progressKind} from '../../src/lib/cli/progress.js'
import {colorOn, inert, logSafe, openUi} from '../../src/lib/cli/ui.js'
import {fakeIo} from './run-command.js'

test.each([
  [{}, true, false, true], [{}, false, false, false], [{}, true, true, false], [{NO_COLOR: '1'}, true, false, false], [{NO_COLOR: ''}, true, false, true],
  [{FORCE_COLOR: '1'}, false, false, true], [{FORCE_COLOR: '0'}, true, false, false], [{FORCE_COLOR: '1', NO_COLOR: '1'}, true, false, false],
  [{FORCE_COLOR: '1'}, true, true, false], [{TERM: 'dumb'}, true, false, false],
])('colour with %j, terminal %s, --no-color %s: %s', (env, tty, noColor, on) => expect(colorOn(env, tty, noColor)).toBe(on))

test('stdout and stderr are judged apart', async () => {
  const {io} = fakeIo({})
  const ui = await openUi({...io, stderr: {...io.stderr, isTTY: true}}, false)
  expect(ui).toMatchObject({stdoutTty: false, stderrTty: true, color: false})
  expect([ui.style.red('x'), ui.errStyle.red('x')]).toEqual(['x', '\u001B[31mx\u001B[39m'])
})
test.each([
  [true, {}, 'spinner'], [false, {}, 'lines'], [true, {quiet: true}, 'silent'], [false, {quiet: true}, 'silent'], [true, {json: true}, 'silent'],
  [false, {json: true}, 'silent'], [true, {json: true, verbose: true}, 'lines'], [false, {json: true, verbose: true, quiet: true}, 'silent'],
] as const)('progress on a terminal: %s, %j: %s', (tty, mode, kind) =>
  expect(progressKind({isTTY: tty, columns: 80}, {quiet: false, json: false, verbose: false, ...mode})).toBe(kind))

test('a terminal without a width gets lines: a spinner would never return', async () => {
  expect(progressKind({isTTY: true, columns: 0}, {quiet: false, json: false, verbose: false})).toBe('lines')
  const {io} = fakeIo({tty: true})
  expect((await openUi({...io, stdout: {...io.stdout, columns: 0}}, true)).width).toBe(80)
})
test('lines are written as they come, silence writes none', async () => {
  const {io} = fakeIo()
  const lines: string[] = []
  for (const kind of ['lines', 'silent'] as const) {
    const progress = await openProgress(kind, io, (text) => { lines.push(`${kind} ${text}`) }, (text) => text)
    progress.say('reading')
    progress.around(() => { lines.push(`${kind} around`) })
    progress.stop()
  }
  expect(lines).toEqual(['lines reading', 'lines around', 'silent around'])
})
test('the spinner masks its text and leaves the line clean', async () => {
  let shown = ''
  const stream = Object.assign(new Writable({write: (chunk, _, done) => { shown += String(chunk); done() }}),
    {isTTY: true, columns: 80, clearLine: () => true, cursorTo: () => true, moveCursor: () => true})
  const progress = await openProgress('spinner', {...fakeIo().io, stderr: stream}, () => undefined, (text) => text.replace('secret', '***'))
  progress.say('using secret')
  progress.around(() => { stream.write('a warning\n') })
  progress.stop()
  expect(shown).toContain('a warning\n')
  expect(shown).not.toContain('secret')
})
test('text from outside cannot steer a terminal', () => {
  expect(inert('a\u001B]0;title\u0007b\u009B2Jc\u202Ed\r\ne\tf\rg')).toBe('a]0;titleb2Jcd\ne\tfg')
})
test.each([['::error::x', ':\u200B:error::x'], ['a\n  ::x', 'a\n  :\u200B:x'], ['a ::x', 'a ::x'], ['x ##[group]', 'x ##\u200B[group]']])('%j in an Actions log', (text, safe) =>
  expect(logSafe(text)).toBe(safe))
