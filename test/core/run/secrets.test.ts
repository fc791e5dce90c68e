import {describe, expect, test} from 'vitest'
import {credentialNames} from '../../../src/lib/core/run/environment.js'
import {maskSecrets} from '../../../src/lib/core/run/mask.js'
import {keysOf, secretsOf, signInsIn} from '../../../src/lib/core/run/secrets.js'

describe('variables by name', () => {
  test.each([
    'GITHUB_TOKEN', 'PILOT_GITHUB_TOKEN', 'TOKEN', 'OPENAI_API_KEY', 'APP_SECRET', 'APP_SECRETS', 'DB_PASSWORD', 'PASSWORD_FILE', 'db_password', 'DB_PASS', 'DB_PASSWD',
    'DB_PWD', 'AZURE_PAT', 'AWS_CREDENTIALS', 'NPM_AUTH', 'npm_config__authToken', 'KEY_PASSPHRASE', 'MAPS_APIKEY', 'SESSION_COOKIE', 'LOGIN_JWT',
  ])('%s is secret', (name) => expect(secretsOf({[name]: 'long-enough'})).toEqual(['long-enough']))
  test.each(['HOME', 'PWD', 'OLDPWD', 'PATH', 'TOKENIZER', 'KEYBOARD', 'MONKEY', 'PUBLIC_KEY_ID', 'SSH_AUTH_SOCK', 'SSH_ASKPASS', 'GIT_ASKPASS', 'COMPASS', 'BYPASS', 'AUTHOR', 'FORMAT_SPAT'])(
    '%s is not', (name) => expect(secretsOf({[name]: 'long-enough'})).toEqual([]))
  test('values of 7 characters are words, of 8 secrets', () => {
    expect(secretsOf({A_KEY: '1234567', B_KEY: '12345678', C_KEY: undefined})).toEqual(['12345678'])
  })
})

test('keys of endpoints, whatever their variables are called; one that is not set, or is a word, is none', () => {
  const endpoint = (api_key_env: string | null) => ({url: 'http://127.0.0.1:4000/v1', api_key_env})
  expect(keysOf({a: endpoint('GATEWAY'), b: endpoint(null), c: endpoint('NOT_SET'), d: endpoint('SHORT')}, {GATEWAY: 'long-enough', SHORT: 'none', OTHER: 'not-named'}))
    .toEqual(['long-enough'])
})

describe('what signs in in an address', () => {
  test.each<[string, string, string[]]>([
    ['HTTP_PROXY', 'http://user:pass-word@proxy.test:8080', ['user:pass-word', 'pass-word']],
    ['ALL_PROXY', 'socks5h://user:p%40ss-word@proxy.test', ['user:p%40ss-word', 'user:p@ss-word', 'p%40ss-word', 'p@ss-word']],
    ['https_proxy', 'user:pass-word@proxy.test:8080', ['user:pass-word', 'pass-word']],
    ['HTTPS_PROXY', 'http://user:short@proxy.test', ['user:short']],
    ['HTTPS_PROXY', 'http://user:100%-sure@proxy.test', ['user:100%-sure', '100%-sure']],
    ['HTTPS_PROXY', 'http://user:at@in-it!@proxy.test', ['user:at@in-it!', 'at@in-it!']],
    ['GOPROXY', 'https://a:pass-one@x.test,https://b:pass-two@y.test/z@v1', ['a:pass-one', 'pass-one', 'b:pass-two', 'pass-two']],
    ['ANYTHING', 'postgres://app:pass-word@db.test/main', ['app:pass-word', 'pass-word']],
    ['OPENAI_BASE_URL', 'https://abcdefgh12345678ijkl@gateway.test/v1', ['abcdefgh12345678ijkl']],
    ['GIT_REMOTE', 'ssh://deployment@host.test/repo', []],
    ['HTTP_PROXY', 'http://proxy.test:8080', []],
    ['HTTP_PROXY', 'proxy.test:8080', []],
    ['NO_PROXY', 'localhost,127.0.0.1,.example.test', []],
    ['DOCS', 'see https://host.test/@scope/name@1.2.3 for more', []],
  ])('%s=%s', (name, value, secrets) => expect(secretsOf({[name]: value}).toSorted()).toEqual(secrets.toSorted()))
  test('leaves in no form, the one of a proxy header included', () => {
    const mask = maskSecrets(secretsOf({HTTPS_PROXY: 'http://someone:pass-word@proxy.test'}))
    const header = Buffer.from('someone:pass-word').toString('base64')
    expect(mask(`http://someone:pass-word@proxy.test Basic ${header}`)).toMatch(/^http:\/\/\*\*\*@proxy\.test Basic \*\*\*.?=*$/)
  })
})

describe('headers and settings for an agent', () => {
  test.each<[string, string, string[]]>([
    ['ANTHROPIC_CUSTOM_HEADERS', 'Authorization: Bearer planted-word\nX-Team: payments-and-more', ['Bearer planted-word', 'planted-word']],
    ['ANTHROPIC_CUSTOM_HEADERS', 'X-Gateway: abcdef0123456789abcdef', ['abcdef0123456789abcdef']],
    ['ANTHROPIC_CUSTOM_HEADERS', 'anthropic-beta: context-1m-2025-08-07\nno header at all', []],
    ['OPENCODE_CONFIG_CONTENT', '{"provider": {"own": {"options": {"apiKey": "planted-word", "baseURL": "https://u:pass-word@h.test/v1"}}}}',
      ['planted-word', 'u:pass-word', 'pass-word']],
    ['OPENCODE_CONFIG_CONTENT', '{"headers": {"x-api-key": "quo\\"ted-word"}, /* note */ "args": ["--with", "abcdef0123456789abcdef"]}', ['quo"ted-word', 'abcdef0123456789abcdef']],
    ['OPENCODE_CONFIG_CONTENT', '{"model": "anthropic/claude-sonnet-4-5-20250929", "apiKey": "{env:ANTHROPIC_API_KEY}", "author": "somebody"}', []],
    ['OTHER', 'Authorization: Bearer planted-word', []],
  ])('%s=%s', (name, value, secrets) => expect(secretsOf({[name]: value}).toSorted()).toEqual(secrets.toSorted()))
})

test('every variable that an executor gets to sign in with is looked at, addresses of endpoints as such', () => {
  const value = (name: string): string => ({
    ANTHROPIC_CUSTOM_HEADERS: 'X-Api-Key: planted-word', OPENCODE_CONFIG_CONTENT: '{"apiKey": "planted-word"}',
  })[name] ?? (/_URL$/.test(name) ? 'https://u:planted-word@h.test' : 'planted-word')
  for (const executor of ['claude', 'codex', 'gemini', 'opencode', 'shell']) {
    for (const name of credentialNames(executor)) expect(secretsOf({[name]: value(name)}), name).toContain('planted-word')
  }
})

describe('the sign-in of an agent', () => {
  const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.c2lnbmF0dXJlc2lnbmF0dXJl`
  test.each<[string, object, string[]]>([
    ['codex', {auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: {id_token: JWT, access_token: `${JWT}2`, refresh_token: 'rt_0123456789abcdefGHIJKL.zyx', account_id: '550e8400-e29b-41d4-a716-446655440000'}, last_refresh: '2026-11-20T10:00:00.123456789Z'},
      [JWT, `${JWT}2`, 'rt_0123456789abcdefGHIJKL.zyx']],
    ['claude', {claudeAiOauth: {accessToken: 'planted-0-access', refreshToken: 'planted-0-refresh', expiresAt: 1760000000000, scopes: ['user:inference', 'user:profile'], subscriptionType: 'max', rateLimitTier: 'default_claude_max_20x'}},
      ['planted-0-access', 'planted-0-refresh']],
    ['gemini', {access_token: 'ya29.planted-0', refresh_token: '1//0planted-x', scope: 'https://www.googleapis.com/auth/cloud-platform openid', token_type: 'Bearer', expiry_date: 1760000000000}, ['ya29.planted-0', '1//0planted-x']],
    ['settings of gemini', {selectedAuthType: 'oauth-personal', security: {auth: {selectedType: 'oauth-personal'}}, theme: 'Default', contextFileName: 'GEMINI.md', keyFile: '/home/u1/key.pem', mcpServers: {x: {env: {X_TOKEN: 'planted-0-x'}, command: 'node', args: ['--with', 'abcdef0123456789abcdef']}}},
      ['planted-0-x', 'abcdef0123456789abcdef']],
    ['opencode', {anthropic: {type: 'oauth', refresh: 'abcdef0123456789abcdef', access: 'abcdef0123456789abcdex', expires: 1}, other: {type: 'api', key: 'planted-0'}}, ['abcdef0123456789abcdef', 'abcdef0123456789abcdex', 'planted-0']],
    ['nothing', {}, []],
  ])('of %s is what looks like a token, and no word besides', (_, file, secrets) => {
    expect(signInsIn(JSON.stringify(file, null, 2)).toSorted()).toEqual(secrets.toSorted())
  })
  test('of a file that is no JSON, or cut off, is what can be seen of it', () => {
    expect(signInsIn('\u0000 nothing')).toEqual([])
    expect(signInsIn('{"access_token": "planted-0", "refresh_tok')).toEqual(['planted-0'])
  })
})
