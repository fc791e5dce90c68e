import {expect, test} from 'vitest'
import {PilotError} from '../../src/lib/errors.js'
import {readLog, readLogWhenOver, type LogsDesk} from '../../src/lib/flow/logs.js'

/** A machine of strings: `after[k]` happens during the k-th pause of a follower, which must not pause more often than that. */
function desk(start: Record<string, string>, after: (() => void)[] = []) {
  const here = new Map(Object.entries(start))
  const pauses: number[] = []
  const seen: [text: string, dropped: number][] = []
  const stop = new AbortController()
  const gone = new Set<number>()
  const warned: string[] = []
  let file = 'first'
  const made: LogsDesk = {
    artifacts: {
      resolve: (path) => `/p/${path}`, readText: async (path) => here.get(`/p/${path}`),
      read: none, write: none, writeText: none, append: none,
    },
    warn: (text) => { warned.push(text) },
    files: {
      isGone: ({pid}) => gone.has(pid),
      entries: async (path) => [...new Set([...here.keys()].filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1).split('/')[0]!))],
      async read(path, {from, bytes}) {
        const text = here.get(path)
        if (text === undefined) return null
        const begin = from ?? Math.max(0, text.length - bytes)
        const piece = text.slice(begin, begin + bytes)
        return {text: piece, start: begin, end: begin + piece.length, totalBytes: text.length, file}
      },
    },
    clock: {
      now: () => new Date(0),
      async sleep(ms, signal) {
        pauses.push(ms)
        const next = after[pauses.length - 1]
        if (next === undefined) throw new Error('it would wait for ever')
        next()
        if (signal?.aborted) throw new PilotError('INTERRUPTED', 'Interrupted while waiting.')
      },
    },
    signal: stop.signal,
  }
  const show = async (text: string, dropped: number): Promise<void> => { seen.push([text, dropped]) }
  return {
    desk: made, warned, kill: (pid: number) => { gone.add(pid) }, pauses, seen, show, stop: () => { stop.abort(new PilotError('INTERRUPTED', 'stop')) },
    put: (path: string, text: string) => { here.set(path, text) }, add: (path: string, text: string) => { here.set(path, (here.get(path) ?? '') + text) },
    gone: (path: string) => { here.delete(path) }, replace: (path: string, text: string) => { here.set(path, text); file = 'second' },
  }
}
const none = (): never => { throw new Error('not expected') }

const RUN = '/p/runs/GH-5'
const LOG = `${RUN}/attempt-1/agent.log`
const RESULT = `${RUN}/attempt-1/result.json`
const ENDED = '{"version":1}'
const nothing = (): void => undefined

test.each([
  [100, {text: 'one\ntwo\n', shownBytes: 8, totalBytes: 8, droppedBytes: 0}],
  [4, {text: 'two\n', shownBytes: 4, totalBytes: 8, droppedBytes: 4}],
])('at most %i bytes of the end are shown, and the rest is counted', async (bytes, shown) => {
  const d = desk({[LOG]: 'one\ntwo\n'})
  expect(await readLog(d.desk, 5, {attempt: null, bytes, follow: null})).toEqual({...shown, path: LOG, final: false})
})
test.each([
  ['a result', {[RESULT]: ENDED}, true], ['no result', {}, false], ['a result that was only half written', {[RESULT]: '{"ver'}, false],
  ['the word of a start that is not over', {[RESULT]: '{"version":1,"outcome":"started"}'}, false], ['a result that says how', {[RESULT]: '{"version":1,"outcome":"failed"}'}, true],
  ['a later attempt, after a kill', {[`${RUN}/attempt-2/agent.log`]: ''}, true],
])('with %s the attempt is over: %s', async (_, more, final) => {
  const d = desk({[LOG]: 'one\n', ...more})
  expect((await readLog(d.desk, 5, {attempt: 1, bytes: 9, follow: null})).final).toBe(final)
})
test.each([
  ['the baseline', ['baseline.log', 'setup.log'], 'baseline.log'], ['the set-up', ['setup.log'], 'setup.log'],
])('an attempt that ended before an agent ran: the log of %s', async (_, names, shown) => {
  const d = desk({[RESULT]: ENDED, ...Object.fromEntries(names.map((name) => [`${RUN}/attempt-1/${name}`, `${name}\n`]))})
  expect(await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: null})).toMatchObject({path: `${RUN}/attempt-1/${shown}`, text: `${shown}\n`, final: true})
})
test('the newest attempt by number, not by name', async () => {
  const d = desk({[LOG]: 'one\n', [`${RUN}/attempt-10/agent.log`]: 'ten\n', [`${RUN}/attempt-9/agent.log`]: 'nine\n', [`${RUN}/attempt-x/agent.log`]: '?'})
  expect((await readLog(d.desk, 5, {attempt: null, bytes: 9, follow: null})).text).toBe('ten\n')
})

test.each([
  ['there is no attempt under /p/runs/GH-5 on this machine', {}, null, 'pilot execute 5'],
  ['attempt 4 of #5 is not on this machine; there are attempts 1, 3', {[LOG]: '', [`${RUN}/attempt-3/x`]: ''}, 4, 'pilot logs 5 --attempt 3'],
  ['attempt 2 of #5 is not on this machine; there is attempt 1', {[LOG]: ''}, 2, 'pilot logs 5 --attempt 1'],
  [`there is no log at ${LOG} yet`, {[`${RUN}/attempt-1/prompt.md`]: ''}, null, 'pilot logs 5 --follow'],
  [`there is no log at ${LOG}: the attempt ended before an agent ran`, {[RESULT]: ENDED}, null, 'pilot status 5'],
])('what is not there is named: %s', async (message, files, attempt, next) => {
  const error = await readLog(desk(files).desk, 5, {attempt, bytes: 9, follow: null}).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({code: 'NO_LOG', message})
  expect((error as PilotError).suggestions).toContain(next)
})

test('following waits longer and longer while nothing comes, and begins anew when the log has grown', async () => {
  const more = (): void => { d.add(LOG, 'more\n') }
  const d = desk({[LOG]: 'one\n'}, [nothing, nothing, nothing, nothing, nothing, more, nothing, () => { d.add(LOG, 'last\n'); d.put(RESULT, ENDED) }])
  const result = await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: d.show})
  expect(d.pauses).toEqual([1200, 2000, 5000, 15_000, 30_000, 30_000, 1200, 2000])
  expect(d.seen.map(([text]) => text)).toEqual(['one\n', 'more\n', 'last\n'])
  expect(result).toEqual({path: LOG, shownBytes: 14, totalBytes: 14, droppedBytes: 0, final: true, text: ''})
})
const RUNNER = {[`${RUN}/attempt-1/runner.json`]: '{"version":1,"machine":"m","pid":7,"start":"1"}'}
test('an attempt whose run was killed is over with what there is, and says so once', async () => {
  const d = desk({[LOG]: 'one\n', ...RUNNER}, [nothing, () => { d.add(LOG, 'two\n'); d.kill(7) }])
  expect(await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: d.show})).toMatchObject({shownBytes: 8, final: true})
  expect([d.seen.map(([text]) => text).join(''), d.warned]).toEqual(['one\ntwo\n', [expect.stringMatching(/^attempt 1 of #5 did not end: the run that made it is gone: pilot execute 5$/)]])
  // as one document, once as well; and without waiting
  expect(await readLogWhenOver(d.desk, 5, {attempt: null, bytes: 99})).toMatchObject({text: 'one\ntwo\n', final: true})
  expect(await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: null})).toMatchObject({final: true})
  expect([d.pauses.length, d.warned.length]).toEqual([2, 3])
})
test.each([
  ['a run that wrote its result and ended', {[RESULT]: ENDED}], ['a run that another attempt followed', {[`${RUN}/attempt-2/agent.log`]: ''}],
])('%s is not missed', async (_, more) => {
  const d = desk({[LOG]: 'one\n', ...RUNNER, ...more})
  d.kill(7)
  expect([(await readLog(d.desk, 5, {attempt: 1, bytes: 99, follow: d.show})).final, d.warned]).toEqual([true, []])
})
test('as one document it is the attempt that was waited for, though the next has begun', async () => {
  const d = desk({[LOG]: 'one\n'}, [() => { d.put(`${RUN}/attempt-2/agent.log`, 'two\n') }])
  expect(await readLogWhenOver(d.desk, 5, {attempt: null, bytes: 99})).toMatchObject({path: LOG, text: 'one\n', final: true})
})
test('following an attempt that has ended shows its end and stops', async () => {
  const d = desk({[LOG]: 'one\ntwo\n', [RESULT]: ENDED})
  expect(await readLog(d.desk, 5, {attempt: null, bytes: 4, follow: d.show})).toMatchObject({shownBytes: 4, totalBytes: 8, droppedBytes: 4, final: true})
  expect([d.seen, d.pauses]).toEqual([[['two\n', 4]], []])
})
test('what comes after the first look is shown whole, whatever --bytes says', async () => {
  const flood = 'x'.repeat(300_000)
  const d = desk({[LOG]: 'one\n'}, [() => { d.add(LOG, flood); d.put(RESULT, ENDED) }])
  expect(await readLog(d.desk, 5, {attempt: null, bytes: 2, follow: d.show})).toMatchObject({shownBytes: 300_002, droppedBytes: 2})
  expect(d.seen.map(([text]) => text).join('')).toBe(`e\n${flood}`.slice(-300_002))
  expect(Math.max(...d.seen.map(([text]) => text.length))).toBeLessThanOrEqual(65_536)
})
test.each([
  ['became shorter', (d: ReturnType<typeof desk>) => { d.put(LOG, 'new\n') }],
  ['was replaced by a longer one', (d: ReturnType<typeof desk>) => { d.replace(LOG, 'new\n'.repeat(9)) }],
])('a log that %s is shown from its beginning', async (_, change) => {
  const d = desk({[LOG]: 'a long first line\n'}, [() => { change(d); d.put(RESULT, ENDED) }])
  await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: d.show})
  expect(d.seen[1]).toEqual([expect.stringMatching(/^(?:new\n)+$/), 0])
})
test('a log that is not there yet, or is away for a moment, is waited for', async () => {
  const d = desk({[`${RUN}/attempt-1/prompt.md`]: ''}, [() => { d.put(LOG, 'one\n') }, () => { d.gone(LOG) }, () => { d.put(LOG, 'one\ntwo\n'); d.put(RESULT, ENDED) }])
  await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: d.show})
  expect(d.seen.map(([text]) => text)).toEqual(['one\n', 'two\n'])
})
test('the end that was written just before the result is not lost', async () => {
  const d = desk({[LOG]: 'one\n'}, [() => { d.put(RESULT, ENDED) }])
  const show = async (text: string, dropped: number): Promise<void> => {
    await d.show(text, dropped)
    if (d.seen.length === 1) d.add(LOG, 'two\n')
  }
  expect((await readLog(d.desk, 5, {attempt: null, bytes: 99, follow: show})).shownBytes).toBe(8)
})
test('Ctrl-C ends following, in a pause and between two pieces', async () => {
  const waiting = desk({[LOG]: 'one\n'}, [() => { waiting.stop() }])
  await expect(readLog(waiting.desk, 5, {attempt: null, bytes: 9, follow: waiting.show})).rejects.toMatchObject({code: 'INTERRUPTED', exit: 130})
  const busy = desk({[LOG]: 'one\n'})
  const show = async (): Promise<void> => { busy.add(LOG, 'x\n'); busy.stop() }
  await expect(readLog(busy.desk, 5, {attempt: null, bytes: 9, follow: show})).rejects.toMatchObject({code: 'INTERRUPTED', exit: 130})
})
