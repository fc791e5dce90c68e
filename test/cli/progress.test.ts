import {Writable} from 'node:stream'
import {expect, test} from 'vitest'
import {openProgress, progressKind} from '../../src/lib/cli/progress.js'
import type {Activity} from '../../src/lib/flow/world.js'
import {fakeIo} from './run-command.js'

const MODE = {quiet: false, json: false, verbose: false}
const same = (text: string): string => text

test.each([
  [true, {}, 'live'], [false, {}, 'lines'], [true, {quiet: true}, 'silent'], [false, {quiet: true}, 'silent'], [true, {json: true}, 'silent'],
  [false, {json: true}, 'silent'], [true, {json: true, verbose: true}, 'lines'], [false, {json: true, verbose: true, quiet: true}, 'silent'],
] as const)('progress on a terminal: %s, %j: %s', (tty, mode, kind) =>
  expect(progressKind({isTTY: tty, columns: 80}, {...MODE, ...mode}, {})).toBe(kind))
test.each([
  [{TERM: 'dumb'}, 80, 'lines'], [{TERM: 'xterm'}, 80, 'live'], [{CI: 'true'}, 80, 'lines'], [{CI: ''}, 80, 'live'],
  // ora would never return there
  [{}, 0, 'lines'],
] as const)('a terminal with %j and %i columns: %s', (env, columns, kind) => expect(progressKind({isTTY: true, columns}, MODE, env)).toBe(kind))

const ACTIVITIES: readonly Activity[] = [
  {kind: 'step', issue: 5, step: 'setup'}, {kind: 'spawn', issue: 5, step: 'implement'},
  {kind: 'event', issue: 5, event: {kind: 'tool', name: 'Bash', detail: 'npm test'}}, {kind: 'step', issue: 5, step: 'verify'}, {kind: 'over', issue: 5},
]
test('without a terminal there is a line for each step and none for each tool call; silence writes none', async () => {
  const lines: string[] = []
  for (const kind of ['lines', 'silent'] as const) {
    const progress = await openProgress(kind, fakeIo().io, (text) => { lines.push(`${kind} ${text}`) }, same)
    progress.say('reading')
    for (const activity of ACTIVITIES) progress.activity(activity)
    progress.around(() => { lines.push(`${kind} around`) })
    progress.stop()
  }
  expect(lines).toEqual(['lines reading', 'lines GH-5: setup', 'lines GH-5: verify', 'lines around', 'silent around'])
})

/** A terminal that remembers what was written and how its cursor stands. */
function terminal(columns = 80) {
  let shown = ''
  const stream = Object.assign(new Writable({write: (chunk, _, done) => { shown += String(chunk); done() }}),
    {isTTY: true, columns, clearLine: () => true, cursorTo: () => true, moveCursor: () => true})
  return {stream, shown: () => shown, cursorHidden: () => shown.lastIndexOf('\u001B[?25l') > shown.lastIndexOf('\u001B[?25h')}
}
test('a line beside the spinner is masked, lines written meanwhile stay whole, and the cursor comes back', async () => {
  const t = terminal()
  const progress = await openProgress('live', {...fakeIo().io, stderr: t.stream}, () => undefined, (text) => text.replace('secret', '***'))
  progress.say('using secret')
  expect(t.cursorHidden()).toBe(true)
  progress.around(() => { t.stream.write('a warning\n') })
  progress.stop()
  expect(t.shown()).toContain('a warning\n')
  expect(t.shown()).not.toContain('secret')
  expect(t.cursorHidden()).toBe(false)
  progress.stop()
  progress.say('after all')
  progress.stop()
  expect(t.cursorHidden()).toBe(false)
})
test('while an issue is under way its line is redrawn, and what is said stands above it', async () => {
  const t = terminal(40)
  const above: string[] = []
  const progress = await openProgress('live', {...fakeIo().io, stderr: t.stream}, (text) => { above.push(text) }, same)
  progress.activity({kind: 'step', issue: 5, step: 'setup'})
  progress.say('GH-5: a milestone')
  progress.activity({kind: 'event', issue: 5, event: {kind: 'tool', name: 'Bash', detail: `npm test ${'x'.repeat(200)}`}})
  progress.activity({kind: 'step', issue: 6, step: 'baseline'})
  progress.around(() => undefined)
  progress.stop()
  expect(above).toEqual(['GH-5: a milestone'])
  expect(t.shown()).toContain('GH-5 setup · 0:00')
  expect(t.shown()).toContain('\n  GH-6 baseline · 0:00')
  expect(t.shown()).not.toContain('a milestone')
})
