import {describe, expect, it} from 'vitest'
import {openDefaultBranch, parseHead} from '../../src/lib/adapters/default-branch.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {git, sh, world, type World} from './git-fixture.js'

const repository = (w: World) => {
  const remote = {url: w.url, token: null}
  return openDefaultBranch({git, remote, clone: openClone({git, remote, cacheDir: w.cacheDir, checkout: null})})
}

describe('the default branch', () => {
  it('is what the remote calls HEAD, now', async () => {
    const w = world()
    expect(await repository(w).defaultBranch()).toEqual({name: 'main', sha: w.base})
    sh(w.origin, 'branch', '--move', 'main', 'release/2.x')
    // its tail reads like HEAD, and is another branch
    sh(w.origin, 'branch', 'feature/HEAD', 'release/2.x')
    sh(w.checkout, 'commit', '--quiet', '--allow-empty', '-m', 'second')
    sh(w.checkout, 'push', '--quiet', 'origin', 'main:release/2.x')
    expect(await repository(w).defaultBranch()).toEqual({name: 'release/2.x', sha: sh(w.checkout, 'rev-parse', 'HEAD')})
  })

  it('of a repository without a commit is an error that says what to do', async () => {
    const w = world()
    sh(w.origin, 'update-ref', '-d', 'refs/heads/main')
    await expect(repository(w).defaultBranch()).rejects.toMatchObject({code: 'GITHUB_REJECTED', message: expect.stringContaining('no commit on its default branch') as string})
  })

  it.each([
    ['', null], ['ref: refs/heads/main\tHEAD\n', null], [`${'a'.repeat(40)}\tHEAD\n`, null], [`ref: refs/tags/x\tHEAD\n${'a'.repeat(40)}\tHEAD\n`, null],
    [`ref: refs/heads/a/b\tHEAD\n${'a'.repeat(40)}\tHEAD\n`, {name: 'a/b', sha: 'a'.repeat(40)}],
  ])('%j reads as %j', (text, expected) => { expect(parseHead(text)).toEqual(expected) })
})
