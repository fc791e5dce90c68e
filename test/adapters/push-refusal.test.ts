import {chmodSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import {refusalOf} from '../../src/lib/adapters/push-refusal.js'
import {git, put, sh, world, type World} from './git-fixture.js'

const REF = 'refs/pilot/spend/2026-01-01'

it.each([
  ['[rejected] (stale info)', 'raced'], ['[rejected] (fetch first)', 'raced'], ['[rejected] (non-fast-forward)', 'raced'], ['[rejected] (remote ref updated since checkout)', 'raced'],
  ['[remote rejected] (failed to update ref)', 'raced'], ['[remote rejected] (failed to lock)', 'raced'], ['[remote rejected] (reference already exists)', 'raced'],
  ['[remote rejected] (cannot lock ref \'refs/pilot/denied\': is at 1 but expected 2)', 'raced'], ['[remote rejected] (cannot lock ref \'refs/x\': Unable to create \'x.lock\': Permission denied)', 'raced'],
  ['[remote rejected] (incorrect old value provided)', 'raced'], ['[remote rejected] (fatal error in commit_refs)', 'raced'], ['[remote rejected] (Internal Server Error)', 'raced'],
  ['[remote rejected] (unpacker error)', 'raced'], ['', 'raced'],
  ['[remote rejected] (pre-receive hook declined)', 'declined'], ['[remote rejected] (hook declined)', 'declined'], ['[remote rejected] (protected branch hook declined)', 'declined'],
  ['[remote rejected] (push declined due to repository rule violations)', 'declined'], ['[remote rejected] (deny updating a hidden ref)', 'declined'],
  ['[remote rejected] (deletion prohibited)', 'declined'], ['[remote rejected] (non-fast-forward)', 'declined'], ['[remote rejected] (non-fast forward)', 'declined'],
  ['[remote rejected] (refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope)', 'declined'],
  ['[remote rejected] (permission denied)', 'declined'], ['[remote rejected] (repository is archived)', 'declined'],
])('%j is %s', (column, why) => {
  expect(refusalOf(column)).toBe(why)
})

describe('a push that the remote does not take', () => {
  const hook = (w: World, name: string, script: string): void => {
    put(w.origin, {[`hooks/${name}`]: `#!/bin/sh\n${script}\n`})
    chmodSync(join(w.origin, 'hooks', name), 0o755)
  }
  const other = (w: World): string => sh(w.origin, 'commit-tree', sh(w.origin, 'hash-object', '-t', 'tree', '-w', '/dev/null'), '-m', 'other')

  it.each<[string, 'declined' | 'raced', string, (w: World) => void]>([
    ['of a hook for all refs', 'declined', 'pre-receive hook declined', (w) => { hook(w, 'pre-receive', 'echo stale info >&2; exit 1') }],
    ['of a hook for each ref', 'declined', 'hook declined', (w) => { hook(w, 'update', 'exit 1') }],
    ['of a namespace that is closed', 'declined', 'deny updating a hidden ref', (w) => { sh(w.origin, 'config', 'receive.hideRefs', 'refs/pilot') }],
    ['of one that was there first', 'raced', 'stale info', (w) => { sh(w.origin, 'update-ref', REF, other(w)) }],
    // what came between the client's look and the update: the remote itself compares
    ['of one that came in between', 'raced', 'failed to update ref', (w) => { hook(w, 'pre-receive', `echo not allowed: permission denied >&2; unset GIT_QUARANTINE_PATH; git update-ref ${REF} ${other(w)}`) }],
    ['of one that writes just now', 'raced', 'failed to update ref', (w) => { put(w.origin, {[`${REF}.lock`]: ''}) }],
  ])('because %s is %s', async (_, why, reason, prepare) => {
    const w = world()
    prepare(w)
    const clone = openClone({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null})
    await clone.ensure(w.base, 'refs/pilot/base')
    expect(await clone.remote.push({ref: REF, expected: null, to: w.base})).toEqual({kind: 'rejected', why, reason: expect.stringContaining(`(${reason})`) as string})
  })
})
