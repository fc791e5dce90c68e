import {expect, test} from 'vitest'
import {liveLines, oneLine, seen, type Live} from '../../src/lib/cli/live.js'
import {displayWidth} from '../../src/lib/cli/width.js'
import type {AgentEvent} from '../../src/lib/core/run/outcome.js'
import type {Activity} from '../../src/lib/flow/world.js'

const at = (seconds: number): Date => new Date(seconds * 1000)
const same = (text: string): string => text
const played = (activities: readonly Activity[]): Live => activities.reduce<Live>((live, activity, i) => seen(live, activity, at(i)), new Map())
const lines = (activities: readonly Activity[], {now = 65, columns = 120, mask = same} = {}): string[] => liveLines(played(activities), at(now), columns, mask)

const step = (name: string, issue = 124): Activity => ({kind: 'step', issue, step: name})
const spawn = (name: string, issue: number | null = 124): Activity => ({kind: 'spawn', issue, step: name})
const event = (of: AgentEvent, issue: number | null = 124): Activity => ({kind: 'event', issue, event: of})
const tool = (name: string, detail = ''): Activity => event({kind: 'tool', name, detail})
const USAGE = {inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1}
const usage = (): Activity => event({kind: 'usage', usage: USAGE, costUsd: null})
const spent = (usd: number): Activity => ({kind: 'spent', issue: 124, usd})
const result = (of: {costUsd?: number | null; turns?: number | null}): Activity => event({
  kind: 'result', ok: true, text: '', structured: undefined, usage: null, costUsd: null, models: [], failure: null, message: '', turns: null, sessionId: null, ...of,
})

test.each<[string, Activity[], string]>([
  ['a step of pilot itself', [step('setup')], 'GH-124 setup · 1:05'],
  ['a call that has said nothing yet', [spawn('implement')], 'GH-124 implement · 1:05'],
  ['tools as they are called', [spawn('implement'), tool('Read', 'a.ts'), tool('Bash', 'npm test')], 'GH-124 implement · 1:05 · 2 turns · Bash npm test'],
  ['one turn', [spawn('implement'), tool('Read')], 'GH-124 implement · 1:05 · 1 turn · Read'],
  ['dollars while they are spent', [spawn('implement'), spent(0.25), usage(), spent(0.42)], 'GH-124 implement · 1:05 · $0.42'],
  ['a result, whose own figures count', [spawn('implement'), tool('Read'), spent(0.1), result({costUsd: 0.5, turns: 7})], 'GH-124 implement · 1:05 · $0.50 · 7 turns'],
  ['calls before', [spawn('implement'), result({costUsd: 0.5, turns: 7}), step('verify'), spawn('fix 1'), spent(0.25), tool('Edit', 'b.ts')], 'GH-124 fix 1 · 1:05 · $0.75 · 8 turns · Edit b.ts'],
  ['no tool of the step before', [spawn('implement'), tool('Read'), step('verify')], 'GH-124 verify · 1:05 · 1 turn'],
  ['an unknown cost as that', [spawn('implement'), result({costUsd: null})], 'GH-124 implement · 1:05 · cost unknown'],
  ['an unknown cost beside a known one', [spawn('implement'), result({costUsd: 0.5}), spawn('review'), result({costUsd: null})], 'GH-124 review · 1:05 · $0.50 + unknown'],
  ['no dollars before any are known', [spawn('implement'), usage()], 'GH-124 implement · 1:05'],
  ['a cost of nothing', [spawn('implement'), result({costUsd: 0})], 'GH-124 implement · 1:05 · $0.00'],
  ['a call for no issue', [spawn('classify', null)], 'classify · 1:05'],
])('%s', (_, activities, line) => expect(lines(activities)).toEqual([line]))

test.each([[7, '0:07'], [754, '12:34'], [3723, '1:02:03']])('after %i seconds the clock shows %s', (now, clock) =>
  expect(lines([step('setup')], {now})).toEqual([`GH-124 setup · ${clock}`]))

test('several issues have a line each, in the order they began, until they are over', () => {
  const three = [step('setup', 3), step('setup', 1), step('setup', 2), step('verify', 3)]
  expect(lines(three).map((line) => line.slice(0, 11))).toEqual(['GH-3 verify', 'GH-1 setup ', 'GH-2 setup '])
  expect(lines([...three, {kind: 'over', issue: 3}, {kind: 'over', issue: 1}, {kind: 'over', issue: 2}])).toEqual([])
  expect(lines([step('setup', 3), {kind: 'over', issue: 3}, step('setup', 3)], {now: 9})).toEqual(['GH-3 setup · 0:07'])
})
test('many issues do not push everything else off the screen', () => {
  const many = lines(Array.from({length: 16}, (_, i) => step('setup', i + 1)))
  expect([many.length, many.at(-1)]).toEqual([6, '… and 11 more'])
})

test.each([40, 20, 80])('on %i columns no line wraps, and the tool is what is cut', (columns) => {
  const [line] = lines([spawn('implement'), spent(1.5), tool('Bash', `日本語 ${'npm test '.repeat(20)}`)], {columns})
  expect(displayWidth(line!)).toBeLessThanOrEqual(columns - 5)
  expect(line).toMatch(/^GH-124 impleme.*…$/)
})
test('a tool cannot steer the terminal or break the line', () => {
  expect(lines([spawn('x'), tool('Bash', 'a\u001B[2J\nb\r\tc\u202Ed')])).toEqual(['GH-124 x · 1:05 · 1 turn · Bash a[2J b cd'])
})
test('a secret is masked before the line is cut, so that no half of it is left', () => {
  const mask = (text: string): string => text.replaceAll('hunter2-hunter2', '***')
  expect(oneLine('token hunter2-hunter2 and more', 17, mask)).toBe('token *** a…')
  expect(lines([spawn('x'), tool('Bash', 'echo hunter2-hunter2')], {columns: 47, mask})).toEqual(['GH-124 x · 1:05 · 1 turn · Bash echo ***'])
})
