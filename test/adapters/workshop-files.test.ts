import {symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {openWorkshop} from '../../src/lib/adapters/workshop.js'
import {git, put, sh, world} from './git-fixture.js'

it('lists the regular files of a commit with their sizes, odd names whole and links left out', async () => {
  const w = world()
  put(w.checkout, {'docs/größe file.md': 'äb\n', 'bin/run.sh': '#!/bin/sh\n'})
  symlinkSync('/etc/passwd', join(w.checkout, 'link'))
  sh(w.checkout, 'add', '--all')
  sh(w.checkout, 'update-index', '--chmod=+x', 'bin/run.sh')
  sh(w.checkout, 'commit', '--quiet', '-m', 'more')
  sh(w.checkout, 'push', '--quiet', 'origin', 'HEAD:main')
  const shop = openWorkshop({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: w.checkout, runId: 'run-1'})
  expect(await shop.files(sh(w.checkout, 'rev-parse', 'HEAD'))).toEqual([
    {path: 'README.md', bytes: 6}, {path: 'bin/run.sh', bytes: 10}, {path: 'docs/größe file.md', bytes: 4}, {path: 'src/a.ts', bytes: 19},
  ])
})
