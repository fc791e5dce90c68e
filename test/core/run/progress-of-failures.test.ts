import {describe, expect, it} from 'vitest'
import {failuresIn, roundsLeft, type Failed} from '../../../src/lib/core/run/progress-of-failures.js'

describe('failures in an output', () => {
  it.each<[string, string, number | null]>([
    ['vitest', ' FAIL  test/a.test.ts > sum\n\n Test Files  1 failed | 2 passed (3)\n      Tests  3 failed | 10 passed (13)\n   Start at  10:00:00', 3],
    ['vitest, coloured', '\u001B[2m      Tests \u001B[22m \u001B[1m\u001B[31m2 failed\u001B[39m\u001B[22m | 1 passed (3)', 2],
    ['vitest, a file that cannot be read', ' Test Files  2 failed (2)\n      Tests  no tests\n', 2],
    ['jest', 'Test Suites: 1 failed, 4 passed, 5 total\nTests:       2 failed, 17 passed, 19 total\nSnapshots:   0 total', 2],
    ['jest, a suite that cannot be read', 'Test Suites: 1 failed, 1 total\nTests:       0 total', 1],
    ['mocha', '  12 passing (34ms)\n  4 failing\n\n  1) sum adds:', 4],
    ['node --test', 'ℹ tests 3\nℹ pass 1\nℹ fail 2\nℹ cancelled 0', 2],
    ['node --test as TAP', '# tests 3\n# pass 2\n# fail 1\n', 1],
    ['pytest', 'FAILED test_a.py::test_sum - assert 1 == 2\n========= 2 failed, 3 passed, 1 error in 0.12s =========', 3],
    ['pytest -q', '1 failed, 4 passed in 1.02s', 1],
    ['pytest, long', '== 12 failed, 3 passed, 4 warnings in 75.31s (0:01:15) ==', 12],
    ['go test', '--- FAIL: TestSum (0.00s)\n    --- FAIL: TestSum/negative (0.00s)\n    sum_test.go:9: got 1\nFAIL\nFAIL\texample.com/sum\t0.004s', 2],
    ['go test, a package that does not build', '# example.com/sum\n./sum.go:3:1: syntax error\nFAIL\texample.com/sum [build failed]', 1],
    ['cargo test', 'test result: ok. 4 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\ntest result: FAILED. 0 passed; 1 failed; 0 ignored', 3],
    ['cargo build', 'error: could not compile `app` (lib) due to 3 previous errors; 1 warning emitted', 3],
    ['cargo build, one', 'error: could not compile `app` (bin "app") due to 1 previous error', 1],
    ['tsc', 'src/a.ts(3,5): error TS2345: Argument\nsrc/b.ts(9,1): error TS2304: Cannot find name\n', 2],
    ['tsc on a terminal', 'src/a.ts:3:5 - error TS2345\n\nFound 5 errors in 2 files.', 5],
    ['eslint', '/w/a.js\n  1:1  error  Unexpected var  no-var\n\n✖ 12 problems (10 errors, 2 warnings)\n', 12],
    ['ruff', 'a.py:1:8: F401 unused\nFound 1 error.\n[*] 1 fixable', 1],
    ['flake8', 'a.py:3:80: E501 line too long\nb.py:1:1: F401 unused', 2],
    ['prettier', 'Checking formatting...\n[warn] src/a.ts\n[warn] src/b.ts\n[warn] Code style issues found in 2 files. Run Prettier with --write to fix.', 2],
    ['the last of two runs', 'Tests:       5 failed, 5 total\n\nTests:       2 failed, 5 total', 2],
    ['all green', ' Test Files  3 passed (3)\n      Tests  13 passed (13)', null],
    ['nothing known', 'make: *** [check] Error 2', null],
    ['nothing', '', null],
    ['lines of an output that may have lost its beginning', 'src/a.ts(3,5): error TS2345: Argument\n'.repeat(1000), null],
    ['the sum of an output that may have lost its beginning', `${'noise\n'.repeat(6000)}Found 7 errors in 2 files.`, 7],
  ])('%s', (_, output, count) => expect(failuresIn(output)).toBe(count))

  it('takes no longer for a line of nothing but near misses', () => {
    for (const line of ['1 failed '.repeat(20_000), '('.repeat(30_000), 'a:1:'.repeat(8000), `${' '.repeat(30_000)}x`]) expect(failuresIn(line)).toBeNull()
  })
})

const at = (...counts: (number | null)[]): Failed[] => counts.map((failures) => ({step: 1, failures}))

describe('rounds left', () => {
  it.each<[string, Failed[], number, number]>([
    ['no failure yet', [], 2, 2], ['the first failure', at(5), 2, 2], ['none allowed', at(5), 0, 0], ['none allowed, whatever shrinks', at(5, 4), 0, 0],
    ['no progress', at(5, 5), 2, 1], ['worse', at(5, 9), 2, 1], ['twice no progress', at(5, 5, 5), 2, 0],
    ['progress uses none up', at(5, 3), 2, 2], ['again and again', at(9, 7, 5, 3), 2, 2], ['progress, then none', at(9, 7, 7), 2, 1],
    ['back and forth is none: the best so far counts', at(9, 5, 9, 5), 2, 0], ['better than the best', at(9, 5, 9, 4), 2, 1],
    ['three times as many in all', at(9, 8, 7, 6, 5, 4), 2, 1], ['and then no more', at(9, 8, 7, 6, 5, 4, 3), 2, 0], ['one allowed, three at most', at(9, 8, 7, 6), 1, 0],
    ['what nobody can count is no progress', at(null, null), 2, 1], ['unknown after known', at(5, null), 2, 1], ['known after unknown', at(null, 5), 2, 1],
    ['a later command that fails', [{step: 1, failures: 2}, {step: 2, failures: 9}], 2, 2], ['a later command, uncounted', [{step: 1, failures: 2}, {step: 3, failures: null}], 2, 2],
    ['an earlier command that fails again', [{step: 2, failures: 9}, {step: 1, failures: 1}], 2, 1],
  ])('%s', (_, history, fixRounds, left) => expect(roundsLeft(history, fixRounds)).toBe(left))

  it('a round less is never a round more, and no run is endless', () => {
    for (let fixRounds = 0; fixRounds <= 4; fixRounds++) {
      const history = at(100)
      while (roundsLeft(history, fixRounds) > 0) history.push({step: 1, failures: 100 - history.length})
      expect(history.length - 1).toBe(3 * fixRounds)
    }
  })
})
