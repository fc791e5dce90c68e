import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {fileURLToPath} from 'node:url'
import {describe, expect, it, vi} from 'vitest'
import {worlds} from '../../support/worlds.js'

// Folders that an agent closes: pilot as a program without the right of root to write everywhere (`setpriv`), where the test runs as root.

const BIN = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))
const run = promisify(execFile)
vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}, files: {'.gitignore': 'vend/\n'}})

const PLAIN = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', process.execPath] : [process.execPath]

type Ended = {exit: number; failure: unknown; message: string; warnings: string[]}
async function execute(issue: number): Promise<Ended> {
  const [program = '', ...args] = [...PLAIN, BIN, 'execute', String(issue), '--json']
  const {stdout, code} = await run(program, args, {cwd: w.checkout, env: w.env}).then((ran) => ({...ran, code: 0}), (error: {stdout: string; code: number}) => error)
  const {result, error, warnings} = JSON.parse(stdout) as {result: {items?: {failure: unknown}[]}; error?: {message: string}; warnings: string[]}
  return {exit: code, failure: result.items?.[0]?.failure, message: error?.message ?? '', warnings}
}
const changed = async (issue: number): Promise<string[]> =>
  (await w.remote('diff', '--name-only', '--no-renames', 'main', `pilot/GH-${issue}`)).split('\n').filter(Boolean)

describe('a folder that its agent made read-only', () => {
  it.each([
    ['with work in it', 'mkdir src/n; echo 1 > src/n/f.js; chmod 555 src/n', ['src/n/f.js']],
    ['a repository of its own', 'mkdir n; git -C n init -q; echo x > n/f; chmod 555 n', ['n/f']],
    ['a clone', 'git init -q n; git -C n remote add origin https://example.test/n.git; echo x > n/f; chmod 555 n; echo 1 > src/work.js', ['src/work.js']],
    ['with instructions that are ignored', 'mkdir -p vend/mod; echo steer > vend/mod/CLAUDE.md; chmod 555 vend/mod vend; echo 1 > src/work.js', ['src/work.js']],
    ['its temp folder and HOME', 'mkdir "$TMPDIR/n"; touch "$TMPDIR/n/f" "$HOME/f"; chmod 555 "$TMPDIR/n" "$HOME"; echo 1 > src/work.js', ['src/work.js']],
  ])('%s: passes, and nothing is left behind', async (_name, script, files) => {
    const issue = await w.agent(script)
    const ended = await execute(issue)
    expect(ended, JSON.stringify(ended)).toMatchObject({exit: 0, failure: null})
    expect(ended.warnings.filter((text) => text.includes('could not be saved'))).toEqual([])
    expect(await changed(issue)).toEqual(files)
    expect(await run('ls', [join(w.dir, 'cache/pilot/acme/app/worktrees')])).toMatchObject({stdout: ''})
  })

  it('git’s own folder of the worktree: the agent’s error, and no bug of pilot’s', async () => {
    const issue = await w.agent('echo 1 > src/work.js; d=$(git rev-parse --absolute-git-dir); echo x > $d/commondir; chmod 555 $d')
    const ended = await execute(issue)
    expect(ended).toMatchObject({exit: 1, failure: 'agent_error', message: expect.stringMatching(/EACCES/) as string})
    expect(w.attempts(issue)).toMatchObject([{outcome: 'failed', failure: 'agent_error'}])
  })
})
