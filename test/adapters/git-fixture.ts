import {execFileSync} from 'node:child_process'
import {mkdtempSync, realpathSync, rmSync, writeFileSync, mkdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach} from 'vitest'
import {openGit} from '../../src/lib/adapters/git.js'
import {openClone} from '../../src/lib/adapters/git-clone.js'
import type {PushAnswer} from '../../src/lib/adapters/git-remote.js'

const ENV = {
  PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'someone', GIT_AUTHOR_EMAIL: 's@example.com', GIT_COMMITTER_NAME: 'someone', GIT_COMMITTER_EMAIL: 's@example.com',
}

/** Runs git as a person would, apart from pilot's own runner. */
export const sh = (cwd: string, ...args: string[]): string => execFileSync('git', args, {cwd, env: ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']}).trim()
export const git = openGit({env: process.env})

const made: string[] = []
/** A temp folder that is removed after the test. */
export function tempDir(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'pilot-test-')))
  made.push(path)
  return path
}
afterEach(() => { for (const path of made.splice(0)) rmSync(path, {recursive: true, force: true}) })

export function put(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true})
    writeFileSync(join(root, path), text)
  }
}

export type World = {root: string; origin: string; url: string; checkout: string; cacheDir: string; base: string}
/** A bare remote with one commit on main, and a user's checkout of it. */
export function world(files: Record<string, string> = {'README.md': 'hello\n', 'src/a.ts': 'export const a = 1\n'}): World {
  const root = tempDir()
  const [origin, checkout] = [join(root, 'origin.git'), join(root, 'checkout')]
  sh(root, 'init', '--quiet', '--bare', '--initial-branch=main', origin)
  sh(root, 'clone', '--quiet', `file://${origin}`, checkout)
  sh(checkout, 'checkout', '--quiet', '-b', 'main')
  put(checkout, files)
  sh(checkout, 'add', '--all')
  sh(checkout, 'commit', '--quiet', '-m', 'first')
  sh(checkout, 'push', '--quiet', 'origin', 'main')
  return {root, origin, url: `file://${origin}`, checkout, cacheDir: join(root, 'cache'), base: sh(checkout, 'rev-parse', 'HEAD')}
}

/** A clone whose pushes are counted, and answered by the remote unless there is an answer. */
export function countedClone(w: World, answer: PushAnswer | null) {
  const inner = openClone({git, remote: {url: w.url, token: null}, cacheDir: w.cacheDir, checkout: null})
  const pushed: string[] = []
  const push: typeof inner.remote.push = (change) => {
    pushed.push(change.ref)
    return answer === null ? inner.remote.push(change) : Promise.resolve(answer)
  }
  return {clone: {...inner, remote: {...inner.remote, push}}, pushed}
}
