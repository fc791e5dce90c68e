import {describe, expect, test} from 'vitest'
import {parseRemote, resolveRepo} from '../../../src/lib/adapters/github/remote.js'
import {findToken} from '../../../src/lib/adapters/github/token.js'
import {failing} from './support.js'

describe('parseRemote', () => {
  test.each([
    ['https://github.com/Own-er/na.me.git', 'github.com', 'Own-er', 'na.me'], ['https://github.com/o/r', 'github.com', 'o', 'r'],
    ['https://github.com/o/r/', 'github.com', 'o', 'r'], ['https://user:pa%40ss@GitHub.com/o/r.git', 'github.com', 'o', 'r'],
    ['http://127.0.0.1:8080/o/r.git', '127.0.0.1:8080', 'o', 'r'],
      ['https://ghe.example.com:8443/o/r.git', 'ghe.example.com:8443', 'o', 'r'],
    ['ssh://git@github.com/o/r.git', 'github.com', 'o', 'r'], ['ssh://git@ghe.example.com:2222/o/r.git', 'ghe.example.com', 'o', 'r'],
    ['ssh://git@ssh.github.com:443/o/r.git', 'github.com', 'o', 'r'], ['git+ssh://git@github.com/o/r.git', 'github.com', 'o', 'r'],
    ['git://github.com/o/r.git', 'github.com', 'o', 'r'], ['git@github.com:o/r.git', 'github.com', 'o', 'r'],
      ['github.com:o/r', 'github.com', 'o', 'r'],
    ['org-123@ghe.example.com:/o/r.git\n', 'ghe.example.com', 'o', 'r'], ['git@work:o/.github', 'work', 'o', '.github'],
  ])('%s', (url, host, owner, name) => expect(parseRemote(url)).toEqual({host, owner, name}))

  test.each(['', '/srv/git/r.git', '../r', 'C:/code/r', 'C:\\code\\r', 'file:///srv/o/r.git', 'https://github.com/o',
    'https://github.com/a/b/c',
    'https://github.com/-o/r', 'https://github.com/o/-r', 'git@github.com:-o/r.git', 'git@-oProxyCommand=x:o/r', 'https://github.com/o/..',
      'https://github.com/o/r%20x',
    'https://', 'ext::sh -c x', 'git@github.com:o'])('%s is none', (url) => expect(parseRemote(url)).toBeNull())
})

describe('resolveRepo', () => {
  const origin = 'git@github.com:from/origin.git'
  test.each([
    [{flag: 'from/flag', env: {GITHUB_REPOSITORY: 'from/env'}, originUrl: origin}, 'from/flag'],
    [{env: {GITHUB_REPOSITORY: 'from/env'}, originUrl: origin}, 'from/env'],
    [{env: {GITHUB_REPOSITORY: ''}, originUrl: origin}, 'from/origin'],
    [{flag: 'https://github.com/from/url', env: {}}, 'from/url'], [{flag: ' from/spaces ', env: {}}, 'from/spaces'],
  ])('%j', (sources, wanted) => expect(resolveRepo(sources)).toBe(wanted))

  test.each([
    [{env: {}}, /no --repo/], [{flag: '-o/r', env: {}, originUrl: origin}, /^--repo/], [{flag: 'o/-r', env: {}}, /^--repo/],
      [{flag: 'r', env: {}}, /^--repo/],
    [{flag: 'a/b/c', env: {}}, /^--repo/], [{env: {GITHUB_REPOSITORY: 'nonsense'}, originUrl: origin}, /^GITHUB_REPOSITORY/],
    [{env: {}, originUrl: '/srv/git/r.git'}, /^the origin remote/],
  ])('%j names none', async (sources, message) => {
    const error = await failing(Promise.resolve().then(() => resolveRepo(sources)))
    expect(error).toMatchObject({code: 'NO_REPOSITORY', exit: 2})
    expect(error.message).toMatch(message)
  })
  test('a password in the remote is not shown', async () => {
    const error = await failing(Promise.resolve().then(() => resolveRepo({env: {}, originUrl: 'https://me:hunter2@example.com/a/b/c'})))
    expect(error.message).toBe('the origin remote does not name a GitHub repository: https://example.com/a/b/c')
  })
})

describe('findToken', () => {
  const gh = async (): Promise<string | undefined> => 'from-gh\n'
  test.each([
    [{PILOT_GITHUB_TOKEN: 'a', GITHUB_TOKEN: 'b', GH_TOKEN: 'c'}, {token: 'a', from: 'PILOT_GITHUB_TOKEN'}],
    [{GITHUB_TOKEN: ' b\n', GH_TOKEN: 'c'}, {token: 'b', from: 'GITHUB_TOKEN'}],
      [{GITHUB_TOKEN: '', GH_TOKEN: 'c'}, {token: 'c', from: 'GH_TOKEN'}],
    [{}, {token: 'from-gh', from: 'gh auth token'}],
  ])('%j', async (env, wanted) => expect(await findToken(env, gh)).toEqual(wanted))

  test.each([undefined, '', '\n'])('none anywhere (gh says %j)', async (answer) => {
    const error = await failing(findToken({}, async () => answer))
    expect(error).toMatchObject({code: 'NO_TOKEN', exit: 4})
    expect(error.suggestions).toContain('gh auth login')
  })
  test('gh is asked only when nothing is set', async () => {
    await findToken({GH_TOKEN: 'c'}, () => Promise.reject(new Error('asked')))
  })
  test('a value that is no token is refused without showing it', async () => {
    const error = await failing(findToken({GITHUB_TOKEN: 'se cret'}, gh))
    expect(error).toMatchObject({code: 'BAD_TOKEN', exit: 4})
    expect(error.message).not.toContain('cret')
  })
})
