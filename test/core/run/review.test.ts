import {describe, expect, it} from 'vitest'
import {findingsText, readReview, reviewAnswerJsonSchema, skippedReview} from '../../../src/lib/core/run/review.js'
import {SHA} from './support.js'

const bound = {version: 1, sha: SHA('a')}

describe('a reviewer\'s answer', () => {
  it.each<[string, unknown, object]>([
    ['an object', {verdict: 'approve', summary: 'ok', findings: []}, {...bound, verdict: 'approve', summary: 'ok', findings: []}],
    ['JSON as text', '{"verdict": "request_changes"}', {...bound, verdict: 'request_changes', summary: '', findings: []}],
    ['JSON in a fence, with talk around', 'My view:\n```json\n{"verdict": "approve"}\n```\nDone.', {...bound, verdict: 'approve', summary: '', findings: []}],
    ['findings without line or file', {verdict: 'request_changes', findings: [{severity: 'blocker', message: 'no'}]},
      {...bound, verdict: 'request_changes', summary: '', findings: [{severity: 'blocker', file: '', line: null, message: 'no'}]}],
    ['an unknown severity', {verdict: 'approve', findings: [{severity: 'nit', file: 'a', line: 2, message: 'm'}]},
      {...bound, verdict: 'approve', summary: '', findings: [{severity: 'minor', file: 'a', line: 2, message: 'm'}]}],
  ])('%s', (_, answer, expected) => { expect(readReview(answer, SHA('a'))).toEqual(expected) })

  it.each([['nothing', ''], ['prose', 'Looks good to me, approve!'], ['another verdict', {verdict: 'lgtm'}], ['no verdict', {summary: 'ok'}], ['null', null],
    ['undefined', undefined], ['a list', [{verdict: 'approve'}]], ['findings that are none', {verdict: 'approve', findings: 'none'}]])('%s is no verdict', (_, answer) => {
    expect(readReview(answer, SHA('a'))).toBeUndefined()
  })

  it('is capped', () => {
    const findings = Array.from({length: 80}, () => ({severity: 'minor', file: 'a', message: 'm'}))
    const review = readReview({verdict: 'approve', summary: 'x'.repeat(5000), findings}, SHA('a'))!
    expect([review.summary.length, review.findings.length]).toEqual([1500, 50])
  })

  it('goes back as text with file and line', () => {
    const review = readReview({verdict: 'request_changes', summary: 'Not yet.', findings: [
      {severity: 'blocker', file: 'a.ts', line: 3, message: 'breaks'}, {severity: 'major', file: 'b.ts', message: 'slow'},
    ]}, SHA('a'))!
    expect(findingsText(review)).toBe('Not yet.\nblocker a.ts:3: breaks\nmajor b.ts: slow')
  })

  it('switched off is a verdict of its own, bound to the commit', () => {
    expect(skippedReview(SHA('c'))).toEqual({version: 1, sha: SHA('c'), verdict: 'skipped', summary: '', findings: []})
  })

  it('has a schema that asks for the verdict only', () => {
    expect(JSON.parse(reviewAnswerJsonSchema())).toMatchObject({type: 'object', required: ['verdict']})
  })
})
