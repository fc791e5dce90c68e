/** A tool's own sum: the lines that hold it, and the numbers in such a line, added up. The last such line counts, or with `all` every one. */
type Summary = {line: RegExp; count: RegExp; all?: true}
const FAILED = /\b(\d+) failed\b/g
const SUMMARIES: readonly Summary[] = [
  // vitest: "  Tests  3 failed | 10 passed (13)"; where no test could run at all only "Test Files" has a number
  {line: /^\s*Tests\s+\d+ failed\b/, count: FAILED},
  {line: /^\s*Test Files\s+\d+ failed\b/, count: FAILED},
  // jest: "Tests:       2 failed, 5 passed, 7 total", else "Test Suites: 1 failed, 1 total"
  {line: /^Tests:\s+\d+ failed\b/, count: FAILED},
  {line: /^Test Suites:\s+\d+ failed\b/, count: FAILED},
  // mocha: "  3 failing"; node --test: "# fail 2" or "ℹ fail 2"
  {line: /^\s+\d+ failing$/, count: /(\d+) failing/g},
  {line: /^(?:#|ℹ) fail \d+$/, count: /fail (\d+)/g},
  // pytest: "=== 2 failed, 3 passed, 1 error in 0.12s ===", and the same without the frame
  {line: / in \d[\d.]*s\b/, count: /\b(\d+) (?:failed|errors?)\b/g},
  // cargo test: "test result: FAILED. 1 passed; 2 failed; …", once a target
  {line: /^test result: FAILED\. /, count: FAILED, all: true},
  // rustc and clippy: "error: could not compile `x` (lib) due to 3 previous errors", once a crate
  {line: /^error: could not compile .* due to \d+ previous error/, count: /due to (\d+) previous/g, all: true},
  // eslint: "✖ 12 problems (10 errors, 2 warnings)"
  {line: /^✖ \d+ problems?\b/, count: /(\d+) problems?/g},
  // tsc on a terminal: "Found 5 errors in 2 files."; ruff: "Found 3 errors."; biome: "Found 4 errors."
  {line: /^Found \d+ errors?\b/, count: /(\d+) errors?/g},
]
/** Tools that print one line a failure and no sum. */
const LINES: readonly RegExp[] = [
  // go test: "--- FAIL: TestSum (0.00s)", sub-tests indented; a package that does not build: "FAIL\tpkg [build failed]"
  /^\s*--- FAIL: |^FAIL\t\S+ \[(?:build|setup) failed\]/,
  // tsc without a terminal: "src/a.ts(3,5): error TS2345: …"
  /^[^\s(][^(]*\(\d+,\d+\): error TS\d+/,
  // flake8, golangci-lint: "a.py:3:80: E501 line too long"
  /^[^\s:]+:\d+:\d+: \S/,
  // prettier --check: "[warn] src/a.ts", and last of all its advice
  /^\[warn\] (?!Code style issues)\S/,
]
/** A longer output may have lost its beginning on the way here (ports.ts), so its lines do not say how many there were. Characters. */
const WHOLE = 30_000

/** How many failures the output of a verify command tells of, colours aside; null where no known tool speaks. */
export function failuresIn(output: string): number | null {
  const lines = output.replace(/\u001B\[[\d;]*m/g, '').split(/\r?\n/)
  for (const {line, count, all} of SUMMARIES) {
    const numbers = (text: string): number[] => [...text.matchAll(count)].map(([, digits]) => Number(digits))
    const sums = lines.filter((text) => line.test(text)).map((text) => sum(numbers(text))).filter((n) => n > 0)
    if (sums.length > 0) return all === true ? sum(sums) : sums.at(-1) ?? null
  }
  if (output.length > WHOLE) return null
  return LINES.map((pattern) => lines.filter((text) => pattern.test(text)).length).find((found) => found > 0) ?? null
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** What one failed verification says: which of the commands failed (from 1; the ones before it passed), and with how many failures. */
export type Failed = {step: number; failures: number | null}

/** A round that goes on shrinking the failures is worth its money, but not for ever. */
const MOST = 3

/** A later command that fails is progress, and so are fewer failures of the same one; what nobody could count is none. */
const isBetter = (now: Failed, best: Failed): boolean =>
  now.step > best.step
  || (now.step === best.step && now.failures !== null && best.failures !== null && now.failures < best.failures)

/**
 * How many fix rounds are left after these failed verifications, oldest first. `fixRounds` counts the rounds without progress against the best
 * verification so far: one that got further uses none up. In all there are at most three times as many.
 */
export function roundsLeft(history: readonly Failed[], fixRounds: number): number {
  const [first, ...later] = history
  if (first === undefined) return fixRounds
  let best = first
  let wasted = 0
  for (const now of later) {
    if (isBetter(now, best)) best = now
    else wasted++
  }
  return Math.max(0, Math.min(fixRounds - wasted, MOST * fixRounds - later.length))
}
