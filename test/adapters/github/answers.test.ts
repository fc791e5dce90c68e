import {describe, expect, test} from 'vitest'
import {nextPage} from '../../../src/lib/adapters/github/client.js'
import {failing, issueJson, type Json, notFound, open, pullJson, repoJson, type Reply, scripted} from './support.js'

// Answers a real GitHub gives and the sandbox does not.
const issueOf = async (number: number): Promise<Awaited<ReturnType<ReturnType<typeof open>['issues']['get']>>> =>
  open(scripted({[`GET /issues/${number}`]: {body: issueJson(number)}}).fetch).issues.get(number)
const refuse = (status: number, message: string): Reply => ({status, body: {message}})

describe('links', () => {
  const taken = refuse(422, 'An error occurred while adding the sub-issue to the parent issue. Priority has already been taken')
  const list = 'GET /issues/1/sub_issues?per_page=100'
  test('a collision is tried again after a while', async () => {
    const fake = scripted({'POST /issues/1/sub_issues': [taken, taken, {status: 201, body: issueJson(1)}], [list]: {body: []}})
    const github = open(fake.fetch)
    expect(await github.relations.link(1, await issueOf(2))).toBe(true)
    expect(github.clock.slept).toEqual([250, 1000])
    expect(fake.sent[0]?.body).toEqual({sub_issue_id: 9002})
  })
  test('a collision that was a success after all', async () => {
    const fake = scripted({'POST /issues/1/sub_issues': [taken], [list]: {body: [issueJson(2)]}})
    expect(await open(fake.fetch).relations.link(1, await issueOf(2))).toBe(true)
  })
  test('not for ever', async () => {
    const fake = scripted({'POST /issues/1/sub_issues': () => taken, [list]: {body: []}, 'GET /issues/2/parent': notFound,
      'GET /issues/2': {body: issueJson(2)}})
    expect(await failing(open(fake.fetch).relations.link(1, await issueOf(2)))).toMatchObject({code: 'GITHUB_REJECTED'})
    expect(fake.sent.filter(({method}) => method === 'POST')).toHaveLength(4)
  })
  test('one after the other, even after a failure', async () => {
    let running = 0
    let most = 0
    const slow: typeof fetch = async (_, init) => {
      most = Math.max(most, running += 1)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
      return init?.method === 'POST' ? Response.json({}, {status: 201}) : Response.json([])
    }
    const {relations} = open(slow)
    const child = await issueOf(2)
    await Promise.all([1, 2, 3].map((parent) => relations.link(parent, child)))
    expect(most).toBe(1)
  })
  test('GitHub\'s own words for a 404 are kept', async () => {
    const fake = scripted({'POST /issues/1/sub_issues': refuse(404, 'The provided sub-issue does not exist'), [list]: {body: []},
      'GET /issues/2/parent': notFound, 'GET /issues/2': {body: issueJson(2)}, 'GET /issues/1': {body: issueJson(1)},
      'GET ': {body: repoJson}})
    const error = await failing(open(fake.fetch).relations.link(1, await issueOf(2)))
    expect(error).toMatchObject({code: 'GITHUB_REJECTED'})
    expect(error.message).toMatch(/sub-issue does not exist/)
  })
  test('what a server could once, it can', async () => {
    const list5 = 'GET /issues/5/sub_issues?per_page=100'
    const fake = scripted({'GET /issues/5': {body: issueJson(5)}, [list5]: [{body: []}, notFound], 'GET ': {body: repoJson}})
    const {issues, relations} = open(fake.fetch)
    await issues.get(5)
    expect(await relations.children(5)).toEqual([])
    expect(await failing(relations.children(5))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
  })
  test('a second page of children', async () => {
    const page = (from: number, count: number): Json[] => Array.from({length: count}, (_, i) => issueJson(from + i))
    const fake = scripted({[list]: {body: page(10, 100)}, 'GET /issues/1/sub_issues?page=2&per_page=100': {body: page(110, 3)}})
    expect(await open(fake.fetch).relations.children(1)).toHaveLength(103)
  })
})

describe('merge', () => {
  const sha = 'a'.repeat(40)
  const PUT = 'PUT /pulls/7/merge'
  const merge = (script: Parameters<typeof scripted>[0]): Promise<unknown> =>
    open(scripted(script).fetch).pulls.merge(7, {sha, method: 'squash'})
  test.each<[string, string, Json, number]>([
    ['Required status check "build" is expected.', 'CHECKS_PENDING', {}, 8],
    ['Required status check "build" is failing.', 'CHECKS_RED', {}, 1],
    ['2 of 3 required status checks are expected.', 'CHECKS_PENDING', {}, 8],
    ['At least 1 approving review is required by reviewers with write access.', 'NEEDS_HUMAN', {}, 5],
    ['Repository rule violations found', 'NEEDS_HUMAN', {}, 5],
    ['Required status check "is a draft" is expected.', 'CHECKS_PENDING', {}, 8],
    ['Squash merges are not allowed on this repository.', 'INVALID_CONFIG', {}, 3],
    ['Merge commits are not allowed on this repository.', 'INVALID_CONFIG', {}, 3],
    ['Rebase merges are not allowed on this repository.', 'INVALID_CONFIG', {}, 3],
    ['Repository rule violations found\n\nThis branch must not contain merge commits.', 'INVALID_CONFIG', {}, 3],
    ['Pull Request is still a draft', 'NEEDS_HUMAN', {}, 5],
    ['Changes must be made through the merge queue', 'WAITING', {}, 8],
    ['Repository rule violations found\n\nChanges must be made through the merge queue', 'WAITING', {}, 8],
    ['A conversation must be resolved before this pull request can be merged.', 'NEEDS_HUMAN', {}, 5],
    ['Commits must have verified signatures.', 'NEEDS_HUMAN', {mergeable: null}, 5],
    ['Cannot change this locked branch', 'NEEDS_HUMAN', {}, 5],
    ['You’re not authorized to push to this branch.', 'NEEDS_HUMAN', {}, 5],
    ['Waiting on code owner review from acme/core', 'NEEDS_HUMAN', {}, 5],
    ['Pull Request is not mergeable', 'NEEDS_HUMAN', {}, 5],
    ['Pull Request is not mergeable', 'MERGE_CONFLICT', {mergeable: false}, 5],
    ['Pull Request is not mergeable', 'GITHUB_REJECTED', {state: 'closed'}, 1],
    ['Pull Request is not mergeable', 'HEAD_MOVED', {state: 'closed', merged: true, head: {ref: 'x', sha: 'c'.repeat(40)}}, 5],
  ])('405 %s is %s', async (message, code, over, exit) => {
    const error = await failing(merge({[PUT]: [refuse(405, message)], 'GET /pulls/7': {body: pullJson(7, over)}}))
    expect(error).toMatchObject({code, exit})
  })
  test.each<[string, string[]]>([
    ['Squash merges are not allowed on this repository.', ['set land.method to merge or rebase in .pilot/config.yaml', 'pilot land 7']],
    ['Pull Request is still a draft', ['gh pr ready 7', 'pilot land 7']],
    ['Changes must be made through the merge queue', ['gh pr merge 7']],
    ['Commits must have verified signatures.', ['gh pr view 7 --web']],
  ])('405 %s: what to type, and what GitHub said', async (words, next) => {
    const error = await failing(merge({[PUT]: [refuse(405, words)], 'GET /pulls/7': {body: pullJson(7)}}))
    expect(error.suggestions).toEqual(next)
    expect(error.message).toContain(words)
  })
  test('405 because the base moved meanwhile is tried again', async () => {
    const again = refuse(405, 'Base branch was modified. Review and try the merge again.')
    expect(await merge({[PUT]: [again, {body: {sha: 'm', merged: true}}], 'GET /pulls/7': {body: pullJson(7)}})).toEqual({sha: 'm'})
    expect(await failing(merge({[PUT]: () => again, 'GET /pulls/7': {body: pullJson(7)}}))).toMatchObject({code: 'WAITING', suggestions: ['pilot land 7']})
  })
  test('405 while GitHub works out whether there is a conflict is tried again, and is no conflict until it says so', async () => {
    const unknown = {body: pullJson(7, {mergeable: null})}
    const script = (known: Json): Parameters<typeof scripted>[0] =>
      ({[PUT]: () => refuse(405, 'Pull Request is not mergeable'), 'GET /pulls/7': [unknown, {body: pullJson(7, known)}]})
    expect(await failing(merge(script({mergeable: false})))).toMatchObject({code: 'MERGE_CONFLICT'})
    expect(await failing(merge({...script({}), 'GET /pulls/7': unknown}))).toMatchObject({code: 'WAITING', exit: 8, suggestions: ['pilot land 7']})
  })
  test('409 names both heads, also while the pull request still shows the old one', async () => {
    const script = (head: string): Parameters<typeof scripted>[0] =>
      ({[PUT]: [refuse(409, 'Head branch was modified.')], 'GET /pulls/7': {body: pullJson(7, {head: {ref: 'x', sha: head}})}})
    const error = await failing(merge(script('c'.repeat(40))))
    expect(error.message).toBe(`The head of pull request #7 is ${'c'.repeat(40)}, not ${sha}.`)
    expect(await failing(merge(script(sha)))).toMatchObject({code: 'HEAD_MOVED'})
  })
  test('sends the sha and the method', async () => {
    const fake = scripted({[PUT]: {body: {sha: 'm', merged: true}}})
    await open(fake.fetch).pulls.merge(7, {sha, method: 'rebase'})
    expect(fake.sent[0]?.body).toEqual({sha, merge_method: 'rebase'})
  })
})

test('ofBranch leaves out forks and look-alikes', async () => {
  const head = (repo: string | null, ref = 'b'): Json => ({ref, sha: 'a', repo: repo === null ? null : {full_name: repo}})
  const fake = scripted({'GET /pulls?head=o%3Ab&state=all&sort=created&direction=desc&per_page=100': {body: [
    pullJson(5, {head: head('O/R')}), pullJson(4, {head: head('o/fork')}), pullJson(3, {head: head(null)}),
      pullJson(2, {head: head('o/r', 'B')}), pullJson(1, {head: head('o/r')}),
  ]}})
  expect((await open(fake.fetch).pulls.ofBranch('b')).map(({number}) => number)).toEqual([5, 1])
})
test('openBranches is one request and leaves out forks', async () => {
  const own = pullJson(1, {head: {ref: 'mine', sha: 'a', repo: {full_name: 'o/r'}}})
  const fork = pullJson(2, {head: {ref: 'theirs', sha: 'a', repo: {full_name: 'x/r'}}})
  const fake = scripted({'GET /pulls?state=open&per_page=100': {body: [own, fork]}})
  expect(await open(fake.fetch).pulls.openBranches()).toEqual(new Set(['mine']))
})

describe('required checks', () => {
  const PROTECTION = 'GET /branches/main/protection/required_status_checks'
  const RULES = 'GET /rules/branches/main?per_page=100'
  const rules: Reply = {body: [{type: 'deletion'}, {type: 'required_status_checks',
    parameters: {required_status_checks: [{context: 'lint'}, {context: 'build'}]}}]}
  const summary: Reply = {body: {name: 'main', protected: true,
    protection: {enabled: true, required_status_checks: {contexts: ['build'], checks: [{context: 'test'}]}}}}
  test.each<[string, Parameters<typeof scripted>[0], string[]]>([
    ['both sources', {[PROTECTION]: {body: {contexts: ['build'], checks: [{context: 'build'}]}}, [RULES]: rules}, ['build', 'lint']],
    ['rules only', {[PROTECTION]: refuse(404, 'Branch not protected'), [RULES]: rules}, ['lint', 'build']],
    ['protection without checks', {[PROTECTION]: refuse(404, 'Required status checks not enabled'), [RULES]: {body: []}}, []],
    ['no right to read protection', {[PROTECTION]: refuse(403, 'Resource not accessible by integration'), 'GET /branches/main': summary,
      [RULES]: {body: []}}, ['build', 'test']],
    ['the same, veiled', {[PROTECTION]: notFound, 'GET /branches/main': summary, [RULES]: {body: []}}, ['build', 'test']],
    ['neither protection nor branch', {[PROTECTION]: notFound, 'GET /branches/main': notFound, [RULES]: rules}, ['lint', 'build']],
    ['a server without rulesets', {[PROTECTION]: refuse(404, 'Branch not protected'), [RULES]: notFound}, []],
  ])('%s', async (_, script, wanted) => expect(await open(scripted(script).fetch).checks.required('main')).toEqual(wanted))
})

describe('people', () => {
  test('an Actions token may not ask who it is', async () => {
    expect(await open(scripted({'GET //user': refuse(403, 'Resource not accessible by integration')}).fetch).people.self()).toBeNull()
  })
  test('a limit is not taken for that', async () => {
    const github = open(scripted({'GET //user': refuse(403, 'API rate limit exceeded for user ID 1.')}).fetch, {maxWaitMs: 0})
    expect(await failing(github.people.self())).toMatchObject({code: 'RATE_LIMITED'})
  })
  test.each([
    [{permission: 'write', role_name: 'maintain'}, 'maintain'], [{permission: 'read', role_name: 'triage'}, 'triage'],
    [{permission: 'write', role_name: 'release manager'}, 'write'], [{permission: 'admin'}, 'admin'], [{permission: 'odd'}, 'none'],
  ])('%j is %s', async (body, wanted) => {
    expect(await open(scripted({'GET /collaborators/a%5Bbot%5D/permission': {body}}).fetch).people.permission('a[bot]')).toBe(wanted)
  })
  test('the newest labelling on any page counts, and a ghost is nobody', async () => {
    const event = (actor: string | null, name: string, kind = 'labeled'): Json =>
      ({event: kind, actor: actor === null ? null : {login: actor}, label: {name}})
    const next = '<http://127.0.0.1/repos/o/r/issues/5/events?per_page=100&page=2>; rel="next", <http://x/>; rel="last"'
    const pages = (last: Json[]): typeof fetch => scripted({
      'GET /issues/5/events?per_page=100': {body: [event('ann', 'Pilot'), {event: 'closed', actor: {login: 'z'}}], headers: {link: next}},
      'GET /issues/5/events?per_page=100&page=2': {body: last},
    }).fetch
    expect(await open(pages([event('bob', 'PILOT'), event('cat', 'other'), event('dan', 'pilot', 'unlabeled')])).people.labelledBy(5,
      'pilot')).toBe('bob')
    expect(await open(pages([event(null, 'pilot')])).people.labelledBy(5, 'pilot')).toBeNull()
  })
})

test('a label that stays although GitHub answers 404 is a missing right', async () => {
  const fake = scripted({'DELETE /issues/5/labels/x': notFound, 'GET /issues/5': {body: issueJson(5, {labels: [{name: 'X'}]})},
    'GET ': {body: repoJson}})
  expect(await failing(open(fake.fetch).issues.removeLabel(5, 'x'))).toMatchObject({code: 'FORBIDDEN'})
})

test('a branch that may not be deleted is not called gone', async () => {
  const fake = scripted({'DELETE /git/refs/heads%2Fb': refuse(422, 'Cannot delete this branch'),
    'GET /git/ref/heads%2Fb': {body: {object: {sha: 'x'}}}})
  expect((await failing(open(fake.fetch).pulls.deleteBranch('b'))).message).toMatch(/branch b .*Cannot delete this branch/)
})

test('an empty repository has no default commit', async () => {
  const fake = scripted({'GET ': {body: repoJson}, 'GET /git/ref/heads%2Fmain': refuse(409, 'Git Repository is empty.')})
  expect(await failing(open(fake.fetch).repository.defaultBranch())).toMatchObject({code: 'GITHUB_REJECTED',
    message: 'o/r has no commit on its default branch main yet.'})
})

test.each([
  [undefined, null], ['<https://api.github.com/x?page=1>; rel="prev"', null],
  ['<https://api.github.com/repositories/1/issues?per_page=100&after=Y3Vy%3D&page=2>; rel="next"',
    {per_page: '100', after: 'Y3Vy=', page: '2'}],
])('the page after %s', (link, wanted) => expect(nextPage(link)).toEqual(wanted))

test('pages of a long list are not kept in memory', async () => {
  const fake = scripted({'GET /pulls?state=open&per_page=100': {body: [], headers: {etag: '"1"', link: '<http://x/?page=1>; rel="prev"'}}})
  const {pulls} = open(fake.fetch)
  await pulls.openBranches()
  await pulls.openBranches()
  expect(fake.sent.map(({headers}) => headers.get('if-none-match'))).toEqual([null, null])
})
test('the memory for unchanged answers is small', async () => {
  const fake = scripted(Object.fromEntries(Array.from({length: 40},
    (_, n) => [`GET /issues/${n + 1}`, {body: issueJson(n + 1), headers: {etag: `"${n}"`}}])))
  const {issues} = open(fake.fetch)
  for (let n = 1; n <= 40; n += 1) await issues.get(n)
  await issues.get(40)
  await issues.get(1)
  expect(fake.sent.slice(-2).map(({headers}) => headers.get('if-none-match'))).toEqual(['"39"', null])
})
