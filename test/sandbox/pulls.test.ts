import {describe, expect, test} from 'vitest'
import {type Sandbox} from '../../src/lib/sandbox/index.js'
import {at, name, refusal, type Rest, start, status} from './support.js'

const pr = (pull_number: number): typeof at & {pull_number: number} => ({...at, pull_number})
async function open(
  sandbox: Sandbox, rest: Rest, branch: string, files: Record<string, string>, more: {body?: string; base?: string; draft?: boolean} = {}
): Promise<{number: number; sha: string}> {
  const sha = await sandbox.commit(name, {branch, files, ...(more.base && {from: more.base})})
  const {number} = (await rest.pulls.create({...at, title: `PR of ${branch}`, head: branch, base: 'main', ...more})).data
  return {number, sha}
}
const main = async (sandbox: Sandbox): Promise<string> => (await sandbox.snapshot()).refs[name]!['refs/heads/main']!
async function settled(rest: Rest, number: number): Promise<{mergeable: boolean | null; mergeable_state: string}> {
  await rest.pulls.get(pr(number))
  return (await rest.pulls.get(pr(number))).data
}

describe('create', () => {
  test.each([
    ['a head that is not there', {head: 'absent', base: 'main'}, {field: 'head', code: 'invalid'}],
    ['a base that is not there', {head: 'f', base: 'absent'}, {field: 'base', code: 'invalid'}],
    ['no commits between', {head: 'same', base: 'main'}, {message: 'No commits between main and same'}],
    ['an open one for the same head', {head: 'f', base: 'main'}, {message: 'A pull request already exists for acme:f.'}],
  ])('%s answers 422', async (_, given, error) => {
    const {sandbox, rest} = await start()
    await open(sandbox, rest, 'f', {a: '1'})
    await rest.git.createRef({...at, ref: 'refs/heads/same', sha: await main(sandbox)})
    expect(await refusal(rest.pulls.create({...at, title: 't', ...given}))).toMatchObject({status: 422, errors: [error]})
  })
})

test('mergeable is unknown on the first read and again after a push', async () => {
  const {sandbox, rest} = await start()
  const {number} = await open(sandbox, rest, 'f', {a: '1'})
  const read = async (): Promise<unknown[]> => {
    const {data} = await rest.pulls.get(pr(number))
    return [data.mergeable, data.mergeable_state]
  }
  // Creating already answered the first, unknown state.
  expect(await read()).toEqual([true, 'clean'])
  const sha = await sandbox.commit(name, {branch: 'f', files: {a: '2'}})
  expect(await read()).toEqual([null, 'unknown'])
  expect(await read()).toEqual([true, 'clean'])
  expect((await rest.pulls.get(pr(number))).data.head.sha).toBe(sha)
  expect((await sandbox.snapshot()).refs[name]![`refs/pull/${number}/head`]).toBe(sha)
})

test('of two pull requests that change the same line the second conflicts, and main keeps the first', async () => {
  const {sandbox, rest} = await start()
  const a = await open(sandbox, rest, 'a', {'README.md': 'from a\n', 'a.txt': 'a\n'})
  const b = await open(sandbox, rest, 'b', {'README.md': 'from b\n'})
  await rest.pulls.merge(pr(a.number))
  expect(await settled(rest, b.number)).toMatchObject({mergeable: false, mergeable_state: 'dirty'})
  expect(await refusal(rest.pulls.merge(pr(b.number)))).toMatchObject({status: 405, message: 'Pull Request is not mergeable'})
  const {tree} = (await rest.git.getTree({...at, tree_sha: 'main', recursive: '1'})).data
  expect(tree.map((t) => t.path)).toEqual(['README.md', 'a.txt'])
})

test.each(
  [['merge', 2, 3], ['squash', 1, 1], ['rebase', 1, 2]] as const
)('%s makes the history it promises', async (method, parents, added) => {
  const {sandbox, rest} = await start()
  const {number} = await open(sandbox, rest, 'f', {a: '1'})
  await sandbox.commit(name, {branch: 'f', files: {b: '2'}, message: 'second'})
  await sandbox.commit(name, {branch: 'main', files: {c: '3'}})
  const before = await main(sandbox)
  const {data} = await rest.pulls.merge({...pr(number), merge_method: method})
  expect(data).toMatchObject({merged: true, sha: await main(sandbox)})
  expect((await rest.git.getCommit({...at, commit_sha: data.sha})).data.parents).toHaveLength(parents)
  const {total_commits: total, files} = (await rest.repos.compareCommitsWithBasehead({...at, basehead: `${before}...main`})).data
  expect([total, files?.map((f) => f.filename)]).toEqual([added, ['a', 'b']])
  expect((await rest.pulls.get(pr(number))).data).toMatchObject(
    {merged: true, state: 'closed', merge_commit_sha: data.sha, changed_files: 2, commits: 2}
  )
  expect((await rest.issues.get({...at, issue_number: number})).data.pull_request?.merged_at).toBeTruthy()
})

describe('merge is refused', () => {
  test('with 409 when the head moved', async () => {
    const {sandbox, rest} = await start()
    const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
    await sandbox.commit(name, {branch: 'f', files: {a: '2'}})
    expect(await status(rest.pulls.merge({...pr(number), sha}))).toBe(409)
    expect(await status(rest.pulls.merge({...pr(number), sha: (await rest.pulls.get(pr(number))).data.head.sha}))).toBe('ok')
    expect(await status(rest.pulls.merge(pr(number)))).toBe(405)
  })
  test('with 405 for a draft', async () => {
    const {sandbox, rest} = await start()
    const {number} = await open(sandbox, rest, 'f', {a: '1'}, {draft: true})
    expect(await refusal(rest.pulls.merge(pr(number)))).toMatchObject({status: 405, message: /draft/})
    expect(await settled(rest, number)).toMatchObject({mergeable_state: 'draft'})
  })
  test('with 405 until required checks are green on the head', async () => {
    const {sandbox, rest} = await start()
    sandbox.setRequiredChecks(name, 'main', ['ci', 'lint'])
    const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
    expect(await refusal(rest.pulls.merge(pr(number)))).toMatchObject({status: 405, message: '2 of 2 required status checks are expected.'})
    await rest.checks.create({...at, name: 'ci', head_sha: sha, conclusion: 'success'})
    await rest.repos.createCommitStatus({...at, sha, state: 'pending', context: 'lint'})
    expect(await refusal(rest.pulls.merge(pr(number)))).toMatchObject({status: 405, message: 'Required status check "lint" is expected.'})
    expect(await settled(rest, number)).toMatchObject({mergeable: true, mergeable_state: 'blocked'})
    await rest.repos.createCommitStatus({...at, sha, state: 'success', context: 'lint'})
    expect(await status(rest.pulls.merge(pr(number)))).toBe('ok')
  })
  test('to who may not write', async () => {
    const {sandbox, rest, as} = await start()
    sandbox.addUser({login: 'reader', token: 'reads', permission: {[name]: 'triage'}})
    const {number} = await open(sandbox, rest, 'f', {a: '1'})
    expect(await status(as('reads').pulls.merge(pr(number)))).toBe(403)
  })
})

test('a failing check that is not required makes the state unstable, not blocked', async () => {
  const {sandbox, rest} = await start()
  const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
  await rest.checks.create({...at, name: 'ci', head_sha: sha, conclusion: 'failure'})
  expect(await settled(rest, number)).toMatchObject({mergeable: true, mergeable_state: 'unstable'})
  expect((await rest.repos.getCombinedStatusForRef({...at, ref: 'f'})).data.state).toBe('pending')
})

test('runs of one name from two workflows stand side by side, in two suites; one that is posted again replaces its own only', async () => {
  const {sandbox, rest} = await start()
  sandbox.setRequiredChecks(name, 'main', ['ci'])
  const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
  const runs = async (): Promise<unknown[]> => (await rest.checks.listForRef({...at, ref: 'f'})).data.check_runs.map((run) => run.conclusion)
  await rest.checks.create({...at, name: 'ci', head_sha: sha, conclusion: 'failure'})
  sandbox.setWorkflow(name, 1)
  await rest.checks.create({...at, name: 'ci', head_sha: sha, conclusion: 'success'})
  expect(await runs()).toEqual(['success', 'failure'])
  expect((await rest.checks.listSuitesForRef({...at, ref: 'f'})).data.check_suites.map((suite) => suite.conclusion)).toEqual(['failure', 'success'])
  expect(await status(rest.pulls.merge(pr(number)))).toBe(405)
  sandbox.setWorkflow(name, 0)
  await rest.checks.create({...at, name: 'ci', head_sha: sha, conclusion: 'success'})
  expect(await runs()).toEqual(['success', 'success'])
  expect(await status(rest.pulls.merge(pr(number)))).toBe('ok')
})

test.each([
  ['Closes #1, fixes #2 and resolved: acme/app#3', 'main', ['closed', 'closed', 'closed']],
  ['Closes other/repo#1, mentions #2, encloses #3', 'main', ['open', 'open', 'open']],
  ['Closes #1', 'side', ['open', 'open', 'open']],
])('"%s" merged into %s', async (body, base, states) => {
  const {sandbox, rest} = await start()
  for (const title of ['a', 'b', 'c']) sandbox.seedIssue(name, {title})
  await rest.git.createRef({...at, ref: 'refs/heads/side', sha: await main(sandbox)})
  const {number} = await open(sandbox, rest, 'f', {a: '1'}, {body, base})
  await rest.pulls.merge(pr(number))
  const issues = await Promise.all([1, 2, 3].map(async (issue_number) => (await rest.issues.get({...at, issue_number})).data))
  expect(issues.map((i) => i.state)).toEqual(states)
  expect(issues.every((i) => i.state === 'open' || i.state_reason === 'completed')).toBe(true)
})

test('update-branch merges base into head, and says when it cannot', async () => {
  const {sandbox, rest} = await start()
  const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
  expect(await refusal(rest.pulls.updateBranch(pr(number)))).toMatchObject({status: 422, message: /no new commits/})
  await sandbox.commit(name, {branch: 'main', files: {b: '2'}})
  expect(await status(rest.pulls.updateBranch({...pr(number), expected_head_sha: '0'.repeat(40)}))).toBe(422)
  expect((await rest.pulls.updateBranch({...pr(number), expected_head_sha: sha})).status).toBe(202)
  expect((await rest.repos.compareCommitsWithBasehead({...at, basehead: 'main...f'})).data.behind_by).toBe(0)
  await sandbox.commit(name, {branch: 'main', files: {a: 'other'}})
  expect(await refusal(rest.pulls.updateBranch(pr(number)))).toMatchObject({status: 422, message: /merge conflict/})
})

test('the diff media type answers the patch', async () => {
  const {sandbox, rest} = await start()
  const {number} = await open(sandbox, rest, 'f', {'a.txt': 'one\n'})
  const {data} = await rest.pulls.get({...pr(number), mediaType: {format: 'diff'}})
  expect(data as unknown as string).toMatch(/^diff --git a\/a.txt b\/a.txt[^]*\+one\n$/)
})

test('listeners hear pushes and pull requests, and may attach checks before the answer', async () => {
  const {sandbox, rest} = await start()
  const heard: string[] = []
  sandbox.on('pull_request', async (e) => {
    heard.push(`${e.action} #${e.number}`)
    if (e.action === 'opened' || e.action === 'synchronize') {
      await rest.checks.create({...at, name: 'ci', head_sha: e.headSha, conclusion: 'success'})
    }
  })
  sandbox.on('push', (e) => heard.push(`push ${e.ref}`))
  const {number, sha} = await open(sandbox, rest, 'f', {a: '1'})
  const second = await sandbox.commit(name, {branch: 'f', files: {a: '2'}})
  await rest.pulls.merge(pr(number))
  expect(heard).toEqual(['push refs/heads/f', 'opened #1', 'push refs/heads/f', 'synchronize #1', 'push refs/heads/main', 'closed #1'])
  for (const ref of [sha, second]) expect((await rest.checks.listForRef({...at, ref})).data.total_count).toBe(1)
})
