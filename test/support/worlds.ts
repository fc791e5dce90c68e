/** One place for many odd worlds: each issue has an agent of its own, a few lines of sh, and the user's checkout is in the middle of something. */
import {createHash} from 'node:crypto'
import {chmod, lstat, mkdir, readdir, readFile, readlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect} from 'vitest'
import type {Attempt} from '../../src/lib/core/run/attempt.js'
import {openScene, type Scene, type SceneOptions} from './scene.js'
import type {PilotRun, RunOptions} from './scene-run.js'

/** `ISSUE-1.sh` is the first call for the gates that change files, `ISSUE-2.sh` the next; the last one stays. */
const AGENT = `here=$(dirname "$0")
cat > "$here/prompt-$PILOT_ISSUE-$PILOT_GATE"
echo "$PILOT_GATE" >> "$here/gates-$PILOT_ISSUE"
case "$PILOT_GATE" in
  review) [ ! -f "$here/$PILOT_ISSUE-review.sh" ] || exec sh "$here/$PILOT_ISSUE-review.sh"
    echo '{"verdict": "approve", "summary": "fine", "findings": []}' ;;
  commit) echo 'feat(src): do the work' ;;
  draft) echo 'Adds the work that the issue asks for.' ;;
  implement|lint)
    round=$(grep -cE 'implement|lint' "$here/gates-$PILOT_ISSUE")
    while [ ! -f "$here/$PILOT_ISSUE-$round.sh" ]; do round=$((round - 1)); done
    exec sh "$here/$PILOT_ISSUE-$round.sh" ;;
  *) exit 1 ;;
esac
`
/** Green on the base, red when an agent writes the word. */
export const VERIFY = '! grep -rq BROKEN src'

export type Ending = {exit: number; failure: string | null; labels: string[]}
const FAILED: Ending = {exit: 1, failure: null, labels: ['pilot', 'pilot-failed', 'pilot-retry-ready']}
/** A failure of the work; retryable. */
export const work = (failure: string): Ending => ({...FAILED, failure})
export const refused = (failure: string): Ending => ({exit: 5, failure, labels: ['pilot', 'pilot-failed', 'pilot-needs-human']})
/** Neither the work's fault nor an attempt. */
export const vain = (failure: string, exit: number): Ending => ({exit, failure, labels: ['pilot']})
export const DONE: Ending = {exit: 0, failure: null, labels: ['pilot']}

export type Run = PilotRun & {
  issue: number; attempt: Attempt | undefined; warnings: string
  /** rescue refs of this issue in the user's checkout, without their common beginning */
  rescued: string[]
  /** the issue's branch on GitHub */
  branch: string | undefined
}
export type Worlds = Scene & {
  /** an issue whose agent does this, round by round, in its worktree */
  agent: (...rounds: string[]) => Promise<number>
  reviewer: (issue: number, script: string) => Promise<void>
  /** runs `execute` on the issue and asserts how it ends, that no claim is left, and that the user's checkout is as it was */
  execute: (issue: number, ending: Ending, options?: RunOptions & {argv?: string[]; claim?: 'left'}) => Promise<Run>
  /** files of a rescue ref, or the content of one of them */
  kept: (issue: number, name: string, file?: string) => Promise<string>
  /** the same of the issue's branch on GitHub */
  pushed: (issue: number, file?: string) => Promise<string>
  /** git in GitHub's own repository */
  remote: (...args: string[]) => Promise<string>
  bare: string
  gatesOf: (issue: number) => Promise<string[]>
}

/** A scene for all tests of a file. */
export function worlds(options: SceneOptions = {}): Worlds {
  const handle = {} as Worlds
  beforeAll(async () => { Object.assign(handle, await openWorlds(options)) })
  afterAll(() => handle.close())
  return handle
}

export async function openWorlds(options: SceneOptions = {}): Promise<Worlds> {
  const config = {verify: {setup: [], commands: [VERIFY]}, ...options.config}
  const s = await openScene({...options, config})
  const agentDir = join(s.dir, 'agent')
  await writeFile(join(agentDir, 'agent.sh'), AGENT)
  const shell = {executor: {default: 'shell', shell: {command: `sh '${join(agentDir, 'agent.sh')}'`}}}
  const configure: Scene['configure'] = (change) => s.configure({...shell, ...change})
  await unsettle(s)
  await configure({})
  const bare = join(s.dir, 'github/acme/app.git')
  const remote = (...args: string[]): Promise<string> => s.git(`--git-dir=${bare}`, ...args)
  const list = (of: (...args: string[]) => Promise<string>, ref: string, file?: string): Promise<string> =>
    file === undefined ? of('ls-tree', '-r', '--name-only', ref) : of('show', `${ref}:${file}`)
  const rescueRef = (issue: number, name: string): string => `refs/pilot/rescue/GH-${issue}/${name}`

  return {
    ...s, configure, bare, remote,
    async agent(...rounds) {
      const issue = s.addIssue({title: 'Write the work', body: 'Please.'})
      for (const [i, script] of rounds.entries()) await writeFile(join(agentDir, `${issue}-${i + 1}.sh`), script)
      return issue
    },
    reviewer: (issue, script) => writeFile(join(agentDir, `${issue}-review.sh`), script),
    async execute(issue, ending, {argv = [], claim, ...more} = {}) {
      const before = await everything(s)
      const ran = await s.pilotWith(more, 'execute', String(issue), '--json', ...argv)
      expect([ran.exit, ran.items[0]?.['failure'] ?? null], ran.stdout).toEqual([ending.exit, ending.failure])
      expect(s.labels(issue)).toEqual(ending.labels)
      expect(await everything(s)).toEqual(before)
      const refs = await s.refs()
      if (claim !== 'left') expect(Object.keys(refs).filter((ref) => ref.startsWith('refs/pilot/claims/'))).toEqual([])
      const attempt = s.attempts(issue).at(-1)
      if (ending.failure !== null) {
        expect(ran.json.error!.suggestions.length).toBeGreaterThan(0)
        expect(s.pulls().filter(({pull}) => pull.headRef === `pilot/GH-${issue}`)).toEqual([])
      }
      const found = await s.git('for-each-ref', '--format=%(refname)', `refs/pilot/rescue/GH-${issue}`)
      const rescued = found.split('\n').filter(Boolean).map((ref) => ref.slice(rescueRef(issue, '').length))
      return {...ran, issue, attempt, rescued, branch: refs[`refs/heads/pilot/GH-${issue}`], warnings: ran.json.warnings.join('\n')}
    },
    kept: (issue, name, file) => list(s.git, rescueRef(issue, name), file),
    pushed: (issue, file) => list(remote, `refs/heads/pilot/GH-${issue}`, file),
    gatesOf: async (issue) => (await readFile(join(agentDir, `gates-${issue}`), 'utf8').catch(() => '')).split('\n').filter(Boolean),
  }
}

/** A person at work: on a branch of their own that is ahead, with staged, changed and untracked files, a stash and hooks. */
async function unsettle(s: Scene): Promise<void> {
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(s.checkout, path)), {recursive: true})
    await writeFile(join(s.checkout, path), text)
  }
  const who = ['-c', 'user.name=someone', '-c', 'user.email=someone@example.test']
  await s.git('checkout', '-q', '-b', 'mine')
  await put('mine.txt', 'committed\n')
  await s.git('add', 'mine.txt')
  await s.git(...who, 'commit', '-q', '-m', 'mine')
  await put('mine.txt', 'stashed\n')
  await s.git(...who, 'stash', '-q')
  await put('staged.txt', 'staged\n')
  await s.git('add', 'staged.txt')
  await put('src/sum.js', 'export const sum = () => "edited"\n')
  await put('notes/to do.txt', 'untracked\n')
  for (const hook of ['post-checkout', 'pre-commit', 'pre-push', 'reference-transaction']) {
    await put(`.git/hooks/${hook}`, '#!/bin/sh\necho hooked >> "$(git rev-parse --show-toplevel)/hooked"\nexit 1\n')
    if (hook !== 'reference-transaction') await chmod(join(s.checkout, '.git/hooks', hook), 0o755)
  }
}

/** Path, type, mode and content of every file of the checkout, refs and index included; objects and what is pilot's own are left out. */
export async function everything(s: Pick<Scene, 'checkout' | 'git'>): Promise<Record<string, string>> {
  const own = (path: string): boolean => path === '.git/objects' || path === '.git/refs/pilot' || (path.startsWith('.pilot/') && path !== '.pilot/config.yaml')
  const rows: Record<string, string> = {}
  const walk = async (folder: string): Promise<void> => {
    for (const name of await readdir(join(s.checkout, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (own(path)) continue
      const stat = await lstat(join(s.checkout, path))
      if (stat.isDirectory()) await walk(path)
      else {
        const content = stat.isSymbolicLink() ? await readlink(join(s.checkout, path)) : await readFile(join(s.checkout, path))
        rows[path] = `${stat.mode} ${createHash('sha1').update(content).digest('hex')}`
      }
    }
  }
  await walk('')
  const refs = (await s.git('for-each-ref', '--format=%(refname) %(objectname)')).split('\n').filter((line) => !line.startsWith('refs/pilot/'))
  return {...rows, refs: refs.join('\n')}
}
