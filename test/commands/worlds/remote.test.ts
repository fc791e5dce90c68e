import {existsSync} from 'node:fs'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {REPO} from '../../support/scene.js'
import {DONE, work, worlds} from '../../support/worlds.js'

// GitHub changes, refuses or is gone while an agent works.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {max_rounds: 1}}})
const WORK = 'echo "export const work = 1" > src/work.js'
const REJECT = `echo '{"verdict": "request_changes", "summary": "no", "findings": [{"severity": "major", "file": "src/work.js", "line": 1, "message": "no"}]}'`
/** A commit of the given tree-ish's files, put on a branch of GitHub's own repository while the agent works. */
const elsewhere = (branch: string, from: string): string =>
  `git --git-dir='${w.bare}' update-ref refs/heads/${branch} $(git --git-dir='${w.bare}' commit-tree -p ${from} -m 'somebody else' ${from}^{tree})`
const hook = (text: string): Promise<void> => writeFile(join(w.bare, 'hooks/pre-receive'), `#!/bin/sh\n${text}\n`, {mode: 0o755})
afterEach(async () => {
  w.sandbox.faults.clear()
  await rm(join(w.bare, 'hooks'), {recursive: true, force: true})
})

describe('a push', () => {
  it('that a rule refuses: push_rejected with the rule’s own words, the work is kept', async () => {
    await mkdir(join(w.bare, 'hooks'), {recursive: true})
    await hook('while read -r _ _ ref; do case $ref in refs/heads/*) echo "GH013: Repository rule violations found" >&2; exit 1;; esac; done')
    const issue = await w.agent(WORK)
    const ran = await w.execute(issue, work('push_rejected'))
    expect(ran.json.error!.message).toMatch(/GH013: Repository rule violations/)
    // the commit that was refused, for the next attempt to look at
    expect(ran).toMatchObject({branch: undefined, attempt: {failure: 'push_rejected', headSha: expect.stringMatching(/^[0-9a-f]{40}$/) as string}})
    expect(await w.kept(issue, ran.rescued[0]!, 'src/work.js')).toBe('export const work = 1\n')
  })

  it('over a branch that somebody moved while the agent worked is refused; theirs stays', async () => {
    const issue = await w.agent('true')
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), `${WORK}; ${elsewhere(`pilot/GH-${issue}`, 'main')}`)
    const ran = await w.execute(issue, work('push_rejected'))
    expect(ran.json.error!.message).toMatch(/stale info/)
    expect((await w.remote('log', '-1', '--format=%s', ran.branch!)).trim()).toBe('somebody else')
    expect(await w.kept(issue, ran.rescued[0]!, 'src/work.js')).toBe('export const work = 1\n')
  })

  it('over the branch of a rejected attempt keeps its old commits, and under CI sends them too', async () => {
    const issue = await w.agent('echo 1 > src/first.js')
    await w.reviewer(issue, REJECT)
    const first = await w.execute(issue, work('review_rejected'))
    expect(first).toMatchObject({rescued: [], attempt: {headSha: first.branch, review: 'rejected'}})
    await w.reviewer(issue, `echo '{"verdict": "approve", "summary": "yes", "findings": []}'`)
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), 'echo 2 > src/second.js')
    await w.api('DELETE', `/issues/${issue}/labels/pilot-retry-ready`, {}).catch(() => undefined)
    const second = await w.execute(issue, DONE, {env: {CI: 'true'}})
    const name = `replaced-${first.branch!.slice(0, 12)}`
    expect([second.rescued, await w.kept(issue, name, 'src/first.js')]).toEqual([[name], '1\n'])
    expect((await w.refs())[`refs/pilot/rescue/GH-${issue}/${name}`]).toBe(first.branch)
    expect(await w.pushed(issue)).not.toContain('first.js')
  })
})

describe('the base branch', () => {
  it('that moves during the run: the pull request is for the base that was worked on', async () => {
    const before = (await w.remote('rev-parse', 'main')).trim()
    const issue = await w.agent(`${WORK}; ${elsewhere('main', 'main')}`)
    const ran = await w.execute(issue, DONE)
    expect(ran.attempt).toMatchObject({outcome: 'passed', baseSha: before, headSha: ran.branch})
    expect((await w.remote('merge-base', 'main', ran.branch!)).trim()).toBe(before)
  })

  it('that is renamed before the pull request: it is opened against the new name', async () => {
    const issue = await w.agent(WORK)
    const off = new Promise<void>((resolve) => {
      w.sandbox.on('push', async ({ref}) => {
        if (ref !== `refs/heads/pilot/GH-${issue}`) return
        await w.remote('branch', '-m', 'main', 'trunk')
        const {state, refs} = await w.sandbox.snapshot()
        state.repos[REPO]!.defaultBranch = 'trunk'
        await w.sandbox.restore({state, refs})
        resolve()
      })
    })
    await w.execute(issue, DONE)
    await off
    expect(w.pulls().find(({pull}) => pull.headRef === `pilot/GH-${issue}`)!.pull.baseRef).toBe('trunk')
    await w.remote('branch', '-m', 'trunk', 'main')
    const {state, refs} = await w.sandbox.snapshot()
    state.repos[REPO]!.defaultBranch = 'main'
    await w.sandbox.restore({state, refs})
  })
})

describe('GitHub', () => {
  const down = (): void => w.sandbox.faults.add({when: 'before', then: {kind: 'status', status: 503}, times: 1e9})
  it('is gone while the agent works: the work is kept, and the next run starts the attempt again', async () => {
    const flag = join(w.dir, 'down')
    const issue = await w.agent(`${WORK}; echo 1 > '${flag}'; while [ -f '${flag}' ]; do sleep 0.05; done`)
    const watch = setInterval(() => {
      if (!existsSync(flag)) return
      clearInterval(watch)
      down()
      void rm(flag)
    }, 20)
    const ran = await w.execute(issue, {exit: 6, failure: 'github_unavailable', labels: ['pilot', 'pilot-in-progress']}, {claim: 'left'})
    expect(await w.kept(issue, ran.rescued[0]!, 'src/work.js')).toBe('export const work = 1\n')
    expect(ran.warnings).toContain(ran.rescued[0])
    w.sandbox.faults.clear()
    await writeFile(join(w.dir, `agent/${issue}-1.sh`), WORK)
    await w.remote('update-ref', '-d', `refs/pilot/claims/issue-${issue}`)
    const again = await w.execute(issue, DONE)
    expect([again.attempt!.attempt, again.attempt!.vainStarts]).toEqual([1, 1])
  })
})

describe('a person, while the agent works,', () => {
  const said = [
    ['closes the issue', (n: number) => w.api('PATCH', `/issues/${n}`, {state: 'closed', state_reason: 'not_planned'}), (n: number) => w.api('PATCH', `/issues/${n}`, {state: 'open'}), 'ISSUE_CLOSED', ['pilot']],
    ['takes it over', (n: number) => w.api('POST', `/issues/${n}/labels`, {labels: ['pilot-needs-human']}), (n: number) => w.api('DELETE', `/issues/${n}/labels/pilot-needs-human`, {}), 'NEEDS_HUMAN', ['pilot', 'pilot-needs-human']],
  ] as const
  it.each(said)('%s: the verified work is pushed, without a pull request; that is opened when they let it, and nothing is paid for again', async (_, stop, resume, code, labels) => {
    const flag = join(w.dir, `at-work-${code}`)
    const issue = await w.agent(`${WORK}; echo 1 > '${flag}'; while [ -f '${flag}' ]; do sleep 0.05; done`)
    const person = vi.waitFor(() => expect(existsSync(flag)).toBe(true), {timeout: 60_000}).then(() => stop(issue)).then(() => rm(flag))
    const ran = await w.execute(issue, {exit: 5, failure: null, labels: [...labels]})
    await person
    expect(ran.json.error).toMatchObject({code, message: expect.stringContaining(`on pilot/GH-${issue}, without a pull request`) as string})
    const ours = () => w.pulls().filter(({pull}) => pull.headRef === `pilot/GH-${issue}`)
    expect([ours(), ran.attempt]).toMatchObject([[], {outcome: 'passed', headSha: ran.branch, pr: null}])
    await resume(issue)
    const paid = await w.gatesOf(issue)
    const again = await w.execute(issue, DONE)
    expect([ours().map(({pull}) => pull.headSha), again.attempt!.pr, await w.gatesOf(issue)]).toEqual([[ran.branch], again.items[0]!['pr'], paid])
  })
})

describe('under CI', () => {
  const SECRET = 'PILOT_TEST_SECRET_1234567890'
  it('rescued work is pushed', async () => {
    const issue = await w.agent(`${WORK}; exit 3`)
    const ran = await w.execute(issue, work('agent_error'), {env: {CI: 'true'}})
    const sha = (await w.git('rev-parse', `refs/pilot/rescue/GH-${issue}/${ran.rescued[0]!}`)).trim()
    expect((await w.refs())[`refs/pilot/rescue/GH-${issue}/${ran.rescued[0]!}`]).toBe(sha)
  })

  it.each([
    ['in a file', `echo ${SECRET} > src/key.txt`],
    ['in an earlier commit of a branch that was left', `git checkout -qb secret; echo ${SECRET} > src/k; git add -A; git commit -qm k; git rm -q src/k; git commit -qm k; git checkout -q --detach HEAD~2`],
    ['in a binary file of a stash', `printf 'a\\0${SECRET}' > src/sum.js; git stash -q`],
    ['in the message of a commit', `git checkout -qb said; echo 1 > src/k; git add -A; git commit -qm 'with ${SECRET}'; git checkout -q --detach HEAD~1`],
  ])('never with a secret %s', async (_name, script) => {
    const issue = await w.agent(`${script}; ${WORK}; exit 3`)
    const ran = await w.execute(issue, work('agent_error'), {env: {CI: 'true', MY_TOKEN: SECRET}})
    expect(ran.warnings).toMatch(/was not pushed: it contains a secret/)
    const sent = Object.keys(await w.refs()).filter((ref) => ref.startsWith(`refs/pilot/rescue/GH-${issue}/`))
    for (const ref of sent) expect(await w.remote('log', '-p', '--text', '-m', '--format=%B', ref, '--not', 'main')).not.toContain(SECRET)
    expect(sent.length).toBeLessThan(ran.rescued.length)
  })
})
