import {execFile} from 'node:child_process'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {fileURLToPath} from 'node:url'
import {describe, expect, it, vi} from 'vitest'
import {everything, worlds} from '../../support/worlds.js'

// A real file system that is full: a small tmpfs in a mount namespace of its own (`unshare`, as root or with user namespaces), gone with the test.

const BIN = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))
const run = promisify(execFile)
vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})

/** Runs pilot twice with `$1` on a tmpfs of that size, which the agent fills the first time and which is freed before the second. */
const TWICE = `set -e
dir=$1; size=$2; shift 2
cp "$dir/config.yaml" "$dir.kept" 2>/dev/null || true
mount -t tmpfs -o size=$size tmpfs "$dir"
cp "$dir.kept" "$dir/config.yaml" 2>/dev/null || true
code=0; "$@" || code=$?
echo; echo $code
rm -f "$dir/filler"
code=0; "$@" || code=$?
echo; echo $code`

type Answer = {exit: number; failure: unknown; message: string; warnings: string}
async function twice(issue: number, dir: string, size: string): Promise<Answer[]> {
  const args = ['-c', TWICE, 'sh', dir, size, process.execPath, BIN, 'execute', String(issue), '--json']
  const {stdout} = await run('unshare', ['--map-root-user', '--mount', 'sh', ...args], {cwd: w.checkout, env: w.env})
  await rm(`${dir}.kept`, {force: true})
  return stdout.trim().split(/\n(?=\{)/).map((part) => {
    const [json = '', exit] = part.trim().split(/\n\s*(?=\d+$)/)
    const {result, error, warnings} = JSON.parse(json) as {result: {items: {failure: unknown}[]}; error?: {message: string}; warnings: string[]}
    return {exit: Number(exit), failure: result.items[0]?.failure, message: error?.message ?? '', warnings: warnings.join('\n')}
  })
}

describe('a full disk', () => {
  it.each([
    ['the cache, with clone and worktree', 'cache', '6m'], ['.pilot', 'checkout/.pilot', '400k'],
  ])('under %s: not the work’s fault, GitHub is told, and once there is room the next run goes on', async (_name, dir, size) => {
    const issue = await w.agent('true')
    const full = join(w.dir, dir)
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), `echo 1 > src/work.js
      [ -f '${w.dir}/filled-${issue}' ] || { echo 1 > '${w.dir}/filled-${issue}'; head -c 40000000 /dev/zero > '${full}/filler'; head -c 20000 /dev/urandom > src/more.js; true; }`)
    const before = await everything(w)
    const [first, second] = await twice(issue, full, size)
    expect(first, JSON.stringify(first)).toMatchObject({exit: 6, failure: 'overloaded', message: expect.stringMatching(/space/i) as string})
    expect(second, JSON.stringify(second)).toMatchObject({exit: 0, failure: null})
    expect(w.attempts(issue)).toMatchObject([{attempt: 1, vainStarts: 1, outcome: 'passed'}])
    expect([w.labels(issue), w.pulls().length > 0, await everything(w)]).toEqual([['pilot'], true, before])
  })
})
