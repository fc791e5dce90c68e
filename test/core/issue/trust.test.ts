import {expect, test} from 'vitest'
import {ownAccounts, trustOf} from '../../../src/lib/core/issue/trust.js'
import {isBot, issue} from '../../support/issues.js'

const who = {self: null, configLogin: null, underActions: false, trustBots: []}
test.each([
  [{...who, self: 'Octo'}, ['octo', 'OCTO'], ['github-actions[bot]', 'ghost', '', 'octopus']],
  [{...who, self: 'octo', configLogin: 'other', underActions: true}, ['octo'], ['other', 'github-actions[bot]']],
  [{...who, configLogin: 'Pilot-Bot', underActions: true}, ['pilot-bot'], ['github-actions[bot]']],
  [{...who, underActions: true}, ['github-actions[bot]', 'GitHub-Actions[bot]'], ['github-actions']],
  [{...who, configLogin: ' '}, [], ['', ' ', 'github-actions[bot]']],
  [{...who, self: 'octo', trustBots: ['Renovate[bot]', 'ghost']}, ['octo', 'renovate[bot]'], ['renovate', 'ghost']],
])('own accounts of %j', (input, own, strangers) => {
  const isOwn = ownAccounts(input)
  expect(own.filter((login) => !isOwn(login))).toEqual([])
  expect(strangers.filter(isOwn)).toEqual([])
})

const settings = {associations: ['OWNER', 'MEMBER', 'COLLABORATOR'], users: ['Friend'], bots: ['renovate[bot]']}
const admin = {login: 'boss', permission: 'admin'}
test.each([
  ['ann', 'OWNER', admin, true], ['ann', 'member', admin, true], ['ann', 'CONTRIBUTOR', admin, 'author'], ['ann', 'NONE', admin, 'author'], ['friend', 'NONE', admin, true], ['Renovate[bot]', 'NONE', admin, true],
  ['pilot-bot', 'NONE', admin, true], ['ghost', 'OWNER', admin, 'author'],
  ['ann', 'OWNER', null, 'labeller'], ['ann', 'OWNER', {login: 'x', permission: 'triage'}, 'labeller'], ['ann', 'OWNER', {login: 'x', permission: 'read'}, 'labeller'], ['ann', 'OWNER', {login: 'x', permission: 'none'}, 'labeller'],
  ['ann', 'OWNER', {login: 'x', permission: 'write'}, true], ['ann', 'OWNER', {login: 'x', permission: 'maintain'}, true], ['ann', 'OWNER', {login: 'FRIEND', permission: 'none'}, true],
  ['ann', 'OWNER', {login: 'Pilot-Bot', permission: 'read'}, true], ['ann', 'OWNER', {login: 'ghost', permission: 'admin'}, 'labeller'], ['ann', 'OWNER', {login: 'renovate[bot]', permission: 'read'}, 'labeller'],
  ['mallory', 'NONE', null, 'author'],
] as const)('issue of %s (%s), labelled by %j: %s', (author, authorAssociation, labeller, verdict) => {
  const trust = trustOf(issue(1, {author, authorAssociation}), labeller, settings, isBot)
  expect(trust.trusted ? true : trust.who).toBe(verdict)
  if (!trust.trusted) expect([trust.login, trust.reason.length > 20]).toEqual([verdict === 'author' ? author : labeller?.login ?? null, true])
})

test('a child of ours is as trusted as its parent, a stranger with that claim is not', () => {
  const refused = {trusted: false, who: 'author', login: 'mallory', reason: 'r'} as const
  expect(trustOf(issue(2), null, settings, isBot, {trusted: true})).toEqual({trusted: true})
  expect(trustOf(issue(2), admin, settings, isBot, refused)).toEqual(refused)
  expect(trustOf(issue(2, {author: 'mallory'}), admin, settings, isBot, {trusted: true})).toMatchObject({trusted: false, who: 'author', login: 'mallory'})
})
