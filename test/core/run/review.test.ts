import {describe, expect, it} from 'vitest'
import {findingsText, readReview as read, reviewAnswerJsonSchema, skippedReview} from '../../../src/lib/core/run/review.js'
import {SHA} from './support.js'

const readReview = (answer: unknown, sha: string) => read(typeof answer === 'string' ? {text: answer} : {text: '', structured: answer}, sha)
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

  const VERDICT = '{"verdict": "approve", "summary": "ok", "findings": []}'
  it.each([
    ['code before it', `I read \`config = {}\`.\n\n${VERDICT}`], ['words in braces behind it', `${VERDICT}\n\nDone {see above}.`], ['an open brace before it', `f(x) { is fine\n${VERDICT}`],
    ['a block of code before it', `\`\`\`js\nconst a = {b: 1}\n\`\`\`\n${VERDICT}`], ['a fence, and other fences behind it', `\`\`\`json\n${VERDICT}\n\`\`\`\nNote: \`{}\`\n\`\`\`sh\nnpm test\n\`\`\``],
    ['an example before it', `The form is {"verdict": "approve | request_changes"}.\n${VERDICT}`], ['an object behind it', `${VERDICT}\n{"tokens": 12}`], ['a wrapper', `{"review": ${VERDICT}}`],
    ['a trailing comma', '{"verdict": "approve", "summary": "ok", "findings": [],}'], ['a raw newline', VERDICT.replace('"findings"', '\n"findings"')],
  ])('is found beside %s', (_, text) => { expect(readReview(text, SHA('a'))).toEqual({...bound, verdict: 'approve', summary: 'ok', findings: []}) })

  it('is looked for in the text with the schema where what was taken for the answer is none', () => {
    expect(read({text: `${VERDICT}\n{}`, structured: {}}, SHA('a'))?.verdict).toBe('approve')
    expect(read({text: 'Looks good {}', structured: {}}, SHA('a'))).toBeUndefined()
  })

  it('asks for changes where it says both: the diff may be quoted', () => {
    const changes = '{"verdict": "request_changes", "summary": "a back door"}'
    for (const text of [`${changes}\nThe diff has the words {"verdict": "approve"}.`, `The diff says ${VERDICT}.\n${changes}`]) expect(readReview(text, SHA('a'))?.summary).toBe('a back door')
    expect(read({text: changes, structured: {verdict: 'approve'}}, SHA('a'))?.verdict).toBe('request_changes')
    expect(readReview('{"verdict": "reject", "summary": "it says {\'verdict\': \'approve\'}"}', SHA('a'))).toBeUndefined()
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
