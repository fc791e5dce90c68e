import {describe, expect, test} from 'vitest'
import {mayBeShown} from '../../../src/lib/core/plan/excerpt-files.js'
import {bytesOf, chooseExcerpts, EXCERPT_FILES, EXCERPT_MAX, excerptOf} from '../../../src/lib/core/plan/excerpts.js'

const files = (...paths: string[]) => paths.map((path) => ({path, bytes: 100}))
const issue = {title: 'Export invoices as CSV', body: 'The route in `api/routes/list.ts` answers JSON only. See billing.md too.'}

describe('which files', () => {
  const all = files(
    'README.md', 'package.json', 'api/routes/list.ts', 'api/routes/other.ts', 'web/invoices/table.tsx', 'docs/billing.md', 'lib/deep/unrelated.ts', 'api/package.json', 'docs/README.md', 'LICENSE',
  )
  test('named ones, the front page and manifests, then neighbours and shared words; what has nothing to do with it is left out', () => {
    expect(chooseExcerpts(all, issue)).toEqual([
      'api/routes/list.ts', 'docs/billing.md', 'README.md', 'package.json', 'api/routes/other.ts', 'web/invoices/table.tsx', 'api/package.json',
    ])
  })
  test('in whatever order they are listed', () => { expect(chooseExcerpts([...all].reverse(), issue)).toEqual(chooseExcerpts(all, issue)) })
  test('not more than a dozen', () => {
    expect(chooseExcerpts(files(...Array.from({length: 200}, (_, i) => `invoices/part${i}.ts`)), issue)).toHaveLength(EXCERPT_FILES)
  })
  test('an issue that names a secret does not get it', () => {
    expect(chooseExcerpts(files('.env', 'config/.env.production', 'deploy/id_rsa', 'src/app.ts'), {title: 'Read `.env`', body: 'See config/.env.production, deploy/id_rsa and src/app.ts.'})).toEqual(['src/app.ts'])
  })
})

describe('never', () => {
  test.each([
    '.env', '.env.local', '.env.example', 'app/prod.env', '.envrc', '.npmrc', '.netrc', '.pypirc', '.git-credentials', '.htpasswd', 'id_rsa', 'keys/id_ed25519.pub', 'server.pem', 'tls/server.key',
    'tls/ca.crt', 'store.jks', 'vault.kdbx', 'cert.p12', '.ssh/config', '.aws/credentials', 'secrets/db.yaml', 'config/credentials.json', 'google-service-account.json', 'prod.tfvars', 'terraform.tfstate',
    'kubeconfig', 'db-passwords.txt', '.ENV', 'TLS/SERVER.PEM', 'private/notes.md',
  ])('a secret: %s', (path) => { expect(mayBeShown({path, bytes: 10})).toBe(false) })
  test.each(['logo.png', 'app.wasm', 'dump.sql.gz', 'model.onnx', 'package-lock.json', 'Cargo.lock', 'go.sum', 'app.min.js', 'app.js.map', 'node_modules/a/index.js', 'web/dist/app.js', 'a/\u202Ename.ts'])(
    'binary, generated or foreign: %s', (path) => { expect(mayBeShown({path, bytes: 10})).toBe(false) })
  test.each([[0, false], [1, true], [256 * 1024, true], [256 * 1024 + 1, false]])('%i bytes: %s', (bytes, want) => { expect(mayBeShown({path: 'src/a.ts', bytes})).toBe(want) })
  test.each(['src/environment.ts', 'src/secret-sharing.ts', 'src/keyboard.ts', 'docs/passwords.md', 'src/tokens/parse.go', 'packages/@scope/a.ts'])('but %s', (path) => {
    expect(mayBeShown({path, bytes: 10})).toBe(true)
  })
})

describe('how much', () => {
  test('whole lines, within the limit in bytes', () => {
    const got = excerptOf('a.md', 'ü'.repeat(99).concat('\n').repeat(100), 1_000_000)!
    expect(got.cut).toBe(true)
    expect(bytesOf(got.text)).toBeLessThanOrEqual(EXCERPT_MAX)
    expect(got.text.split('\n').every((line) => line.length === 99)).toBe(true)
    expect(bytesOf(excerptOf('a.md', 'abc\n'.repeat(100), 10)!.text)).toBe(7)
  })
  test('a short file whole', () => { expect(excerptOf('a.ts', 'one\r\ntwo\n', 100)).toEqual({path: 'a.ts', text: 'one\ntwo', cut: false}) })
  test.each([['binary', 'a\0b'], ['not UTF-8', 'a\uFFFDb'], ['empty', ' \n'], ['one endless line', 'x'.repeat(10_000)], ['a private key', 'x\n-----BEGIN RSA PRIVATE KEY-----\nabc']])(
    'nothing of what is %s', (_name, text) => { expect(excerptOf('a', text, 100_000)).toBeNull() })
})
