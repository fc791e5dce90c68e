import {describe, expect, test} from 'vitest'
import {excerptOf, fingerprintOf} from '../../../src/lib/core/run/excerpt.js'
import {nasties} from '../../support/nasty.js'

const noise = (n: number, what = 'ok'): string[] => Array.from({length: n}, (_, i) => `  ✓ ${what} ${i}`)
const block = (at: string): string[] => [`FAIL ${at}`, ...Array.from({length: 30}, (_, i) => `detail ${at} ${i}`)]

describe('an excerpt', () => {
  test('has 4 lines before and 25 after each failure, and counts what it leaves out', () => {
    const lines = excerptOf([...noise(100), ...block('a.test.ts'), ...noise(50)].join('\n')).split('\n')
    expect(lines).toHaveLength(1 + 4 + 1 + 25 + 1)
    expect([lines[0], lines[5], lines[30], lines.at(-1)]).toEqual(['… 96 lines left out …', 'FAIL a.test.ts', 'detail a.test.ts 24', '… 55 lines left out …'])
  })
  test('failures close together share a stretch', () => {
    const text = excerptOf([...noise(10), 'FAIL one', 'x', 'FAIL two', 'y'].join('\n'))
    expect(text.match(/left out/g)).toHaveLength(1)
    expect(text).toContain('FAIL one\nx\nFAIL two\ny')
  })
  test('stays within 180 lines and 10,000 characters, the earliest failures first', () => {
    const many = Array.from({length: 50}, (_, i) => [...noise(20), ...block(`file-${i}`)]).flat()
    const text = excerptOf(many.join('\n'))
    expect(text.split('\n').filter((line) => !line.includes('left out')).length).toBeLessThanOrEqual(180)
    expect([text.includes('FAIL file-0'), text.includes('FAIL file-49')]).toEqual([true, false])
    expect(excerptOf(`FAIL x\n${'y'.repeat(100_000)}`).length).toBeLessThanOrEqual(10_000)
  })
  test('nothing that looks like a failure: the end', () => expect(excerptOf('a\nb\nc')).toBe('a\nb\nc'))
  test('without colours', () => expect(excerptOf('\u001B[31mFAIL\u001B[0m x')).toBe('FAIL x'))
  test.each([
    'not ok 3 - adds', '--- FAIL: TestAdd (0.00s)', 'FAILED tests/test_a.py::test_x - assert 1 == 2', ' ✖ adds (1.2ms)', '  ● suite › adds', 'E   AssertionError: no',
    'src/a.ts(3,5): error TS2322: Type', 'error[E0308]: mismatched types', 'thread main panicked at src/lib.rs:3', '  12:5  error  no-unused-vars', 'TypeError: x is not a function',
    'Traceback (most recent call last):', 'Error: no such table', 'ERROR: build failed', '[ERROR] Failed to execute goal', 'main.go:3: error: undefined',
  ])('%s is a failure', (line) => expect(excerptOf([...noise(60), line].join('\n'))).toContain('… 56 lines left out …'))
  test.each(['✓ shows an error page', 'ok 3 - handles errors', '0 errors, 0 warnings', 'PASS src/error.test.ts', 'no failures'])('%s is none', (line) =>
    expect(fingerprintOf(line)).toBe(''))
  test('any text at all', () => { for (const text of nasties(300)) expect(excerptOf(text).length).toBeLessThanOrEqual(10_000) })
})

describe('a fingerprint', () => {
  const one = '2026-01-02T03:04:05Z\nFAIL /tmp/abc/work/test/sum.test.ts > adds (12ms)\nAssertionError: expected 2 to be 3 at sum.test.ts:14:3\n1 failed in 0.31s'
  test('is the same for the same failure on another day and machine', () => {
    const other = '2027-11-12T13:14:15Z\nnoise\nFAIL /home/x/y/test/sum.test.ts > adds (3ms)\nAssertionError: expected 4 to be 3 at sum.test.ts:15:9\n1 failed in 2s'
    expect(fingerprintOf(other)).toBe(fingerprintOf(one))
    expect(fingerprintOf(one)).not.toBe('')
  })
  test.each([['another test', one.replace('adds', 'subtracts')], ['another file', one.replaceAll('sum.test', 'sub.test')], ['another error', one.replace('AssertionError', 'TypeError')]])(
    'is another for %s', (_, text) => expect(fingerprintOf(text)).not.toBe(fingerprintOf(one)))
  test('does not depend on order or repetition', () => expect(fingerprintOf(`FAIL b\nFAIL a\nFAIL b`)).toBe(fingerprintOf('FAIL a\nFAIL b')))
})
