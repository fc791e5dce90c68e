import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {scene, type Scene} from '../support/scene.js'

// retry.decompose_on_kill: what was too much for one run is split by its own work items instead of being tried as a whole again.

const WHOLE = '### Task 1: the parser\nwrite api/parse.js\n\n### Task 2: the printer\nwrite web/print.js\n'
const FAILED = ['pilot', 'pilot-failed', 'pilot-retry-ready']
/** The kernel's way to end a process for lack of memory, and an agent that does not come to an end by itself. */
const KILLED = 'kill -9 $$'
const SLOW = 'exec sleep 64327'

/** Issue #1 and an agent that ends like this wherever its prompt holds more than one task; everywhere else it does its work. */
async function tooLarge(ends: string, body: string): Promise<Scene> {
  const s = await scene({config: {retry: {decompose_on_kill: true}, review: {enabled: false}, verify: {setup: [], commands: ['true'], baseline: false}}})
  const agent = join(s.dir, 'agent/killed.sh')
  await writeFile(agent, `prompt=$(cat)
echo "$PILOT_GATE $PILOT_ISSUE" >> '${agent}.calls'
case "$PILOT_GATE" in
  implement)
    case "$prompt" in *'Task 1'*'Task 2'*|*'all of it'*) ${ends} ;; esac
    mkdir -p src; echo "$PILOT_ISSUE" > "src/part-$PILOT_ISSUE.js"; echo 'did the task' ;;
  commit) echo 'feat(src): do the task' ;;
  *) exit 1 ;;
esac
`)
  await s.configure({executor: {default: 'shell', shell: {command: `exec sh '${agent}'`}}, limits: {implement: '1s'}})
  s.addIssue({title: 'Write the reader', body})
  return s
}
const failed = async (s: Scene): Promise<[unknown, unknown, string[]]> => {
  const ran = await s.pilot('execute', '1', '--json')
  return [ran.exit, ran.items[0]!['failure'], s.labels(1)]
}
const evidence = (s: Scene): string => /"summary": "([^"]*)"/.exec(s.comments(1)[0]!)![1]!
const parts = (s: Scene) => Object.values(s.repo().issues).filter(({pull, body}) => pull === null && body?.startsWith('Parent: GH-1\n') === true)

describe('retry.decompose_on_kill', () => {
  it('killed from outside: the record says by what, another machine splits it, and the parts are done one by one', async () => {
    const s = await tooLarge(KILLED, WHOLE)
    expect(await failed(s)).toEqual([1, 'killed', FAILED])
    expect(evidence(s)).toContain('killed from outside by SIGKILL, perhaps for lack of memory')

    s.forget()
    const dry = await s.pilot('retry', '1', '--dry-run', '--json')
    expect([dry.exit, dry.items[0]!['reason'], s.writes()]).toEqual([0, expect.stringContaining('ended as killed'), []])
    const elsewhere = join(s.dir, 'elsewhere')
    await s.git('clone', '-q', `${s.apiUrl}/acme/app.git`, elsewhere)
    await writeFile(join(elsewhere, '.pilot/config.yaml'), await s.read('config.yaml'))
    const split = await s.pilotWith({cwd: elsewhere, env: {XDG_CACHE_HOME: join(s.dir, 'elsewhere-cache')}}, 'retry', '--json')
    expect([split.exit, split.items[0]!['reason']]).toEqual([0, expect.stringMatching(/killed.*perhaps for lack of memory.*: split into #2, #3 \(2 new\)/)])
    expect([parts(s).map(({title}) => title), s.labels(1), s.attempts(1).length]).toEqual([['the parser', 'the printer'], ['pilot'], 1])

    // it is an epic now: there is nothing to try again, and nothing to split
    s.forget()
    expect([(await s.pilot('retry', '--json')).json.status, s.writes()]).toEqual(['noop', []])
    const ran = await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
    expect([ran.exit, parts(s).map(({state}) => state), s.issue(1).state], ran.stdout).toEqual([0, ['closed', 'closed'], 'closed'])
  })

  it('a run that dies while it splits is finished by the next, which makes no second set', async () => {
    const s = await tooLarge(KILLED, WHOLE)
    await failed(s)
    s.sandbox.faults.add({method: 'DELETE', path: /issues\/1\/labels/, when: 'before', nth: 2, times: Infinity, then: {kind: 'status', status: 500}})
    expect((await s.pilot('retry', '--json')).exit).toBe(6)
    expect([parts(s).length, s.labels(1)]).toEqual([2, ['pilot', 'pilot-retry-ready']])
    s.sandbox.faults.clear()
    expect([(await s.pilot('retry', '--json')).exit, parts(s).length, s.labels(1)]).toEqual([0, 2, ['pilot']])
  })

  it('nor does one that died between its plan and the first part need anything else', async () => {
    const s = await tooLarge(KILLED, WHOLE)
    await failed(s)
    s.sandbox.faults.add({method: 'POST', path: /repos\/acme\/app\/issues$/, when: 'before', times: Infinity, then: {kind: 'status', status: 500}})
    expect([(await s.pilot('retry', '--json')).exit, parts(s)]).toEqual([6, []])
    s.sandbox.faults.clear()
    expect([(await s.pilot('retry', '--json')).exit, parts(s).length, s.labels(1)]).toEqual([0, 2, ['pilot']])
  })

  it('stopped at its own limit: split as well, but nobody says that memory was short', async () => {
    const s = await tooLarge(SLOW, WHOLE)
    expect(await failed(s)).toEqual([1, 'timeout', FAILED])
    expect(evidence(s)).toContain('stopped: it ran longer than its limit')
    expect([(await s.pilot('retry', '1', '--no-execute', '--json')).exit, s.labels(1), parts(s)]).toEqual([0, ['pilot', 'pilot-retry-1'], []])
    const split = await s.pilot('retry', '1', '--json')
    expect([split.exit, split.items[0]!['reason'], parts(s).length]).toEqual([0, expect.stringMatching(/ended as timeout \((?!.*(memory|kill)).*: split into #2, #3/), 2])
    expect(s.labels(1)).toEqual(['pilot'])
  })

  it.each([
    ['it has no work items of its own', 'Do all of it.', []], ['its work items lie in one package', WHOLE.replace('web/', 'api/'), []], ['it carries no-decompose', WHOLE, ['no-decompose']],
  ])('an ordinary retry where %s', async (_, body, labels) => {
    const s = await tooLarge(KILLED, body)
    if (labels.length > 0) await s.api('POST', '/issues/1/labels', {labels})
    await s.pilot('execute', '1', '--json')
    const again = await s.pilot('retry', '1', '--json')
    expect([again.exit, again.items[0]!['attempt'], again.items[0]!['failure'], parts(s)]).toEqual([1, 2, 'killed', []])
    expect(s.labels(1)).toEqual([...FAILED, 'pilot-retry-1', ...labels].toSorted())
  })
})
