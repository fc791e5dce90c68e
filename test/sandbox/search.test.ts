import {expect, test} from 'vitest'
import {parseQuery, words} from '../../src/lib/sandbox/routes/search.js'
import {at, clock, name, refusal, type Rest, start} from './support.js'

const numbers = async (rest: Rest, q: string): Promise<number[]> =>
  (await rest.search.issuesAndPullRequests({q: `repo:${name} ${q}`, sort: 'created', order: 'asc'})).data.items.map((i) => i.number)

test.each([
  ['"Parent: GH-1"', [1, 3]], ['"parent gh 1" in:body', [1, 3]], ['"Parent: GH-10"', [2]], ['GH-1 is:pr', [5]], ['is:issue is:closed', [3]],
  ['state:open label:BUG', [1]], ['label:"two words"', [2]], ['-label:bug is:issue', [2, 3, 4]], ['Parent in:title', [4]],
  ['author:visitor', [4]],
  ['"1 Parent"', []], ['nothing', []],
])('%s finds %j', async (q, found) => {
  const {sandbox, rest} = await start()
  sandbox.seedIssue(name, {title: 'a', body: 'Parent: GH-1', labels: ['bug']})
  sandbox.seedIssue(name, {title: 'b', body: 'Parent: GH-10', labels: ['two words']})
  sandbox.seedIssue(name, {title: 'c', body: 'x\n<!-- parent: gh-1 -->', state: 'closed'})
  sandbox.seedIssue(name, {title: 'Parent', author: 'visitor'})
  await sandbox.commit(name, {branch: 'f', files: {a: '1'}})
  await rest.pulls.create({...at, title: 'for GH-1', head: 'f', base: 'main'})
  expect(await numbers(rest, q)).toEqual(found)
})

test('the index trails by the lag, and shows what it knew', async () => {
  const {now, advance} = clock()
  const {sandbox, rest} = await start({now, searchLagMs: 10_000})
  sandbox.seedIssue(name, {title: 'old words'})
  expect(await numbers(rest, 'old')).toEqual([])
  advance(10_000)
  await rest.issues.update({...at, issue_number: 1, title: 'new words', state: 'closed'})
  expect([await numbers(rest, 'old is:open'), await numbers(rest, 'new')]).toEqual([[1], []])
  advance(10_000)
  expect([await numbers(rest, 'old'), await numbers(rest, 'new is:closed')]).toEqual([[], [1]])
})

test('a repository one cannot see answers 422', async () => {
  const {sandbox, as} = await start({private: true})
  sandbox.addUser({login: 'stranger', token: 's'})
  expect(
    await refusal(as('s').search.issuesAndPullRequests({q: `repo:${name}`}))
  ).toMatchObject({status: 422, errors: [{code: 'invalid', field: 'q'}]})
})

test('queries split into phrases and qualifiers', () => {
  expect(parseQuery('repo:a/b "x: y" -label:"c d" word note:1')).toEqual({
    terms: ['x: y', 'word', 'note:1'],
    qualifiers: [{name: 'repo', value: 'a/b', not: false}, {name: 'label', value: 'c d', not: true}],
  })
  expect(words('Parent: GH-1, Ünï_code')).toEqual(['parent', 'gh', '1', 'ünï_code'])
})
