import {describe, expect, it} from 'vitest'
import {printAttemptsComment} from '../../src/lib/core/issue/attempts-comment.js'
import type {Attempt} from '../../src/lib/core/run/attempt.js'
import {REPO, scene, type Scene} from '../support/scene.js'

const attempt = (change: Partial<Attempt>): Attempt => ({
  attempt: 1, vainStarts: 0, outcome: 'failed', failure: 'no_changes', executor: 'shell', models: [], usage: null, costUsd: null,
  baseSha: null, headSha: null, merged: null, review: null, pr: null,
  runId: 'earlier', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:01:00Z', ...change,
})
const recorded = (attempts: Attempt[]): string => printAttemptsComment({
  version: 1, attempts, newest: {verifyTail: '', review: '', summary: ''},
})
const work = {title: 'Write the work', body: 'Please.'}

type Row = {name: string; exit: number; code: string; says?: RegExp; set: (s: Scene) => unknown}
const rows: Row[] = [
  {
    name: 'untrusted author', exit: 5, code: 'UNTRUSTED_AUTHOR', says: /stranger/,
    set: (s) => s.addIssue({...work, author: 'stranger', authorAssociation: 'NONE', labeledBy: 'pilot-user'}),
  },
  {
    name: 'labeller without the right to push', exit: 5, code: 'UNTRUSTED_AUTHOR', says: /triager/,
    set(s) {
      s.sandbox.addUser({login: 'triager', permission: {[REPO]: 'triage'}})
      s.addIssue({...work, labeledBy: 'triager'})
    },
  },
  {
    name: 'open blocker by line', exit: 8, code: 'BLOCKED', says: /#2/,
    set(s) {
      s.addIssue({title: work.title, body: 'Depends on: #2'})
      s.addIssue({title: 'first'})
    },
  },
  {
    name: 'open blocker by native edge', exit: 8, code: 'BLOCKED', says: /#2/,
    async set(s) {
      s.addIssue(work)
      s.addIssue({title: 'first'})
      await s.api('POST', '/issues/1/dependencies/blocked_by', {issue_id: s.issue(2).id})
      s.forget()
    },
  },
  {name: 'closed', exit: 5, code: 'ISSUE_CLOSED', set: (s) => s.addIssue({...work, state: 'closed'})},
  {
    name: 'retries used up', exit: 5, code: 'RETRIES_EXHAUSTED',
    set: (s) => s.addIssue({...work, labels: ['pilot', 'Pilot-Retry-Exhausted']}),
  },
  {
    name: 'claimed by another runner', exit: 8, code: 'CLAIMED', says: /elsewhere/,
    async set(s) {
      s.addIssue(work)
      await s.claim(1)
      s.forget()
    },
  },
  {
    name: 'over budget', exit: 7, code: 'OVER_BUDGET', says: /\$11\.00/,
    set(s) {
      s.addIssue(work)
      s.sandbox.seedComment(REPO, 1, {body: recorded([attempt({costUsd: 6}), attempt({attempt: 2, costUsd: 5})])})
    },
  },
]

describe('execute refuses', () => {
  it.each(rows)('$name', async ({exit, code, says, set}) => {
    const s = await scene()
    await set(s)
    const files = await s.pilotFiles()
    const comments = s.comments(1)
    const labels = s.labels(1)
    for (const flags of [['--dry-run'], []]) {
      if (code === 'CLAIMED' && flags.length > 0) continue
      const ran = await s.pilot('execute', '1', '--json', ...flags)
      expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([exit, code])
      expect(ran.items[0]).toMatchObject({issue: 1, attempt: null, pr: null, error: {code}})
      if (says) expect(ran.json.error!.message).toMatch(says)
      expect(ran.json.error!.suggestions.length).toBeGreaterThan(0)
    }
    // a push that only asked for the claim and did not get it changes nothing
    expect(s.writes().filter((write) => code !== 'CLAIMED' || !write.includes('git-receive-pack'))).toEqual([])
    expect([await s.calls(), await s.pilotFiles(), s.comments(1), s.labels(1)]).toEqual([[], files, comments, labels])
  })

  it('takes an expired claim over', async () => {
    const s = await scene()
    s.addIssue(work)
    await s.claim(1, -1000)
    expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
    expect(Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/claims/'))).toEqual([])
  })

  it('trusts nobody\'s attempts comment but its own', async () => {
    const s = await scene()
    s.addIssue(work)
    s.sandbox.seedComment(REPO, 1, {body: recorded([attempt({costUsd: 100})]), author: 'stranger'})
    const ran = await s.pilot('execute', '1', '--dry-run', '--json')
    expect([ran.exit, ran.items[0]!['attempt']]).toEqual([0, 1])
    expect(ran.json.warnings.join('\n')).toMatch(/attempts comment by stranger is ignored/)
  })

  it('asks for a person after three starts in vain', async () => {
    const s = await scene({config: {executor: {default: 'shell', shell: {command: 'exit 127'}}}})
    s.addIssue(work)
    const labels: string[][] = []
    for (let i = 0; i < 3; i++) {
      const ran = await s.pilot('execute', '1', '--json')
      expect([ran.exit, ran.items[0]!['attempt']]).toEqual([6, 1])
      labels.push(s.labels(1))
    }
    expect(labels).toEqual([['pilot'], ['pilot'], ['pilot', 'pilot-needs-human']])
    expect(s.attempts(1)).toMatchObject([{attempt: 1, vainStarts: 0, failure: 'cli_missing'}])
  })

  it('does what `status` says after three starts in vain: refused with the label, run without it', async () => {
    const s = await scene({config: {verify: {setup: [], commands: ['test -f mended']}}})
    s.addIssue(work)
    for (let i = 0; i < 3; i++) {
      const ran = await s.pilot('execute', '1', '--json')
      expect([ran.exit, ran.json.error!.code]).toEqual([3, 'BASELINE_BROKEN'])
      expect(ran.json.error!.suggestions.at(-1)).toBe(i < 2 ? 'pilot execute 1' : 'gh issue edit 1 --remove-label pilot-needs-human && pilot execute 1')
    }
    await s.push('main', {mended: 'yes\n'})
    s.forget()
    const refused = await s.pilot('execute', '1', '--json')
    expect([refused.exit, refused.json.error!.code, s.writes()]).toEqual([5, 'NEEDS_HUMAN', []])
    expect(refused.json.error!.suggestions).toContain('gh issue edit 1 --remove-label pilot-needs-human && pilot execute 1')
    expect((await s.pilot('status', '1', '--json')).json.result['children']).toMatchObject([{next: 'gh issue edit 1 --remove-label pilot-needs-human && pilot execute 1'}])
    await s.api('DELETE', '/issues/1/labels/pilot-needs-human', undefined)
    const ran = await s.pilot('execute', '1', '--json')
    expect([ran.exit, ran.items[0]!['attempt'], s.labels(1)]).toEqual([0, 1, ['pilot']])
  })

  it('asks for a person where the run that should have done so died, and counts anew from there', async () => {
    const s = await scene()
    s.addIssue(work)
    s.sandbox.seedComment(REPO, 1, {body: recorded([attempt({outcome: 'started', failure: null, vainStarts: 2})])})
    const asked = await s.pilot('execute', '1', '--json')
    expect([asked.exit, asked.json.error!.code, s.labels(1)]).toEqual([5, 'NEEDS_HUMAN', ['pilot', 'pilot-needs-human']])
    await s.api('DELETE', '/issues/1/labels/pilot-needs-human', undefined)
    expect([(await s.pilot('execute', '1', '--json')).exit, s.labels(1)]).toEqual([0, ['pilot']])
  })

  it('a fourth attempt after three failures, until a person takes the retry labels off', async () => {
    const s = await scene({script: {implement: {'*': {say: 'nothing'}}}, config: {verify: {setup: [], commands: []}, review: {enabled: false}}})
    s.addIssue(work)
    for (const command of ['execute', 'retry', 'retry']) expect((await s.pilot(command, '1', '--json')).exit).toBe(1)
    s.forget()
    for (const more of [['--dry-run'], []]) {
      const ran = await s.pilot('execute', '1', '--json', ...more)
      expect([ran.exit, ran.json.error!.code, ran.json.error!.suggestions[0], s.attempts(1).length]).toEqual([5, 'RETRIES_EXHAUSTED', 'pilot retry 1', 3])
    }
    expect(s.writes()).toEqual([])
    for (const label of ['pilot-retry-2', 'pilot-retry-ready']) await s.api('DELETE', `/issues/1/labels/${label}`, undefined)
    expect([(await s.pilot('execute', '1', '--json')).items[0]!['attempt'], s.labels(1)]).toEqual([4, ['pilot', 'pilot-failed', 'pilot-retry-ready']])
    // the ladder begins anew with it
    expect([(await s.pilot('execute', '1', '--json')).exit, (await s.pilot('retry', '1', '--json')).items[0]!['attempt'], s.labels(1)]).toEqual([
      5, 5, ['pilot', 'pilot-failed', 'pilot-retry-1', 'pilot-retry-ready'],
    ])
  })

  it('one refused issue stops no other, and the worst exit code counts', async () => {
    const s = await scene()
    s.addIssue({...work, state: 'closed'})
    s.addIssue({title: 'Blocked', body: 'Depends on: #4'})
    s.addIssue({...work, labels: ['pilot', 'pilot-done']})
    s.addIssue(work)
    const ran = await s.pilot('execute', '1', '#2', 'GH-3', '--json', '--dry-run')
    expect(ran.items.map((i) => [i['issue'], i['status']])).toEqual([[1, 'refused'], [2, 'waiting'], [3, 'noop']])
    expect([ran.exit, ran.json.error?.code]).toEqual([5, 'ISSUE_CLOSED'])
  })
})
