import {expect, test} from 'vitest'
import {parseIssueRef, webHost} from '../../../src/lib/core/issue/ref.js'

const home = {repo: 'Octo/Repo', host: 'github.com'}
const is12 = {kind: 'issue', number: 12}
const bad = {kind: 'bad'}

test.each([
  ['12', is12], ['#12', is12], ['GH-12', is12], ['gh-12', is12], ['012', is12], ['octo/repo#12', is12],
  ['https://github.com/octo/repo/issues/12', is12], ['http://www.github.com/Octo/Repo/issues/12/', is12],
  ['https://github.com/octo/repo/issues/12#issuecomment-34', is12], ['https://github.com/octo/repo/issues/12?x=1#y', is12],
  ['github.com/octo/repo/issues/12', is12], ['https://github.com/octo/repo/pull/12/files', is12],
  ['https://github.com/octo/other/issues/12', {kind: 'other-repository', repo: 'octo/other', number: 12}],
  ['https://ghe.example/octo/repo/issues/12', {kind: 'other-repository', repo: 'ghe.example/octo/repo', number: 12}],
  ['octo/other#3', {kind: 'other-repository', repo: 'octo/other', number: 3}],
  ['', bad], ['0', bad], ['#0', bad], ['-3', bad], ['1.5', bad], ['1e3', bad], ['0x1f', bad], ['twelve', bad], ['12a', bad], ['##12', bad],
  ['9007199254740992', bad], ['9007199254740991', {kind: 'issue', number: 9007199254740991}], ['١٢', bad], ['12\n', bad],
  ['https://github.com/octo/repo', bad], ['https://github.com/octo/repo/issues/0', bad], ['https://github.com/octo/repo/issues/12abc', bad],
  ['https://github.com@evil.example/octo/repo/issues/12', bad],
])('%j', (text, expected) => expect(parseIssueRef(text, home)).toEqual(expected))

test('a server is its host and port', () => {
  const server = {repo: 'octo/repo', host: '127.0.0.1:8080'}
  expect(parseIssueRef('http://127.0.0.1:8080/octo/repo/issues/12', server)).toEqual(is12)
  expect(parseIssueRef('https://github.com/octo/repo/issues/12', server)).toEqual({kind: 'other-repository', repo: 'github.com/octo/repo', number: 12})
})

test.each([
  [undefined, 'github.com'], ['', 'github.com'], ['not a url', 'github.com'], ['https://api.github.com', 'github.com'],
  ['https://ghe.example/api/v3', 'ghe.example'], ['http://127.0.0.1:8080/api/v3', '127.0.0.1:8080'], ['https://api.octo.ghe.com', 'octo.ghe.com'],
  ['https://api.example.com/api/v3', 'api.example.com'],
])('the web host of %j is %s', (api, host) => expect(webHost(api)).toBe(host))
