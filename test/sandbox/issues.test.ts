import {describe, expect, test} from 'vitest'
import {at, clock, name, refusal, start, status} from './support.js'

const ISSUE = {...at, issue_number: 1}

describe('issues', () => {
  test('numbers are shared with pull requests, which the issue endpoints show too', async () => {
    const {sandbox, rest} = await start()
    expect(sandbox.seedIssue(name, {title: 'one'})).toBe(1)
    await sandbox.commit(name, {branch: 'f', files: {a: '1'}})
    const pull = (await rest.pulls.create({...at, title: 'two', head: 'f', base: 'main'})).data
    const list = (await rest.issues.listForRepo(at)).data
    expect(pull.number).toBe(2)
    expect(list.map((i) => [i.number, Boolean(i.pull_request)])).toEqual([[2, true], [1, false]])
    expect(list[0]!.id).not.toBe(pull.id)
    expect(list[1]!.id).toBeGreaterThan(1_000_000)
    expect(list[1]!.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })

  test.each([
    ['a missing title', {title: ''}, 'missing_field', 'title'],
    ['a body over 65,536 characters', {title: 'a', body: 'x'.repeat(65_537)}, 'custom', 'body'],
  ])('%s answers 422 with errors[]', async (_, issue, code, field) => {
    const {rest} = await start()
    expect(await refusal(rest.issues.create({...at, ...issue}))).toMatchObject(
      {status: 422, message: 'Validation Failed', errors: [{code, field}]}
    )
  })
  test('a body of 65,536 characters is fine', async () => {
    const {rest} = await start()
    expect((await rest.issues.create({...at, title: 'a', body: 'x'.repeat(65_536)})).status).toBe(201)
  })

  test.each([
    ['not_planned', 'not_planned'], ['duplicate', 'duplicate'], [undefined, 'completed'],
  ] as const)('closing as %s keeps reason, time and person; reopening clears them', async (given, kept) => {
    const {sandbox, rest} = await start()
    sandbox.seedIssue(name, {title: 'a'})
    const closed = (await rest.issues.update({...ISSUE, state: 'closed', ...(given && {state_reason: given})})).data
    expect([closed.state, closed.state_reason, closed.closed_by?.login]).toEqual(['closed', kept, sandbox.login])
    expect(closed.closed_at).not.toBeNull()
    const open = (await rest.issues.update({...ISSUE, state: 'open'})).data
    expect([open.state, open.state_reason, open.closed_at]).toEqual(['open', 'reopened', null])
  })

  test('lists page with Link headers, 100 at most', async () => {
    const {sandbox, rest} = await start()
    for (let i = 0; i < 120; i += 1) sandbox.seedIssue(name, {title: `t${i}`, labels: i < 3 ? ['Few'] : []})
    const page = await rest.issues.listForRepo({...at, per_page: 100})
    expect(page.data).toHaveLength(100)
    expect(page.headers.link).toMatch(/page=2>; rel="next", .*page=2>; rel="last"/)
    expect((await rest.issues.listForRepo({...at, per_page: 500})).data).toHaveLength(100)
  expect((await rest.issues.listForRepo({...at, per_page: 100, page: 2})).data).toHaveLength(20)
    expect((await rest.issues.listForRepo({...at, labels: 'few'})).data.map((i) => i.number)).toEqual([3, 2, 1])
  })

  test('deleted answers 410, transferred redirects to its new place, locked takes no comments from readers', async () => {
    const {sandbox, rest, as} = await start()
    await sandbox.createRepo({owner: 'acme', name: 'other'})
    sandbox.addUser({login: 'reader', token: 'reads'})
    for (const title of ['a', 'b', 'c']) sandbox.seedIssue(name, {title})
    sandbox.deleteIssue(name, 1)
    expect(sandbox.transferIssue(name, 2, 'acme/other')).toBe(1)
    sandbox.lockIssue(name, 3)
    expect(await status(rest.issues.get(ISSUE))).toBe(410)
    expect((await rest.issues.get({...at, issue_number: 2})).data.url).toContain('/acme/other/issues/1')
    expect(
      await refusal(as('reads').issues.createComment({...at, issue_number: 3, body: 'x'}))
    ).toMatchObject({status: 403, message: /locked/})
    expect((await rest.issues.listForRepo(at)).data.map((i) => i.number)).toEqual([3])
  })

  test('a list that trails shows new issues late; reading one by its number shows it at once', async () => {
    const {now, advance} = clock()
    const {sandbox, rest} = await start({now})
    const listed = async (): Promise<number[]> => (await rest.issues.listForRepo({...at, state: 'all'})).data.map((i) => i.number)
    sandbox.setListLag(60_000)
    sandbox.seedIssue(name, {title: 'a'})
    expect([await listed(), (await rest.issues.get(ISSUE)).data.number]).toEqual([[], 1])
    advance(60_000)
    expect(await listed()).toEqual([1])
  })

  test('a token with fewer rights to issues than to the rest: labels are dropped in silence, links and labels refused', async () => {
    const {sandbox, as} = await start()
    sandbox.addUser({login: 'weak', token: 'weak', permission: {[name]: 'write'}, issues: 'read'})
    const weak = as('weak')
    const {data} = await weak.issues.create({...at, title: 'a', labels: ['pilot']})
    expect(data.labels).toEqual([])
    const one = {...at, issue_number: data.number}
    expect([await status(weak.issues.addLabels({...one, labels: ['pilot']})), await status(weak.issues.addSubIssue({...one, sub_issue_id: data.id}))]).toEqual([403, 403])
    await weak.git.createRef({...at, ref: 'refs/heads/mine', sha: sandbox.state().repos[name]!.refs['refs/heads/main']!})
    sandbox.addUser({login: 'weak', issues: 'triage'})
    expect(await status(weak.issues.addLabels({...one, labels: ['pilot']}))).toBe('ok')
  })
})

describe('labels', () => {
  test('compare without case, come into being on use, and are a union', async () => {
    const {sandbox, rest} = await start()
    sandbox.seedIssue(name, {title: 'a', labels: ['Bug']})
    const labels = (await rest.issues.addLabels({...ISSUE, labels: ['bug', 'new']})).data.map((l) => l.name)
    expect(labels).toEqual(['Bug', 'new'])
    expect((await rest.issues.getLabel({...at, name: 'BUG'})).data.name).toBe('Bug')
    expect(await refusal(rest.issues.createLabel({...at, name: 'NEW'}))).toMatchObject(
      {status: 422, errors: [{code: 'already_exists', field: 'name'}]}
    )
    expect((await rest.issues.removeLabel({...ISSUE, name: 'BUG'})).data.map((l) => l.name)).toEqual(['new'])
    expect(await refusal(rest.issues.removeLabel({...ISSUE, name: 'bug'}))).toMatchObject({status: 404, message: 'Label does not exist'})
  })

  test('events and timeline tell who labelled', async () => {
    const {sandbox, rest} = await start()
    sandbox.seedIssue(name, {title: 'a', author: 'stranger', labels: ['ready'], labeledBy: 'maintainer'})
    await rest.issues.addLabels({...ISSUE, labels: ['later']})
    await rest.issues.createComment({...ISSUE, body: 'hi'})
    const events = (await rest.issues.listEvents(ISSUE)).data
    expect(events.map((e) => [e.event, e.actor.login, 'label' in e ? e.label?.name : ''])).toEqual([
      ['labeled', 'maintainer', 'ready'], ['labeled', sandbox.login, 'later'],
    ])
    const rows = (await rest.issues.listEventsForTimeline(ISSUE)).data.map((e) => ('event' in e ? e.event : ''))
    expect(rows).toEqual(['labeled', 'labeled', 'commented'])
  })
})

describe('who may do what', () => {
  test('without triage labels and assignees are dropped in silence on create', async () => {
    const {sandbox, as} = await start()
    sandbox.addUser({login: 'reader', token: 'reads'})
    const issue = (await as('reads').issues.create({...at, title: 'a', labels: ['bug'], assignees: [sandbox.login]})).data
    expect([issue.labels, issue.assignees, issue.author_association]).toEqual([[], [], 'NONE'])
  })

  test.each([
    ['unknown token', 'nope', 401, 'Bad credentials'], ['no token', null, 401, 'Requires authentication'],
    ['a reader', 'reads', 403, /not accessible/],
  ])('%s may not label', async (_, token, code, message) => {
    const {sandbox, as} = await start()
    sandbox.addUser({login: 'reader', token: 'reads'})
    sandbox.seedIssue(name, {title: 'a'})
    expect(await refusal(as(token).issues.addLabels({...ISSUE, labels: ['x']}))).toMatchObject({status: code, message})
  })

  test('a private repository is not there for strangers', async () => {
    const {sandbox, as, rest} = await start({private: true})
    sandbox.addUser({login: 'stranger', token: 's'})
    sandbox.addUser({login: 'friend', token: 'f', permission: {[name]: 'read'}})
    expect(await Promise.all([as('s'), as(null), as('f'), rest].map((r) => status(r.repos.get(at))))).toEqual([404, 404, 'ok', 'ok'])
  })

  test('a bot has no GET /user and authors as a Bot', async () => {
    const {sandbox, as} = await start()
    sandbox.addUser({login: 'actions[bot]', token: 'ghs', permission: {[name]: 'write'}, bot: true})
    expect(await status(as('ghs').users.getAuthenticated())).toBe(403)
    expect((await as('ghs').issues.create({...at, title: 'a'})).data.user).toMatchObject({login: 'actions[bot]', type: 'Bot'})
  })

  test.each([
    ['admin', 'admin'], ['maintain', 'write'], ['write', 'write'], ['triage', 'read'], ['read', 'read'],
  ] as const)('%s is told as %s', async (role, permission) => {
    const {sandbox, rest} = await start()
    sandbox.addUser({login: 'who', permission: {[name]: role}})
    expect((await rest.repos.getCollaboratorPermissionLevel({...at, username: 'who'})).data).toMatchObject({permission, role_name: role})
  })

  test('a seeded association stays, others follow from ownership and permission', async () => {
    const {sandbox, rest} = await start()
    sandbox.seedIssue(name, {title: 'a', author: 'visitor', authorAssociation: 'FIRST_TIMER'})
    sandbox.seedIssue(name, {title: 'b', author: 'acme'})
    sandbox.seedIssue(name, {title: 'c'})
    sandbox.seedIssue(name, {title: 'd', author: 'somebody'})
    const found = (await rest.issues.listForRepo({...at, direction: 'asc'})).data.map((i) => i.author_association)
    expect(found).toEqual(['FIRST_TIMER', 'OWNER', 'COLLABORATOR', 'NONE'])
  })
})
