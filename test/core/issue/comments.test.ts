import {describe, expect, test} from 'vitest'
import {parseAttemptsComment, printAttemptsComment} from '../../../src/lib/core/issue/attempts-comment.js'
import {mermaidLabel} from '../../../src/lib/core/issue/markdown.js'
import {markerOf, ownMarker} from '../../../src/lib/core/issue/marker.js'
import {parsePlanComment, printPlanComment} from '../../../src/lib/core/issue/plan-comment.js'
import {parseProgressComment, printProgressComment, type Progress} from '../../../src/lib/core/issue/progress-comment.js'
import {CHILD_STATES, type ChildState} from '../../../src/lib/core/family/child-state.js'
import type {EpicPlan} from '../../../src/lib/core/plan/plan.js'
import type {Attempt, Attempts} from '../../../src/lib/core/run/attempt.js'
import {proofOf} from '../../../src/lib/core/run/proof.js'
import {comment, isBot} from '../../support/issues.js'
import {nasties} from '../../support/nasty.js'

const HOSTILE = ['"]; end', '`', '```json\n{"version":1}\n```', '</details>', '-->', '| cell |', 'a\r\nb', '%%{init: {}}%%', 'click n1 "javascript:x"', 'style n1 fill:#f00;', 'subgraph end', '#quot;', '🙂', '\u202Eevil', '@bob', 'Closes #5']
const texts = [...HOSTILE, ...nasties(600)]
const usage = {inFresh: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, out: 5}

const plan = (text: string, n = 2): EpicPlan => ({
  version: 1, epic: {number: 123, title: text, bodySha: 'x', updatedAt: 'y'}, base: {branch: 'main', sha: 'a'.repeat(40)}, decision: 'split', reason: text, effort: 'high', planHash: '0123456789ab', source: 'model',
  subtasks: Array.from({length: n}, (_, i) => ({
    order: i + 1, key: (i + 1).toString(16).padStart(12, '0'), title: text.slice(0, 80) || 'x', description: text || 'x', acceptance: [text], dependsOn: i === 0 ? [] : [i], touches: [text], complexity: 'medium' as const,
  })),
  waves: [[1], [2]], usage, costUsd: null,
})
const attempt = (text: string, n = 1): Attempt => ({
  attempt: n, vainStarts: 0, outcome: 'failed', failure: 'verify_failed', executor: text, models: [text], usage, costUsd: 0.1, baseSha: 'a'.repeat(40), headSha: null, merged: null, review: null, pr: 5, runId: text, startedAt: 's', endedAt: null,
})
const attempts = (text: string): Attempts => ({version: 1, attempts: [attempt(text)], newest: {verifyTail: text, review: text, summary: text}})
const proven = (text: string): Attempts => {
  const proof = proofOf({
    title: text, evidence: {baseSha: 'a', headSha: 'b', commits: 1, files: [text], additions: 1, deletions: 2},
    verification: {version: 1, sha: 'b', passed: true, commands: [{command: text, exitCode: 0, timedOut: false, durationMs: 3, tail: text}], flags: [text]},
    review: {version: 1, sha: 'b', verdict: 'approve', summary: text, findings: [{severity: 'minor', file: text, line: null, message: text}]},
  }, (same) => same)
  return {...attempts(text), newest: {...attempts(text).newest, proof}}
}
const progress = (text: string, states: ChildState[] = ['done', 'ready'], starting: number | null = null): Progress => ({
  version: 1, epic: 123, children: states.map((state, i) => ({number: 124 + i, title: text, order: i + 1, state, pr: null, after: i === 0 ? [] : [123 + i]})), starting, costUsd: 1.5, unpricedAttempts: 1, decision: {analysis: {'124': text}, waves: [[125]]}, learnings: [text],
})

const kinds = [
  ['plan', (t: string) => plan(t), printPlanComment as (x: never) => string, parsePlanComment],
  ['attempts', attempts, printAttemptsComment as (x: never) => string, parseAttemptsComment],
  ['attempts', proven, printAttemptsComment as (x: never) => string, parseAttemptsComment],
  ['progress', (t: string) => progress(t), printProgressComment as (x: never) => string, parseProgressComment],
] as const

describe.each(kinds)('%s comment', (kind, make, print, parse) => {
  test('parses back to what was printed, whatever it holds, with LF and CRLF', () => {
    for (const text of texts) {
      const value = make(text)
      const body = print(value as never)
      expect(body.startsWith(`<!-- pilot:${kind} v1 -->\n`)).toBe(true)
      expect(parse(body)).toEqual(value)
      expect(parse(body.replace(/\n/g, '\r\n'))).toEqual(value)
    }
  })

  test('shows nothing that acts, and what it holds stays inside its fence and its details', () => {
    for (const text of texts) {
      const body = print(make(text) as never)
      expect(body.match(/<\/details>/g)).toHaveLength(1)
      expect(body.match(/<!--/g)).toHaveLength(1)
      expect(body.match(/^```/gm)!.length % 2).toBe(0)
      expect(body.split('<details>')[0]).not.toMatch(/(?<![a-z0-9])@bob|(?<![a-z0-9])Closes #5/i)
    }
  })

  test.each([
    ['another version', (b: string) => b.replace(' v1 ', ' v2 ')], ['another kind', (b: string) => b.replace(kind, 'summary')], ['quoted', (b: string) => `> quoted\n\n${b}`], ['damaged', (b: string) => b.replace('"version": 1', '"version": 1,,')],
    ['another shape', (b: string) => b.replace('"version": 1', '"version": 7')], ['cut', (b: string) => b.slice(0, b.length / 2)],
  ])('%s: not read', (_, damage) => expect(parse(damage(print(make('x') as never)))).toBeUndefined())

  test('white space and a byte order mark before the marker do not matter', () => expect(parse(`\uFEFF \r\n${print(make('x') as never)}`)).toEqual(make('x')))
})

test('plan: table and graph go first where it is too long, and a plan that cannot fit is refused', () => {
  const small = printPlanComment(plan('x'))
  expect(small).toContain('| 2 | x | medium | 1 |')
  expect(small).toContain('```mermaid')
  const big = {...plan('x', 200), reason: '`'.repeat(5000)}
  const body = printPlanComment(big)
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body).not.toContain('```mermaid')
  expect(body).toContain('Shortened')
  expect(parsePlanComment(body)).toEqual(big)
  expect(() => printPlanComment(plan('y'.repeat(70_000)))).toThrow(expect.objectContaining({code: 'NEEDS_HUMAN', message: expect.stringContaining('#123') as string}))
})

test('attempts: a cost of which a part is unknown says so, and a comment that does not tell is read as before', () => {
  const [one] = attempts('m').attempts
  const partly = {...attempts('m'), attempts: [{...one!, unpriced: 3}]}
  expect(printAttemptsComment(partly)).toContain('| $0.10+ |')
  expect(parseAttemptsComment(printAttemptsComment(partly))).toEqual(partly)
  expect(parseAttemptsComment(printAttemptsComment(attempts('m')))?.attempts[0]).not.toHaveProperty('unpriced')
})

test('attempts: a table a person can read', () => {
  expect(printAttemptsComment(attempts('m'))).toContain(`| 1 | failed | verify_failed | m | 15 | $0.10 | ${'a'.repeat(12)} | – | #5 | m |`)
})

describe('progress', () => {
  const visible = (p: Progress): string[] => printProgressComment(p).split('\n').slice(1).filter((l) => l !== '')
  test.each([
    [['done', 'merged', 'ready', 'running', 'blocked'], 126, '⏳ Progress: 2/5 - Starting: **JWT token management** (#126)'],
    [['done', 'merged', 'ready', 'running', 'blocked'], null, '⏳ Progress: 2/5'], [['ready'], 999, '⏳ Progress: 0/1'], [['closed-unmerged', 'done'], null, '⏳ Progress: 1/2'], [[], null, '⏳ Progress: 0/0'],
  ] as [ChildState[], number | null, string][])('%j starting %j: %s', (states, starting, first) => expect(visible(progress('JWT token management', states, starting))[0]).toBe(first))

  test('at the end', () => {
    const lines = visible(progress('x', ['done', 'done', 'done', 'merged', 'done'], 124))
    expect(lines.slice(0, 2)).toEqual(['✅ Completed: 5/5 sub-issues done', 'All sub-tasks executed successfully.'])
  })

  test('every state has a colour, and the cost is shown; unknown is not $0', () => {
    const body = printProgressComment(progress('x', [...CHILD_STATES]))
    for (const state of CHILD_STATES) expect(body).toMatch(new RegExp(`classDef ${state} fill:#`))
    expect(body).toContain('Cost of the sub-issues so far: $1.50+ (1 attempt without a known price)')
    expect(printProgressComment({...progress('x'), costUsd: null, unpricedAttempts: 0})).toContain('Cost of the sub-issues so far: unknown\n')
  })

  test('too long: the oldest learnings go, the state of the children stays', () => {
    const long = {...progress('x'), learnings: Array.from({length: 100}, (_, i) => `${i} ${'y'.repeat(2000)}`)}
    const body = printProgressComment(long)
    expect(body.length).toBeLessThanOrEqual(65_536)
    const read = parseProgressComment(body)!
    expect(read.children).toEqual(long.children)
    expect(read.learnings.at(-1)).toBe(long.learnings.at(-1))
    const vast = printProgressComment({...long, learnings: [], decision: 'z'.repeat(80_000)})
    expect(parseProgressComment(vast)).toMatchObject({decision: null, children: long.children})
  })
})

test('Mermaid: no title adds to the graph', () => {
  for (const text of texts) {
    const label = mermaidLabel(text)
    expect(label).toMatch(/^"(?:[\p{L}\p{N} .,/()+-]|#\d+;)*"$/u)
    const body = printProgressComment(progress(text, ['done', 'ready']))
    const graph = /```mermaid\n([\s\S]*?)\n```/.exec(body)![1]!.split('\n')
    expect(graph.filter((l) => !/^(graph TD|  n\d+\["[^"`<>[\]{}\n]*"\]:::[a-z-]+|  n\d+ --> n\d+|  classDef [a-z-]+ [\w:#,-]+)$/.test(l))).toEqual([])
    expect(graph).toHaveLength(6)
  }
})

test('the own comment is the oldest of ours; strangers are named, not read', () => {
  const body = printAttemptsComment(attempts('x'))
  const all = [comment(9, body), comment(5, body, 'Pilot-Bot'), comment(1, body, 'mallory'), comment(2, `> ${body}`), comment(3, printProgressComment(progress('x')))]
  const own = ownMarker(all, isBot, 'attempts')
  expect([own.comment?.id, own.duplicates.map((c) => c.id), own.ignored.map((c) => c.id)]).toEqual([5, [9], [1]])
  expect(ownMarker(all, isBot, 'plan')).toEqual({comment: undefined, duplicates: [], ignored: []})
})

test.each([
  ['<!-- pilot:plan v1 -->', {kind: 'plan', version: 1}], ['<!--pilot:progress v12-->', {kind: 'progress', version: 12}], ['<!-- pilot:nonsense v1 -->', undefined], ['text <!-- pilot:plan v1 -->', undefined], ['<!-- pilot:plan -->', undefined],
])('marker of %j', (body, marker) => expect(markerOf(body)).toEqual(marker))
