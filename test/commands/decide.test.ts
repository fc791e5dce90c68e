import {describe, expect, it, vi} from 'vitest'
import {decisionOf} from '../../src/lib/flow/progress.js'
import {parseProgressComment} from '../../src/lib/core/issue/progress-comment.js'
import {decomposed, planAnswer} from '../support/scene-epic.js'
import {scene, type Scene, type Script, type Step} from '../support/scene.js'

/** Children 2, 3 and 4; 4 comes after 3. What leaves a file called bad fails to verify. */
const VERIFY = {setup: [], commands: ['! ls src | grep -q bad'], baseline: false, fix_rounds: 0}
const bad: Step = {files: {'src/bad.js': 'bad\n'}, say: 'I did something else'}
const good = (place: string): Step => ({files: {[`${place}/index.js`]: 'good\n'}, say: `wrote ${place}`})
const TIERS = {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'shell:scripted', frontier: 'shell:scripted'}
const usage = (costUsd: number) => ({model: 'scripted', inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd})
const DECISION = {
  analysis: {2: 'it wrote to the wrong folder'}, strategies: {2: {action: 'retry_different', guidance: 'write below api, not src', reason: 'wrong folder'}},
  routedContext: [{issue: 3, context: 'the folder is called web'}], skip: [], waves: [[3], [4]], learnings: ['sources do not live in src'],
}
const failing = (decide: Step | Step[], more: Script = {}): Script => ({
  plan: {'*': planAnswer(['api', 'web', 'cli'], (order) => (order === 3 ? [2] : []))},
  implement: {'2@1': bad, '2@2': good('api'), 3: good('web'), 4: good('cli')}, decide: {'*': decide}, ...more,
})
const epic = async (script: Script, config: Record<string, unknown> = {}): Promise<Scene> => {
  const s = await scene({script, config: {verify: VERIFY, review: {enabled: false}, ...config}})
  await decomposed(s)
  return s
}
const progress = (s: Scene) => parseProgressComment(s.comments(1).find((body) => body.startsWith('<!-- pilot:progress v1 -->'))!)!
const applied = (s: Scene) => decisionOf({comments: [], attempts: null, plan: null, progress: {value: progress(s), comment: 1}, summary: null})
const ledger = async (s: Scene, gate: string) => (await s.read('ledger.ndjson')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['gate'] === gate)
const prompt = async (s: Scene, issue: number, attempt: number) => (await s.calls()).find((c) => c.gate === 'implement' && c.issue === issue && c.attempt === attempt)!.prompt
const count = async (s: Scene, gate: string) => (await s.gates()).filter((g) => g === gate).length

describe('within execute', () => {
  it('asks once after a wave with failures; the guided retry passes and the epic is closed', async () => {
    const s = await epic(failing({say: DECISION}))
    const ran = await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    expect([1, 2, 3, 4].map((n) => s.issue(n).state)).toEqual(['closed', 'closed', 'closed', 'closed'])
    expect(await count(s, 'decide')).toBe(1)
    expect(s.attempts(2).map((a) => a.failure)).toEqual(['verify_failed', null])

    // guidance reaches its issue alone, apart from the raw output
    const [guided, routed, other] = [await prompt(s, 2, 2), await prompt(s, 3, 1), await prompt(s, 4, 1)]
    expect(guided.split('Advice from a look at the failures')[1]).toContain('write below api, not src')
    expect(routed).toContain('the folder is called web')
    for (const text of [guided, other]) expect(text).not.toContain('the folder is called web')
    for (const text of [routed, other]) expect(text).not.toContain('write below api')

    const artifact = JSON.parse(await s.read('epics/1/decisions/0001.json')) as Record<string, unknown>
    expect(artifact).toMatchObject({version: 1, by: 'pilot', rejected: [], validated: {waves: [[3], [4]]}, raw: {learnings: DECISION.learnings}, facts: {failed: [{number: 2, attempt: 1, failure: 'verify_failed'}]}})
    expect(progress(s).learnings).toEqual(DECISION.learnings)
    expect(await ledger(s, 'decide')).toMatchObject([{command: 'decide', epic: 1, outcome: 'ok'}])
  })

  it('planned anew once for a failure: the new order and what was said with it stand when a later decision has nothing to say', async () => {
    const anew = {strategies: {2: {action: 'retry_different', guidance: 'write below api', reason: 'r'}}, routedContext: [{issue: 3, context: 'the folder is called web'}], waves: [[5], [4], [3]]}
    const s = await epic({
      plan: {'*': planAnswer(['api', 'web', 'cli', 'docs'], () => [])}, decide: {'*': [{say: anew}, {say: 'No idea.'}]},
      implement: {'2@1': bad, '2@2': good('api'), 3: good('web'), 4: good('cli'), 5: bad},
    })
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, await count(s, 'decide'), applied(s)?.by], ran.stdout).toEqual([1, 2, 'fallback'])
    // as decided first; what is done is never started again, and the failure that nobody decided about waits for `retry`
    const starts = (await s.calls()).filter(({gate}) => gate === 'implement').map(({issue, attempt}) => `${issue}@${attempt}`)
    expect(starts).toEqual(['2@1', '5@1', '4@1', '2@2', '3@1'])
    expect([await prompt(s, 2, 2), await prompt(s, 3, 1)]).toEqual([expect.stringContaining('write below api'), expect.stringContaining('the folder is called web')])
    s.forget()
    expect([(await s.pilot('decide', '1', '--json')).json.status, await count(s, 'decide'), s.writes()]).toEqual(['noop', 2, []])
  })

  it('a retry that a decision asked for is made once: the next run pays for no other', async () => {
    const s = await epic({
      plan: {'*': planAnswer(['api', 'web'], () => [])}, implement: {2: bad, 3: good('web')},
      decide: {'*': {say: {strategies: {2: {action: 'retry', guidance: '', reason: 'flaky'}}, waves: [[3]]}}},
    })
    for (const run of [1, 2]) {
      const ran = await s.pilot('execute', '1', '--json')
      expect([run, ran.exit, s.attempts(2).map((a) => a.attempt), await count(s, 'decide')]).toEqual([run, 1, [1, 2], 1])
    }
    expect((await s.pilot('execute', '1', '--json')).items[0]).toMatchObject({issue: 2, error: {code: 'WORK_FAILED', suggestions: ['pilot retry 2']}})
  })

  it('all green: no call, no cost', async () => {
    const s = await epic({...failing({say: DECISION}), implement: {}})
    expect((await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')).exit).toBe(0)
    expect(await count(s, 'decide')).toBe(0)
  })

  it('an answer that cannot be read: the fallback goes on with the rest and retries nothing', async () => {
    const s = await epic(failing({say: 'I would simply try again.'}))
    const ran = await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
    expect([ran.exit, ran.items.map((i) => [i['issue'], i['status']])]).toEqual([1, [[2, 'failed'], [3, 'done'], [4, 'done']]])
    expect(applied(s)).toMatchObject({by: 'fallback', retries: []})
    expect(ran.json.warnings.join('\n')).toContain('no model gave a usable decision')
    expect(s.labels(2)).toEqual(expect.arrayContaining(['pilot-failed', 'pilot-retry-ready']))
  })

  it('switched off: the fallback, without a call', async () => {
    const s = await epic(failing({say: DECISION}), {decide: {enabled: false}})
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(1)
    expect(await count(s, 'decide')).toBe(0)
    expect(applied(s)).toMatchObject({by: 'fallback'})
  })

  it('over budget: no decision, and each child says so for itself', async () => {
    const s = await epic(failing({say: DECISION}, {implement: {'2@1': {...bad, usage: usage(3)}, 3: good('web')}}), {budget: {per_epic_usd: 3}})
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.items.map((i) => [i['issue'], (i['error'] as {code: string} | null)?.code])], ran.stdout)
      .toEqual([1, [[2, 'WORK_FAILED'], [3, 'OVER_BUDGET'], [4, 'BLOCKED']]])
    expect([ran.json.warnings.join('\n'), await count(s, 'decide'), applied(s)]).toEqual([expect.stringContaining('no decision after the wave'), 0, null])
  })

  it('split up: what is too much becomes an epic of its own, and both close', async () => {
    const s = await epic(failing({say: {strategies: {2: {action: 'decompose', guidance: '', reason: 'two things'}}}}, {implement: {'2@1': bad, 3: good('web'), 4: good('cli')}}))
    const body = s.issue(2).body!.replace('Write the api part', '### Task 1: the parser\nwrite api/parse.js\n\n### Task 2: the printer\nwrite lib/print.js\n\nWrite the api part')
    await s.api('PATCH', '/issues/2', {body})
    const ran = await s.pilot('execute', '1', '--land', '--wait', '20s', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const parts = Object.values(s.repo().issues).filter((i) => i.pull === null && i.body?.startsWith('Parent: GH-2') === true)
    expect(parts.map((i) => [i.state, i.stateReason])).toEqual([['closed', 'completed'], ['closed', 'completed']])
    expect([s.issue(2).state, s.issue(1).state]).toEqual(['closed', 'closed'])
    expect(s.labels(2)).toEqual(expect.not.arrayContaining(['pilot-failed', 'pilot-retry-ready']))
  })
})

describe('decide', () => {
  const failed = async (decide: Step | Step[], config: Record<string, unknown> = {}): Promise<Scene> => {
    const s = await epic(failing(decide), config)
    await s.pilot('execute', '2', '--json')
    s.forget()
    return s
  }

  it('decides once for one point; a dry run asks nobody', async () => {
    const s = await failed({say: DECISION})
    const files = await s.pilotFiles()
    const dry = await s.pilot('decide', '1', '--dry-run', '--json')
    expect([dry.exit, dry.json.result['by'], s.writes(), await count(s, 'decide'), await s.pilotFiles()]).toEqual([0, null, [], 0, files])
    expect(dry.json.result['actions']).toEqual(['claim refs/pilot/claims/issue-1', expect.stringMatching(/^ask gate decide about #/), 'release refs/pilot/claims/issue-1'])
    const first = await s.pilot('decide', '1', '--json')
    expect([first.exit, first.json.status]).toEqual([0, 'done'])
    expect(first.json.result).toMatchObject({epic: 1, by: 'pilot', rejected: [], artifact: 'epics/1/decisions/0001.json', decision: {waves: [[3], [4]]}})
    s.forget()
    const again = await s.pilot('decide', '1', '--json')
    expect([again.exit, again.json.status, s.writes(), await count(s, 'decide')]).toEqual([0, 'noop', [], 1])
    const forced = await s.pilot('decide', '1', '--force', '--json')
    expect([forced.json.status, forced.json.result['artifact'], await count(s, 'decide')]).toEqual(['done', 'epics/1/decisions/0002.json', 2])
    // what was replaced is not taken up again from its file, not even by one that could not ask
    await s.script(failing({exit: 127}))
    expect((await s.pilot('decide', '1', '--force', '--json')).json.result['by']).toBe('fallback')
    await s.script(failing({say: DECISION}))
    expect((await s.pilot('decide', '1', '--json')).json.result).toMatchObject({by: 'pilot', artifact: 'epics/1/decisions/0004.json'})
  })

  it('guidance expires with the attempt it was for', async () => {
    const s = await failed({say: DECISION})
    await s.script({...failing({say: DECISION}), implement: {2: bad, 3: good('web'), 4: good('cli')}})
    await s.pilot('decide', '1', '--json')
    await s.pilot('retry', '2', '--json')
    await s.pilot('retry', '2', '--json')
    expect([(await prompt(s, 2, 2)).includes('write below api'), (await prompt(s, 2, 3)).includes('write below api')]).toEqual([true, false])
  })

  it('guidance expires when others move the base', async () => {
    const s = await failed({say: DECISION})
    await s.pilot('decide', '1', '--json')
    await s.push('main', {'theirs.js': '1\n'})
    expect((await s.pilot('retry', '2', '--json')).exit).toBe(0)
    expect(await prompt(s, 2, 2)).not.toContain('write below api')
  })

  it('what is not allowed is written down and does not happen', async () => {
    const said = {...DECISION, strategies: {2: {action: 'escalate', guidance: 'x', reason: 'y'}, 99: {action: 'retry'}}, skip: [{issue: 1, reason: 'epic'}], waves: [[2], [3, 4]]}
    const s = await failed({say: `${JSON.stringify(said)} and no more: {"learnings": []}`})
    const ran = await s.pilot('decide', '1', '--json')
    expect((ran.json.result['rejected'] as {field: string}[]).map((r) => r.field).sort()).toEqual(['learnings', 'skip', 'strategies', 'strategies', 'waves'])
    expect(s.labels(1)).not.toContain('pilot-needs-human')
    expect(applied(s)).toMatchObject({retries: [], skipped: [], waves: [[3], [4]]})
  })

  it('a skip is handed to a person, and nothing of it runs', async () => {
    const s = await failed({say: {skip: [{issue: 3, reason: 'the service is gone'}], strategies: {2: {action: 'skip', reason: 'no way'}}, waves: [[4]]}})
    await s.pilot('decide', '1', '--json')
    expect([s.labels(2), s.labels(3)].map((labels) => labels.includes('pilot-needs-human'))).toEqual([true, true])
    expect([s.issue(2).state, s.issue(3).state]).toEqual(['open', 'open'])
    const ran = await s.pilot('execute', '1', '--land', '--json')
    expect([ran.exit, ran.items.map((i) => (i['error'] as {code: string} | null)?.code)]).toEqual([5, ['NEEDS_HUMAN', 'NEEDS_HUMAN', 'BLOCKED']])
  })

  it('its effect is made once: what a person or a later attempt changed since stays', async () => {
    const say = {strategies: {2: {action: 'retry', reason: 'r'}, 3: {action: 'retry', reason: 'r'}}, skip: [{issue: 4, reason: 'the service is gone'}]}
    const s = await epic(failing({say}, {implement: {'2@1': bad, '2@2': good('api'), 3: bad}}))
    for (const child of ['2', '3']) await s.pilot('execute', child, '--json')
    expect((await s.pilot('decide', '1', '--json')).json.status).toBe('done')
    expect([s.labels(2), s.labels(3), s.labels(4)].map((labels) => labels.filter((label) => /ready|human/.test(label)))).toEqual([['pilot-retry-ready'], ['pilot-retry-ready'], ['pilot-needs-human']])
    expect((await s.pilot('retry', '2', '--json')).exit).toBe(0)
    await s.api('DELETE', '/issues/3/labels/pilot-retry-ready', {})
    await s.api('DELETE', '/issues/4/labels/pilot-needs-human', {})
    s.forget()
    const again = await s.pilot('decide', '1', '--json')
    expect([s.labels(3), s.labels(4)].flat().filter((label) => /ready|human/.test(label))).toEqual([])
    expect([again.json.status, again.json.result['reason'], s.writes(), await count(s, 'decide')]).toEqual(['noop', 'decided already, by pilot', [], 1])
  })

  it('a run that died half way through its effect is finished by the next, though nothing has failed any more', async () => {
    const s = await failed({say: {strategies: {2: {action: 'skip', reason: 'no way'}}, skip: [{issue: 4, reason: 'gone'}], waves: [[3]]}})
    s.sandbox.faults.add({method: 'POST', path: /issues\/4\/labels/, when: 'before', times: Infinity, then: {kind: 'status', status: 500}})
    expect([(await s.pilot('decide', '1', '--json')).exit, s.labels(2).includes('pilot-needs-human')]).toEqual([6, true])
    s.sandbox.faults.clear()
    const dry = await s.pilot('decide', '1', '--dry-run', '--json')
    expect([dry.json.result['actions'], s.labels(4)]).toEqual([['claim refs/pilot/claims/issue-1', 'label #4 +pilot-needs-human', expect.stringContaining('progress and decision'), 'release refs/pilot/claims/issue-1'], expect.not.arrayContaining(['pilot-needs-human'])])
    const next = await s.pilot('decide', '1', '--json')
    expect([next.json.status, next.json.result['by'], s.labels(4).includes('pilot-needs-human'), await count(s, 'decide')]).toEqual(['done', 'pilot', true, 1])
    await s.api('DELETE', '/issues/4/labels/pilot-needs-human', {})
    s.forget()
    expect([(await s.pilot('decide', '1', '--json')).json.status, s.labels(4).includes('pilot-needs-human'), s.writes()]).toEqual(['noop', false, []])
  })

  it('nothing failed, or nothing else is left: nothing to decide, no call', async () => {
    const s = await epic({...failing({say: DECISION}), plan: {'*': planAnswer(['api', 'web'], () => [])}})
    const decide = async () => {
      const {exit, json} = await s.pilot('decide', '1', '--json')
      return [exit, json.status, json.result['reason']]
    }
    expect(await decide()).toEqual([0, 'noop', 'nothing failed'])
    await s.pilot('execute', '2', '--json')
    await s.pilot('execute', '3', '--json')
    expect(await decide()).toEqual([0, 'noop', expect.stringContaining('no work remains')])
    expect(await count(s, 'decide')).toBe(0)
  })

  const again = async (s: Scene): Promise<unknown[]> => {
    await s.configure({verify: VERIFY, review: {enabled: false}, routing: {}, tiers: TIERS})
    await s.script(failing({say: DECISION}))
    const {exit, json} = await s.pilot('decide', '1', '--json')
    return [exit, json.status, json.result['by'], applied(s)?.about, applied(s)?.retries.length]
  }
  const DECIDED = [0, 'done', 'pilot', ['2@1'], 1]

  it('interrupted while the model thinks: nothing is decided, and the next run asks', async () => {
    const s = await failed({sleepMs: 60_000})
    let interrupt = (): void => { throw new Error('not started') }
    const running = s.pilotWith({onStart: (send) => { interrupt = () => { send('SIGINT') } }}, 'decide', '1', '--json')
    await vi.waitFor(async () => { expect(await s.journal()).toContain('begin decide 1') }, {timeout: 30_000, interval: 50})
    interrupt()
    const {exit, json} = await running
    expect([exit, json.error?.code, s.comments(1).filter((body) => body.includes('pilot:progress')), Object.keys(await s.pilotFiles()).filter((file) => file.includes('decisions/0001.json'))])
      .toEqual([130, 'INTERRUPTED', [], []])
    expect(await again(s)).toEqual(DECIDED)
  })

  it('over budget: exit 7 before anything is written, and the next run asks', async () => {
    const s = await epic(failing({say: DECISION}, {implement: {'2@1': {...bad, usage: usage(5)}}}))
    await s.pilot('execute', '2', '--json')
    await s.configure({verify: VERIFY, review: {enabled: false}, budget: {per_epic_usd: 3}})
    const {exit, json} = await s.pilot('decide', '1', '--json')
    expect([exit, json.error?.code, json.error?.message, await count(s, 'decide')]).toEqual([7, 'OVER_BUDGET', expect.stringContaining('epic #1 has cost'), 0])
    expect(s.comments(1).filter((body) => body.includes('pilot:progress'))).toEqual([])
    expect(await again(s)).toEqual(DECIDED)
  })

  it.each<[string, Step, Record<string, unknown>, string]>([
    ['an agent that is not there', {exit: 127}, {}, 'cli_missing'],
    ['an endpoint that does not answer', {say: DECISION}, {routing: {gates: {decide: 'cheap'}}, tiers: {...TIERS, cheap: 'native@gone:m'}, endpoints: {gone: {url: 'http://127.0.0.1:9/v1'}}}, 'network'],
  ])('%s: the fallback for this run, and the next run asks', async (_, step, config, failure) => {
    const s = await failed(step, config)
    const {exit, json} = await s.pilot('decide', '1', '--json')
    expect([exit, json.result['by'], json.warnings.join()], JSON.stringify(json)).toEqual([0, 'fallback', expect.stringContaining(failure)])
    expect(applied(s)).toMatchObject({by: 'fallback', about: [], waves: [[3], [4]]})
    expect(await again(s)).toEqual(DECIDED)
  })

  it('an answer that cannot be read is kept, and is not asked for again', async () => {
    const s = await failed({say: 'I would simply try again.'})
    await s.pilot('decide', '1', '--json')
    expect(JSON.parse(await s.read('epics/1/decisions/0001.json'))).toMatchObject({by: 'fallback', raw: 'I would simply try again.'})
    expect([(await s.pilot('decide', '1', '--json')).json.result['reason'], await count(s, 'decide')]).toEqual(['decided already, by fallback', 1])
  })

  it('a run that died after the call is finished without another one', async () => {
    const s = await failed({say: DECISION})
    s.sandbox.faults.add({method: 'POST', path: /issues\/1\/comments/, when: 'before', times: Infinity, then: {kind: 'status', status: 500}})
    expect((await s.pilot('decide', '1', '--json')).exit).toBe(6)
    s.sandbox.faults.clear()
    expect((await s.pilot('decide', '1', '--json')).json.status).toBe('done')
    expect([await count(s, 'decide'), applied(s)?.by]).toEqual([1, 'pilot'])
  })
})
