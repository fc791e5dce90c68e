import {describe, expect, it} from 'vitest'
import {REVIEW_MAX, reviewedPatch, tooLarge, UNREVIEWED_MAX} from '../../../src/lib/core/run/review-size.js'
import {reviewPrompt} from '../../../src/lib/core/run/prompts.js'
import {issue} from '../../support/issues.js'

const file = (name: string, ...lines: string[]): string => [`diff --git a/${name} b/${name}`, 'index 1..2 100644', `--- a/${name}`, `+++ b/${name}`, '@@ -1 +1 @@', ...lines, ''].join('\n')
const long = (name: string, length: number): string => {
  const short = file(name, '+').length
  return file(name, `+${'x'.repeat(length - short)}`)
}

describe('what a reviewer is given', () => {
  it.each(['package-lock.json', 'web/yarn.lock', 'pnpm-lock.yaml', 'Cargo.lock', 'go.sum', 'poetry.lock', 'uv.lock'])('%s by name and size', (name) => {
    const [before, after] = [file('src/a.ts', '-a', '+b'), file('src/z.ts', '+z')]
    expect(reviewedPatch(before + file(name, '-one', '+two', '+three') + after)).toBe(`${before}lockfile, content left out: ${name} +2 -1\n${after}`)
  })
  it.each(['src/package-lock.json.ts', 'my-yarn.lock', 'go.summary'])('%s in full', (name) => { expect(reviewedPatch(file(name, '+a'))).toBe(file(name, '+a')) })
  it('nothing', () => { expect(reviewedPatch('')).toBe('') })
  it('the last character of the largest change that passes', () => {
    const patch = `${long('a.ts', REVIEW_MAX - 1)}\n`
    expect(tooLarge(7, patch, true)).toBeNull()
    expect(reviewPrompt(issue(7), 'nonce-1234', [], patch)).toContain(patch.trimEnd().split('\n').at(-1)!)
  })
})

describe('a change that is too large', () => {
  it.each([[true, REVIEW_MAX], [false, UNREVIEWED_MAX]])('reviewed: %s, above %s', (isReviewed, limit) => {
    expect(tooLarge(7, long('a.ts', limit), isReviewed)).toBeNull()
    expect(tooLarge(7, long('package-lock.json', limit * 2) + long('a.ts', limit / 2), isReviewed)).toBeNull()
    const why = tooLarge(7, long('a.ts', limit + 1), isReviewed)
    for (const part of [(limit + 1).toLocaleString('en-US'), limit.toLocaleString('en-US'), 'pilot plan-epic 7']) expect(why).toContain(part)
  })
})
