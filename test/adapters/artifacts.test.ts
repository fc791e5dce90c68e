import {existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {z} from 'zod'
import {openArtifacts} from '../../src/lib/adapters/artifacts.js'
import {put, sh, tempDir} from './git-fixture.js'

const schema = z.strictObject({version: z.literal(1), n: z.int()})
const open = (root: string) => openArtifacts({root, id: randomUUID, mask: (text) => text.replaceAll('hush', '***')})

describe('artifacts', () => {
  it('come back as they were written, masked, without temp files, and out of git’s sight', async () => {
    const root = tempDir()
    sh(root, 'init', '--quiet')
    const files = open(root)
    expect(await files.read('runs/GH-1/attempt-1/verify.json', schema)).toBeUndefined()
    await files.write('runs/GH-1/attempt-1/verify.json', {version: 1, n: 2})
    expect(await files.read('runs/GH-1/attempt-1/verify.json', schema)).toEqual({version: 1, n: 2})
    await files.writeText('runs/GH-1/attempt-1/prompt.md', 'hush')
    expect(readFileSync(files.resolve('runs/GH-1/attempt-1/prompt.md'), 'utf8')).toBe('***')
    expect(readdirSync(join(root, '.pilot/runs/GH-1/attempt-1')).sort()).toEqual(['prompt.md', 'verify.json'])
    expect(sh(root, 'status', '--porcelain')).toBe('')
    put(root, {'.pilot/config.yaml': 'version: 1\n'})
    expect(sh(root, 'status', '--porcelain', '-uall')).toBe('?? .pilot/config.yaml')
  })

  it('leave a .gitignore of the user’s alone', async () => {
    const root = tempDir()
    put(root, {'.pilot/.gitignore': 'mine\n'})
    await open(root).writeText('x', 'x')
    expect(readFileSync(join(root, '.pilot/.gitignore'), 'utf8')).toBe('mine\n')
  })

  it.each([
    ['epics/12/plan.json', '{"version":2,"n":1}', 'ARTIFACT_VERSION', 'pilot plan-epic 12'],
    ['epics/12/decisions/0001.json', '{"version":0}', 'ARTIFACT_VERSION', 'pilot decide 12'],
    ['runs/GH-7/attempt-1/result.json', '{"version":1,"n":"x"}', 'INVALID_ARTIFACT', 'pilot execute 7'],
    ['runs/GH-7/attempt-1/result.json', '{"version":1,', 'INVALID_ARTIFACT', 'pilot execute 7'],
    ['other.json', '[]', 'INVALID_ARTIFACT', '.pilot/other.json'],
  ])('that cannot be read say why and what makes them anew: %s %s', async (path, text, code, advice) => {
    const root = tempDir()
    put(root, {[`.pilot/${path}`]: text})
    await expect(open(root).read(path, schema)).rejects.toMatchObject({code, exit: 3, message: expect.stringContaining(path) as string, suggestions: [expect.stringContaining(advice)]})
  })

  it('append whole lines, many at once, also behind a line that was cut short', async () => {
    const root = tempDir()
    const files = open(root)
    put(root, {'.pilot/ledger.ndjson': '{"cut":'})
    await files.append('ledger.ndjson', {n: 'first'})
    await Promise.all(Array.from({length: 50}, (_, i) => open(root).append('ledger.ndjson', {n: i, text: 'x'.repeat(5000)})))
    const lines = readFileSync(join(root, '.pilot/ledger.ndjson'), 'utf8').trimEnd().split('\n')
    expect(lines[0]).toBe('{"cut":')
    expect(new Set(lines.slice(2).map((line) => (JSON.parse(line) as {n: number}).n)).size).toBe(50)
  })

  it.each(['../x', 'a/../../x', '/etc/x', '', '.', 'a\0b'])('refuse the path %j', async (path) => {
    const files = open(tempDir())
    expect(() => files.resolve(path)).toThrow(expect.objectContaining({code: 'INVALID_ARTIFACT'}))
    await expect(files.writeText(path, 'x')).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
  })

  it.each(['.pilot', '.pilot/runs'])('follow no link out of the repository: %s', async (link) => {
    const [root, outside] = [tempDir(), tempDir()]
    if (link !== '.pilot') mkdirSync(join(root, '.pilot'))
    symlinkSync(outside, join(root, link))
    put(outside, {'x': '{"version":1,"n":1}', 'runs/x': '{"version":1,"n":1}'})
    const files = open(root)
    await expect(files.writeText('runs/deep/x', 'x')).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
    await expect(files.append('runs/x', 'x')).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
    await expect(files.read('runs/x', schema)).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
    expect([readdirSync(outside).sort(), readdirSync(join(outside, 'runs'))]).toEqual([['runs', 'x'], ['x']])
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('{"version":1,"n":1}')
  })

  it('follow no file that is a link', async () => {
    const [root, outside] = [tempDir(), tempDir()]
    writeFileSync(join(outside, 'x'), '{"version":1,"n":1}')
    mkdirSync(join(root, '.pilot'))
    symlinkSync(join(outside, 'x'), join(root, '.pilot/x'))
    await expect(open(root).read('x', schema)).rejects.toMatchObject({code: 'INVALID_ARTIFACT'})
    await expect(open(root).append('x', 1)).rejects.toThrow()
    writeFileSync(join(outside, 'empty'), '')
    symlinkSync(join(outside, 'empty'), join(root, '.pilot/y'))
    await expect(open(root).append('y', 1)).rejects.toThrow()
    expect(readFileSync(join(outside, 'empty'), 'utf8')).toBe('')
    await open(root).write('x', {version: 1, n: 2})
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('{"version":1,"n":1}')
    expect(existsSync(join(root, '.pilot/x'))).toBe(true)
  })
})
