import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createSandbox, type Sandbox} from '../../src/lib/sandbox/index.js'
import {ROUTES} from '../../src/lib/sandbox/server.js'
import {createContract, validatingFetch} from '../support/openapi.js'
import {at, client, name, type Rest, start} from './support.js'

const spec = createContract()
const shape = (method: string, template: string): string => `${method} ${template.replace(/\{\w+\}/g, '{}')}`

test('the sandbox has a route for every operation of the document and no other', () => {
  const routes = ROUTES.filter((r) => r.template !== '/').map((r) => shape(r.method, r.template)).sort()
  expect(routes).toEqual(spec.operations.map((o) => shape(o.method, o.template)).sort())
})

/** Everything made on the way that later steps need. */
interface Made {rest: Rest; sandbox: Sandbox; sha: string; base: string; child: number; comment: number; run: number; tree: string}
type Step = [operation: string, call: (m: Made) => Promise<unknown>]
const PR = {...at, pull_number: 4}
const ISSUE = {...at, issue_number: 1}

const STEPS: Step[] = [
  ['users/get-authenticated', ({rest}) => rest.users.getAuthenticated()],
  ['rate-limit/get', ({rest}) => rest.rateLimit.get()],
  ['repos/get', ({rest}) => rest.repos.get(at)],
  ['issues/create', ({rest}) => rest.issues.create({...at, title: 'parent', body: 'b', labels: ['bug'], assignees: ['helper']})],
  ['issues/create', async (m) => { m.child = (await m.rest.issues.create({...at, title: 'child', body: 'of #1'})).data.id }],
  ['issues/create', ({rest}) => rest.issues.create({...at, title: 'third'})],
  ['issues/get', ({rest}) => rest.issues.get(ISSUE)],
  ['issues/update', ({rest}) => rest.issues.update({...ISSUE, title: 'renamed', state: 'closed', state_reason: 'not_planned'})],
  ['issues/update', ({rest}) => rest.issues.update({...ISSUE, state: 'open', labels: ['bug', 'ui']})],
  [
    'issues/list-for-repo',
    ({rest}) => rest.issues.listForRepo({...at, labels: 'BUG', state: 'all', per_page: 1, sort: 'updated', direction: 'asc'})
  ],
  ['issues/list-labels-on-issue', ({rest}) => rest.issues.listLabelsOnIssue(ISSUE)],
  ['issues/add-labels', ({rest}) => rest.issues.addLabels({...ISSUE, labels: ['new']})],
  ['issues/remove-label', ({rest}) => rest.issues.removeLabel({...ISSUE, name: 'new'})],
  ['issues/set-labels', ({rest}) => rest.issues.setLabels({...ISSUE, labels: ['a', 'b']})],
  ['issues/set-labels', ({rest}) => rest.issues.setLabels({...ISSUE, labels: []})],
  ['issues/remove-all-labels', ({rest}) => rest.issues.removeAllLabels(ISSUE)],
  ['issues/create-label', ({rest}) => rest.issues.createLabel({...at, name: 'area: core', color: 'ff0000', description: 'd'})],
  ['issues/get-label', ({rest}) => rest.issues.getLabel({...at, name: 'Area: Core'})],
  ['issues/update-label', ({rest}) => rest.issues.updateLabel({...at, name: 'area: core', new_name: 'area/core'})],
  ['issues/list-labels-for-repo', ({rest}) => rest.issues.listLabelsForRepo(at)],
  ['issues/delete-label', ({rest}) => rest.issues.deleteLabel({...at, name: 'area/core'})],
  ['issues/create-comment', async (m) => { m.comment = (await m.rest.issues.createComment({...ISSUE, body: 'hello #2'})).data.id }],
  ['issues/get-comment', ({rest, comment}) => rest.issues.getComment({...at, comment_id: comment})],
  ['issues/update-comment', ({rest, comment}) => rest.issues.updateComment({...at, comment_id: comment, body: 'edited'})],
  ['issues/list-comments', ({rest}) => rest.issues.listComments({...ISSUE, since: '2020-01-01T00:00:00Z'})],
  ['issues/list-comments-for-repo', ({rest}) => rest.issues.listCommentsForRepo({...at, sort: 'updated', direction: 'desc'})],
  ['issues/add-assignees', ({rest}) => rest.issues.addAssignees({...ISSUE, assignees: ['helper', 'nobody']})],
  ['issues/remove-assignees', ({rest}) => rest.issues.removeAssignees({...ISSUE, assignees: ['helper']})],
  ['issues/list-assignees', ({rest}) => rest.issues.listAssignees(at)],
  ['issues/add-sub-issue', ({rest, child}) => rest.issues.addSubIssue({...ISSUE, sub_issue_id: child})],
  [
    'issues/add-sub-issue',
    ({rest, sandbox}) => rest.issues.addSubIssue({...ISSUE, sub_issue_id: sandbox.state().repos[name]!.issues[3]!.id})
  ],
  ['issues/list-sub-issues', ({rest}) => rest.issues.listSubIssues(ISSUE)],
  ['issues/reprioritize-sub-issue', ({rest, child, sandbox}) =>
    rest.issues.reprioritizeSubIssue({...ISSUE, sub_issue_id: child, after_id: sandbox.state().repos[name]!.issues[3]!.id})],
  ['issues/get-parent', ({rest}) => rest.issues.getParent({...at, issue_number: 2})],
  ['issues/remove-sub-issue', ({rest, child}) => rest.issues.removeSubIssue({...ISSUE, sub_issue_id: child})],
  ['issues/add-blocked-by-dependency', ({rest, child}) => rest.issues.addBlockedByDependency({...ISSUE, issue_id: child})],
  ['issues/list-dependencies-blocked-by', ({rest}) => rest.issues.listDependenciesBlockedBy(ISSUE)],
  ['issues/list-dependencies-blocking', ({rest}) => rest.issues.listDependenciesBlocking({...at, issue_number: 2})],
  ['issues/list-events', ({rest}) => rest.issues.listEvents({...ISSUE, per_page: 100})],
  ['issues/list-events-for-repo', ({rest}) => rest.issues.listEventsForRepo({...at, per_page: 100})],
  ['issues/remove-dependency-blocked-by', ({rest, child}) => rest.issues.removeDependencyBlockedBy({...ISSUE, issue_id: child})],
  ['search/issues-and-pull-requests', ({rest}) => rest.search.issuesAndPullRequests({q: `repo:${name} is:issue "of #1" in:body`})],
  ['git/create-blob', ({rest}) => rest.git.createBlob({...at, content: 'aGk=', encoding: 'base64'})],
  ['git/create-tree', async (m) => {
    const tree = [{path: 'src/a.txt', mode: '100644' as const, type: 'blob' as const, content: 'one\n'}]
    m.tree = (await m.rest.git.createTree({...at, base_tree: m.base, tree})).data.sha
  }],
  ['git/get-tree', ({rest, tree}) => rest.git.getTree({...at, tree_sha: tree, recursive: '1'})],
  [
    'git/create-commit',
    async (m) => { m.sha = (await m.rest.git.createCommit({...at, message: 'work', tree: m.tree, parents: [m.base]})).data.sha }
  ],
  ['git/get-commit', ({rest, sha}) => rest.git.getCommit({...at, commit_sha: sha})],
  ['git/create-ref', ({rest, sha}) => rest.git.createRef({...at, ref: 'refs/heads/feature/one', sha})],
  ['git/get-ref', ({rest}) => rest.git.getRef({...at, ref: 'heads/feature/one'})],
  ['git/list-matching-refs', ({rest}) => rest.git.listMatchingRefs({...at, ref: 'heads/feature'})],
  ['repos/list-branches', ({rest}) => rest.repos.listBranches(at)],
  ['repos/get-branch', ({rest}) => rest.repos.getBranch({...at, branch: 'feature/one'})],
  ['repos/get-commit', ({rest}) => rest.repos.getCommit({...at, ref: 'feature/one'})],
  ['repos/compare-commits-with-basehead', ({rest}) => rest.repos.compareCommitsWithBasehead({...at, basehead: 'main...feature/one'})],
  ['repos/get-content', ({rest}) => rest.repos.getContent({...at, path: 'README.md'})],
  ['pulls/create', ({rest}) => rest.pulls.create({...at, title: 'pr', head: 'feature/one', base: 'main', body: 'Closes #2'})],
  ['pulls/get', ({rest}) => rest.pulls.get(PR)],
  ['pulls/get', ({rest}) => rest.pulls.get({...PR, mediaType: {format: 'diff'}})],
  ['pulls/list', ({rest}) => rest.pulls.list({...at, head: 'acme:feature/one', state: 'open'})],
  ['pulls/update', ({rest}) => rest.pulls.update({...PR, title: 'better'})],
  ['pulls/list-files', ({rest}) => rest.pulls.listFiles(PR)],
  ['pulls/list-commits', ({rest}) => rest.pulls.listCommits(PR)],
  ['pulls/request-reviewers', ({rest}) => rest.pulls.requestReviewers({...PR, reviewers: ['helper']})],
  ['pulls/create-review', ({rest}) => rest.pulls.createReview({...PR, event: 'COMMENT', body: 'looks fine'})],
  ['pulls/list-reviews', ({rest}) => rest.pulls.listReviews(PR)],
  ['issues/list-events-for-timeline', ({rest}) => rest.issues.listEventsForTimeline({...at, issue_number: 4})],
  ['issues/list-events-for-timeline', ({rest}) => rest.issues.listEventsForTimeline({...ISSUE, per_page: 100})],
  [
    'repos/list-pull-requests-associated-with-commit',
    ({rest, sha}) => rest.repos.listPullRequestsAssociatedWithCommit({...at, commit_sha: sha})
  ],
  [
    'checks/create',
    async (m) => { m.run = (await m.rest.checks.create({...at, name: 'ci', head_sha: m.sha, status: 'in_progress'})).data.id }
  ],
  [
    'checks/update',
    ({rest, run}) => rest.checks.update(
      {...at, check_run_id: run, conclusion: 'success', status: 'completed', output: {title: 't', summary: 's'}}
    )
  ],
  ['checks/list-for-ref', ({rest, sha}) => rest.checks.listForRef({...at, ref: sha})],
  ['checks/list-suites-for-ref', ({rest, sha}) => rest.checks.listSuitesForRef({...at, ref: sha})],
  ['repos/create-commit-status', ({rest, sha}) => rest.repos.createCommitStatus({...at, sha, state: 'success', context: 'lint'})],
  ['repos/get-combined-status-for-ref', ({rest, sha}) => rest.repos.getCombinedStatusForRef({...at, ref: sha})],
  ['repos/list-commit-statuses-for-ref', ({rest, sha}) => rest.repos.listCommitStatusesForRef({...at, ref: sha})],
  [
    'repos/create-or-update-file-contents',
    ({rest}) => rest.repos.createOrUpdateFileContents({...at, path: 'docs/b.md', message: 'docs', content: 'Yg=='})
  ],
  ['pulls/update-branch', ({rest, sha}) => rest.pulls.updateBranch({...PR, expected_head_sha: sha})],
  ['pulls/merge', ({rest}) => rest.pulls.merge({...PR, merge_method: 'squash'})],
  ['pulls/get', ({rest}) => rest.pulls.get(PR)],
  ['issues/get', ({rest}) => rest.issues.get({...at, issue_number: 4})],
  ['git/create-ref', ({rest, base}) => rest.git.createRef({...at, ref: 'refs/pilot/lock', sha: base})],
  ['git/update-ref', ({rest, sha}) => rest.git.updateRef({...at, ref: 'pilot/lock', sha})],
  ['git/delete-ref', ({rest}) => rest.git.deleteRef({...at, ref: 'pilot/lock'})],
  ['repos/get-collaborator-permission-level', ({rest}) => rest.repos.getCollaboratorPermissionLevel({...at, username: 'helper'})],
  ['repos/get-branch-rules', ({rest}) => rest.repos.getBranchRules({...at, branch: 'main'})],
  ['repos/get-status-checks-protection', ({rest}) => rest.repos.getStatusChecksProtection({...at, branch: 'release'})],
  ['repos/create-dispatch-event', ({rest}) => rest.repos.createDispatchEvent({...at, event_type: 'go', client_payload: {a: 1}})],
  ['actions/list-jobs-for-workflow-run', ({rest}) => rest.actions.listJobsForWorkflowRun({...at, run_id: 9})],
  ['issues/delete-comment', ({rest, comment}) => rest.issues.deleteComment({...at, comment_id: comment})],
]

describe('every operation, both directions', () => {
  let made: Made
  let dir = ''
  const seen = new Set<string>()
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const sandbox = createSandbox({dir})
    await sandbox.createRepo({owner: at.owner, name: at.repo})
    sandbox.addUser({login: 'helper', permission: {[name]: 'maintain'}})
    sandbox.setRequiredChecks(name, 'release', ['ci'])
    sandbox.setJobs(name, [{runId: 9, name: 'test', status: 'completed', conclusion: 'failure'}])
    const rest = client(sandbox, sandbox.token, seen)
    made = {
      rest, sandbox, sha: '', base: (await sandbox.snapshot()).refs[name]!['refs/heads/main']!, child: 0, comment: 0, run: 0, tree: ''
    }
  })
  afterAll(() => rm(dir, {recursive: true, force: true}))
  test.each(STEPS)('%s', async (operation, call) => {
    seen.delete(operation)
    await call(made)
    expect(seen).toContain(operation)
  })
  test('none is left out', () => expect([...seen].sort()).toEqual(spec.operations.map((o) => o.id).sort()))
})

describe('the contract bites', () => {
  const ask = async (path: string, init: RequestInit = {}, inner?: typeof fetch): Promise<Response> => {
    const {sandbox} = await start()
    sandbox.seedIssue(name, {title: 'a'})
    return validatingFetch(inner ?? sandbox.fetch)(
      `https://api.github.com${path}`, {headers: {authorization: `Bearer ${sandbox.token}`}, ...init}
    )
  }
  test('on an unknown operation', () => expect(ask(`/repos/${name}/stargazers`)).rejects.toThrow(/unknown operation/))
  test.each([
    ['query parameter', `/repos/${name}/issues?label=bug`, {}, /undocumented query parameter "label"/],
    ['query value', `/repos/${name}/issues?state=merged`, {}, /query "state"/],
    ['body property', `/repos/${name}/issues`, {method: 'POST', body: '{"title":"a","label":["x"]}'}, /undocumented body property "label"/],
    ['body type', `/repos/${name}/issues/1/sub_issues`, {method: 'POST', body: '{"sub_issue_id":"1"}'}, /must be integer/],
    ['missing property', `/repos/${name}/issues`, {method: 'POST', body: '{"body":"x"}'}, /required property 'title'/],
  ])('on an undocumented or wrong %s', (_, path, init, message) => expect(ask(path, init)).rejects.toThrow(message))
  test.each([
    ['a property is missing', 200, {id: 1}, /required property 'node_id'/],
    ['a status is undocumented', 207, {}, /undocumented status 207/],
  ])('on an answer where %s', (_, status, body, message) =>
    expect(ask(`/repos/${name}/issues/1`, {}, () => Promise.resolve(Response.json(body, {status})))).rejects.toThrow(message))
  test('on one broken field among many', async () => {
    const {sandbox} = await start()
    sandbox.seedIssue(name, {title: 'a'})
    const broken: typeof fetch = async (input, init) => {
      const issue = await (await sandbox.fetch(input, init)).json() as object
      return Response.json({...issue, closed_at: 'yesterday'})
    }
    await expect(validatingFetch(broken)(`https://api.github.com/repos/${name}/issues/1`)).rejects.toThrow(/closed_at/)
    await expect(validatingFetch(sandbox.fetch)(`https://api.github.com/repos/${name}/issues/1`)).resolves.toHaveProperty('status', 200)
  })
})

test('API version 2026-03-10 leaves out what GitHub dropped, and only there', async () => {
  const {sandbox, rest} = await start()
  await sandbox.commit(name, {branch: 'f', files: {a: '1'}})
  await rest.pulls.create({...at, title: 'pr', head: 'f', base: 'main'})
  const keys = async (version: string): Promise<string[]> =>
    Object.keys((await rest.pulls.get({...at, pull_number: 1, headers: {'x-github-api-version': version}})).data)
  expect(await keys('2022-11-28')).toEqual(expect.arrayContaining(['merge_commit_sha', 'assignee']))
  expect(await keys('2026-03-10')).not.toEqual(expect.arrayContaining(['merge_commit_sha']))
  await expect(keys('1999-01-01')).rejects.toThrow(/not a valid API version/)
})
