import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {DONE, work, worlds} from '../../support/worlds.js'

// Named pipes that an agent leaves where pilot, or git for it, reads: opening one waits for a writer, and none comes.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})
const changed = async (issue: number): Promise<string[]> =>
  (await w.remote('diff', '--name-only', '--no-renames', 'main', `pilot/GH-${issue}`)).split('\n').filter(Boolean)

const WORK = 'echo 1 > src/work.js'
const SHARED = 'd=$(git rev-parse --git-common-dir)'

describe('a pipe in place of', () => {
  it.each([
    ['the clone’s settings', `${WORK}; ${SHARED}; rm $d/config; mkfifo $d/config`],
    ['the clone’s ignore rules', `${WORK}; ${SHARED}; rm $d/info/exclude; mkfifo $d/info/exclude`],
    ['the clone’s HEAD', `${WORK}; ${SHARED}; rm $d/HEAD; mkfifo $d/HEAD`],
    ['the way to the clone', `${WORK}; d=$(git rev-parse --absolute-git-dir); rm $d/commondir; mkfifo $d/commondir`],
    ['the worktree’s HEAD, after a commit', `${WORK}; git add -A; git -c user.name=a -c user.email=a@b.test commit -qm x; d=$(git rev-parse --absolute-git-dir); rm $d/HEAD; mkfifo $d/HEAD`],
    ['the worktree’s index', `${WORK}; d=$(git rev-parse --absolute-git-dir); rm $d/index; mkfifo $d/index`],
    ['ignore rules of a folder', `${WORK}; mkfifo src/.gitignore src/.gitattributes`],
    ['a link to one', `${WORK}; d=$(git rev-parse --absolute-git-dir); mkfifo "$TMPDIR/../pipe-$PILOT_ISSUE"; rm $d/HEAD; ln -s "$TMPDIR/../pipe-$PILOT_ISSUE" $d/HEAD`],
  ])('%s is removed, and the work is pushed', async (_name, script) => {
    const {issue} = await w.execute(await w.agent(script), DONE)
    expect(await changed(issue)).toEqual(['src/work.js'])
  })

  it('the settings or the HEAD of a repository inside: it is taken for a clone, which is no work', async () => {
    const inner = (file: string): string => `git init -q ${file}; rm ${file}/.git/${file}; mkfifo ${file}/.git/${file}; echo x > ${file}/x`
    const {issue} = await w.execute(await w.agent(`${WORK}; ${inner('config')}; ${inner('HEAD')}`), DONE)
    expect((await changed(issue)).filter((path) => path.startsWith('src/'))).toEqual(['src/work.js'])
  })

  it('a file of the change is no change', async () => {
    const {issue} = await w.execute(await w.agent(`${WORK}; mkfifo src/pipe`), DONE)
    expect(await changed(issue)).toEqual(['src/work.js'])
  })

  it('a file of the base, of an agent that failed', async () => {
    const ran = await w.execute(await w.agent('rm package.json; mkfifo package.json src/.gitignore; echo 1 > src/work.js; exit 3'), work('agent_error'))
    expect(await w.kept(ran.issue, ran.rescued[0]!, 'src/work.js')).toBe('1\n')
  })
})

describe('what the agent tells of its use', () => {
  it.each([
    ['by a pipe', 'mkfifo "$PILOT_USAGE_FILE"'],
    ['without end', `{ printf '{"costUsd": 0.25, "model": "'; head -c 70000 /dev/zero | tr '\\0' m; echo '"}'; } > "$PILOT_USAGE_FILE"`],
    ['by a device', 'ln -s /dev/zero "$PILOT_USAGE_FILE"'],
  ])('%s is unpriced, and the run goes on', async (_name, script) => {
    const {items, issue} = await w.execute(await w.agent(`${WORK}; ${script}`), DONE)
    expect(items[0]).toMatchObject({costUsd: null})
    const log = await readFile(join(w.checkout, `.pilot/runs/GH-${issue}/attempt-1/agent.log`), 'utf8').catch(() => '')
    expect(log).toContain('the usage file could not be read as usage')
  })
})

it('a pipe or a link in place of a log that comes later is replaced; in place of the ledger it is named', async () => {
  const aside = join(w.dir, 'aside')
  const issue = await w.agent(`${WORK}; cd "$PILOT_RUN_DIR"; rm agent.log events.jsonl; mkfifo agent.log; ln -s '${aside}' events.jsonl; mkfifo verify.log`)
  await w.execute(issue, DONE)
  expect(await readFile(aside, 'utf8').catch(() => null)).toBeNull()
  expect(await w.read(`runs/GH-${issue}/attempt-1/verify.log`)).toContain('$ ')
  const ledger = join(w.checkout, '.pilot/ledger.ndjson')
  const last = await w.agent(`${WORK}; rm -f '${ledger}'; mkfifo '${ledger}'`)
  const ran = await w.pilotWith({}, 'execute', String(last), '--json')
  await rm(ledger)
  expect([ran.exit, JSON.stringify(ran.json)]).toEqual([3, expect.stringMatching(/ledger\.ndjson is a link or no plain file/)])
})
