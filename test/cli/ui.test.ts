import {expect, test} from 'vitest'
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
test('a terminal without a width is taken for one of 80 columns', async () => {
  const {io} = fakeIo({tty: true})
  expect((await openUi({...io, stdout: {...io.stdout, columns: 0}}, true)).width).toBe(80)
})
test('text from outside cannot steer a terminal', () => {
  expect(inert('a\u001B]0;title\u0007b\u009B2Jc\u202Ed\r\ne\tf\rg')).toBe('a]0;titleb2Jcd\ne\tfg')
})
test.each([['::error::x', ':\u200B:error::x'], ['a\n  ::x', 'a\n  :\u200B:x'], ['a ::x', 'a ::x'], ['x ##[group]', 'x ##\u200B[group]']])('%j in an Actions log', (text, safe) =>
  expect(logSafe(text)).toBe(safe))
