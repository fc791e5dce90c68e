import {describe, expect, it} from 'vitest'
import {printAttemptsComment} from '../../../src/lib/core/issue/attempts-comment.js'
import {attemptsSchema} from '../../../src/lib/core/run/attempt.js'
import {proofOf, proofSchema, type Findings} from '../../../src/lib/core/run/proof.js'
import {attempts, passed, SHA} from './support.js'

const same = (text: string): string => text
const findings = (text: string, rows: number): Findings => {
  const list = <T>(one: T): T[] => Array.from({length: rows}, () => one)
  return {
    title: text, evidence: {baseSha: SHA('b'), headSha: SHA('a'), commits: 1, files: list(text), additions: 12, deletions: 3},
    verification: {version: 1, sha: SHA('a'), passed: true, commands: list({command: text, exitCode: 0, timedOut: false, durationMs: 1234, tail: text}), flags: list(text)},
    review: {version: 1, sha: SHA('a'), verdict: 'approve', summary: text, findings: list({severity: 'minor', file: text, line: 3, message: text} as const)},
  }
}

describe('the proof of a commit', () => {
  it('is what a pull request says of it', () => {
    expect(proofOf(findings('x', 1), same)).toEqual({
      sha: SHA('a'), title: 'x', files: 1, additions: 12, deletions: 3, commands: [{command: 'x', exitCode: 0, durationMs: 1234}], flags: ['x'],
      findings: [{severity: 'minor', file: 'x', line: 3, message: 'x'}],
    })
  })

  it.each(['word '.repeat(5000), '"\\'.repeat(5000), '\u{1F642}'.repeat(5000)])('is short whatever was found, and its comment fits GitHub', (text) => {
    const proof = proofOf(findings(text, 500), same)
    expect(proofSchema.parse(proof)).toEqual(proof)
    const kept = {...attempts(passed(1, SHA('a'))), newest: {verifyTail: '', review: '', summary: '', proof}}
    expect(printAttemptsComment(kept).length).toBeLessThan(40_000)
  })

  it('is masked before it is cut, so that no part of a secret is left', () => {
    const secret = 'hunter2-hunter2-hunter2'
    const proof = proofOf(findings(`${'x'.repeat(190)}${secret}`, 1), (text) => text.replaceAll(secret, '***'))
    expect(JSON.stringify(proof)).not.toContain('hunter')
  })

  it('is not asked of what was written before there was one', () => {
    const old = attempts(passed(1, SHA('a')))
    expect(attemptsSchema.parse(JSON.parse(JSON.stringify(old)))).toEqual(old)
  })
})
