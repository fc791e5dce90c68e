import {describe, expect, test} from 'vitest'
import {maskJson, maskSecrets} from '../../../src/lib/core/run/mask.js'

const SECRET = 'p/s+ "w0rd"=é?'
const mask = maskSecrets([SECRET])
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('maskSecrets', () => {
  test.each([
    ['as it is', SECRET], ['url-encoded', encodeURIComponent(SECRET)], ['base64', base64(SECRET)],
    ['base64url', Buffer.from(SECRET).toString('base64url')], ['in JSON', JSON.stringify({a: SECRET})],
    ['base64 after one byte', base64(`:${SECRET}`)], ['base64 inside a header', base64(`x-access-token:${SECRET}@h`)],
    ['twice', `${SECRET} ${SECRET}`],
  ])('%s', (_, text) => {
    const masked = mask(`before ${text} after`)
    expect(masked).toContain('***')
    expect(masked).toMatch(/^before .* after$/)
    expect(masked).not.toContain('w0rd')
    expect(Buffer.from(masked.slice(7), 'base64').toString('latin1')).not.toContain('w0rd')
  })
  test('the longer of two secrets goes as a whole', () => {
    expect(maskSecrets(['secret-1', 'secret-1-and-more'])('secret-1-and-more')).toBe('***')
  })
  test('a private key goes line by line, its frame stays', () => {
    const key = '-----BEGIN KEY-----\nabcdefgh1\nabcdefgh2\n-----END KEY-----\n'
    expect(maskSecrets([key])('got abcdefgh2; -----BEGIN KEY-----')).toBe('got ***; -----BEGIN KEY-----')
    expect(maskSecrets(['  padded-secret\n'])('padded-secret')).toBe('***')
  })
  test.each([
    'ghp_abcdef0123456789', 'gho_abcdef0123456789', 'ghs_abcdef0123456789', 'ghs_123_eyJhbGciOi.eyJpc3Mi.c2ln', 'github_pat_11ABCDEFG0_abc',
    'sk-ant-api03-abcdefghijkl', 'sk-proj-0123456789abcdef', 'xoxb-123456789012-abc',
  ])('the shape of %s, without being told', (token) => expect(maskSecrets([])(`url https://x:${token}@host`)).toBe('url https://x:***@host'))
  test.each(['task-implementation-of-issue-12', 'sk-learn-is-a-library-name', 'the ghp_ prefix', 'plain text'])('%s stays', (text) =>
    expect(maskSecrets([])(text)).toBe(text))
  test('text with half a surrogate pair does not stop it', () => expect(maskSecrets(['12345678\uD800'])('x')).toBe('x'))
})

describe('maskJson', () => {
  test('strings and foreign keys, never structure', () => {
    const digits = maskSecrets(['12345678', 'attempts'])
    expect(maskJson({a: 12345678, b: ['x 12345678', null, true], attempts: 1, 'k 12345678': 1}, digits))
      .toEqual({a: 12345678, b: ['x ***', null, true], attempts: 1, 'k ***': 1})
  })
  test('what knows its own JSON form uses it', () =>
    expect(maskJson({at: new Date(0)}, mask)).toEqual({at: '1970-01-01T00:00:00.000Z'}))
})
