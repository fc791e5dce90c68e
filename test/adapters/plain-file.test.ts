import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openLogFiles} from '../../src/lib/adapters/log-files.js'
import {concealSignIns} from '../../src/lib/adapters/environment.js'
import {readPlainFile} from '../../src/lib/adapters/plain-file.js'
import {readInside} from '../../src/lib/adapters/worktree-files.js'
import {put, tempDir} from './git-fixture.js'

const made: Record<string, (path: string) => void> = {
  'a file': (path) => { writeFileSync(path, 'text') },
  'an empty file': (path) => { writeFileSync(path, '') },
  'a file that is too large': (path) => { writeFileSync(path, 'text.') },
  'a pipe': (path) => { execFileSync('mkfifo', [path]) },
  'a folder': (path) => { mkdirSync(path) },
  'a link to a file': (path) => { writeFileSync(`${path}.other`, 'text'); symlinkSync(`${path}.other`, path) },
  'a link to a pipe': (path) => { execFileSync('mkfifo', [`${path}.other`]); symlinkSync(`${path}.other`, path) },
  'a link to itself': (path) => { symlinkSync(path, path) },
}

describe('readPlainFile', () => {
  it.each([
    ['a file', 'text', 'text'], ['an empty file', '', ''], ['a file that is too large', null, null], ['a pipe', null, null], ['a folder', null, null],
    ['a link to a file', null, 'text'], ['a link to a pipe', null, null], ['a link to itself', null, null],
  ])('%s: %j, and where links are followed %j', async (what, refused, followed) => {
    const path = join(tempDir(), 'x')
    made[what]!(path)
    expect([await readPlainFile(path, 4), await readPlainFile(path, 4, 'followed')].map((found) => found?.toString() ?? null)).toEqual([refused, followed])
  })
  it('what is not there is an error', async () => {
    await expect(readPlainFile(join(tempDir(), 'x'), 4)).rejects.toMatchObject({code: 'ENOENT'})
  })
})

it('a pipe in place of a sign-in file tells nothing, in place of a manifest or of a log there is none', async () => {
  const root = tempDir()
  put(root, {'.claude/settings.json': '{}'})
  execFileSync('mkfifo', [join(root, '.claude/.credentials.json')])
  const told: string[] = []
  await concealSignIns(root, 'claude', (secret) => told.push(secret))
  expect([told, await readInside(root, '.claude/.credentials.json')]).toEqual([[], null])
  expect(await openLogFiles().read(join(root, '.claude/.credentials.json'), {from: null, bytes: 10})).toBeNull()
})
