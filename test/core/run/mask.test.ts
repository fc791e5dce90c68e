import {describe, expect, test} from 'vitest'
import {holdsSecret} from '../../../src/lib/core/run/added-text.js'
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
  // put together here, so that nothing that scans this file takes them for real ones
  const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/+a1'.repeat(2)
  const pem = (end: string, name = 'RSA ', header = ''): string => [`-----BEGIN ${name}PRIVATE KEY-----`, ...(header === '' ? [] : [header, '']), body, body, 'a+/9==', `-----END ${name}PRIVATE KEY-----`].join(end)
  const VENDORS: [string, string][] = [
    ['AWS', `AKIA${'Q7ZP'.repeat(4)}`], ['AWS, temporary', `ASIA${'Q7ZP'.repeat(4)}`], ['npm', `npm_${'aB3d'.repeat(9)}`], ['GitLab', `glpat-${'aB3d_'.repeat(4)}`], ['Google', `AIza${'aB3d-'.repeat(7)}`],
    ['Hugging Face', `hf_${'aB'.repeat(17)}`], ['Stripe', `sk_live_${'aB3d'.repeat(6)}`], ['Stripe, restricted', `rk_live_${'aB3d'.repeat(6)}`], ['a key', pem('\n')], ['a PKCS 8 key', pem('\r\n', '')],
    ['Google, for an hour', `ya29.${'aB3d_-'.repeat(6)}`], ['Google, for good', `1//0g${'aB3d-'.repeat(8)}`],
    ['an encrypted key', pem('\n', 'RSA ', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B')], ['a key in JSON', pem(String.raw`\n`, 'OPENSSH ')], ['a key in code', pem(String.raw`\n" + "`, 'EC ')], ['a key in YAML', pem('\n      ')],
    ['a key whose end is cut off', `-----BEGIN PRIVATE KEY-----\n${body}`],
  ]
  test.each(VENDORS)('%s, whoever it belongs to, and in a change as well', (_, secret) => {
    expect(maskSecrets([])(`a("${secret}")`)).toBe('a("***")')
    const added = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,0 +1,${secret.split('\n').length} @@\n${secret.split('\n').map((line) => `+${line}`).join('\n')}\n`
    expect(holdsSecret(added, maskSecrets([]))).toBe(true)
  })
  test.each([
    'AKIAIOSFODNN7EXAMPLE', `x${'AKIA'}${'Q7ZP'.repeat(4)}`, `${'AKIA'}${'Q7ZP'.repeat(5)}`, 'npm_config_registry and npm_package_name', `npm_${'x'.repeat(36)}`, 'glpat-xxxxxxxxxxxxxxxxxxxx', 'hf_hub_download', `hf_${'x'.repeat(34)}`,
    `sk_live_${'x'.repeat(24)}`, 'sk_test_4eC39HqLyjWDarjtT1zdp7dc', `AIza${'x'.repeat(35)}`, `if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return theVeryLongNameOfSomethingThatIsNoKeyAtAll`,
    '-----BEGIN PUBLIC KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCMIIEvQIBADANBgkqhkiG9w0BAQEFAASC', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    'ya29.the-beginning-of-a-google-token', `ya29.${'x'.repeat(40)}`, 'http://1//0g is no address', 'a = 1//0.5', 'see https://host.test/1//0gaB3dEfGhIjKlMnOpQrStUvWxYz',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  ])('%s is no secret by its shape', (text) => { expect(maskSecrets([])(text)).toBe(text) })
  test('a key without an end takes no words with it, and none can be read in so many ways that masking never ends', () => {
    expect(maskSecrets([])(`-----BEGIN PRIVATE KEY-----\n${body}\nthe words behind it stay`)).toBe('***\nthe words behind it stay')
    for (const unit of ['Aa: ', 'r', 'rn+', `${body}\n`, '\n', '-----BEGIN PRIVATE KEY-----', 'A: \n']) {
      const text = `-----BEGIN PRIVATE KEY-----${unit.repeat(20_000)}`
      expect(maskSecrets(['a secret of some length'])(text).length).toBeLessThanOrEqual(text.length)
    }
  })
  test.each(['task-implementation-of-issue-12', 'sk-learn-is-a-library-name', 'the ghp_ prefix', 'plain text'])('%s stays', (text) =>
    expect(maskSecrets([])(text)).toBe(text))
  test('text with half a surrogate pair does not stop it', () => expect(maskSecrets(['12345678\uD800'])('x')).toBe('x'))
})

describe('a secret that is written in another way', () => {
  const LONG = `key/+${'Zq7!x9~ '.repeat(14)}*end'(1)`
  const of = maskSecrets([LONG])
  const wrap = (text: string, width: number, end: string): string => text.replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`)
  const ENDS: [string, string][] = [['base64(1)', '\n'], ['a PEM on Windows', '\r\n'], ['YAML', '\n    '], ['a string of JSON', String.raw`\n`], ['the same with both', String.raw`\r\n`]]
  test.each(ENDS.flatMap(([name, end]) => [1, 13, 64, 76].map((width) => [name, width, end] as const)))('base64 as in %s, %i characters a line', (_, width, end) => {
    for (const before of ['', 'u', 'u:', 'x-access-token:']) {
      const masked = of(`left alone\n${wrap(base64(`${before}${LONG}`), width, end)}${end} and right`)
      expect(masked).toMatch(/^left alone\n[^]* and right$/)
      expect(masked).toContain('***')
      expect(masked.replace(/left alone|and right/g, '').replace(/\\[rn]|\s/g, '').length, masked).toBeLessThan(32)
    }
  })
  test('each of several, with every line end that is not inside one', () => {
    const one = wrap(base64(LONG), 76, '\n')
    expect(of(`alpha\nbeta\n.${one}.\ngamma\ndelta\n.${one}.\nepsilon\nzeta`).replace(/[A-Za-z0-9=]*\*\*\*[A-Za-z0-9=]*/g, '***')).toBe('alpha\nbeta\n.***.\ngamma\ndelta\n.***.\nepsilon\nzeta')
  })
  const encoded = encodeURIComponent(LONG)
  test.each([
    ['in small letters', encoded.replace(/%../g, (code) => code.toLowerCase())], ['a space as a plus sign', encoded.replaceAll('%20', '+')],
    ['both', encoded.replaceAll('%20', '+').replace(/%../g, (code) => code.toLowerCase())], ['a form', new URLSearchParams({a: LONG}).toString().slice(2)],
    ['with its slash', encoded.replaceAll('%2F', '/')],
  ])('percent-encoded: %s', (_, text) => { expect(of(`a=${text}&b`)).toBe('a=***&b') })
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
