import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it, vi} from 'vitest'
import {everything, worlds} from '../../support/worlds.js'

// The worktree comes from the REMOTE's default branch as it is now, whatever the user's checkout is like; and the checkout stays like that.

const run = promisify(execFile)
vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})
const git = async (cwd: string, ...args: string[]): Promise<string> => (await run('git', ['-C', cwd, '-c', 'user.name=s', '-c', 'user.email=s@example.test', ...args], {env: {...w.env, GIT_CONFIG_NOSYSTEM: '1'}})).stdout

describe('a checkout that', () => {
  const clone = `git clone -q`
  const rows: [name: string, make: string][] = [
    ['is behind the remote', `${clone} $URL there; git -C there reset -q --hard HEAD~1`],
    ['is ahead of it on the default branch, and dirty', `${clone} $URL there; cd there; echo mine > mine.txt; git add -A; git commit -qm mine; echo dirty >> src/sum.js; echo new > new.txt`],
    ['is in the middle of a rebase', `${clone} $URL there; cd there; git checkout -qb other HEAD~1; echo other > src/sum.js; git commit -qam other; git rebase -q origin/main || true`],
    ['is shallow', `${clone} --depth 1 $URL there`],
    ['is partial, without blobs', `${clone} --filter=blob:none $URL there`],
    ['has one branch that the remote has not', `git init -q there; cd there; git remote add origin $URL; git commit -q --allow-empty -m x; git checkout -qb x`],
    ['has no commit and none of the remote’s objects', `git init -q there; git -C there remote add origin $URL`],
    ['is a linked worktree of another', `${clone} $URL main-one; git -C main-one worktree add -q --detach ../there`],
    ['is bare', `${clone} --bare $URL there`],
    ['has submodules', `${clone} $URL there; cd there; git init -q sub; git -C sub commit -q --allow-empty -m s; git -c advice.addEmbeddedRepo=false add sub; git commit -qm sub`],
  ]
  it.each(rows)('%s', async (name, make) => {
    const folder = join(w.dir, `local-${rows.findIndex(([row]) => row === name)}`)
    await mkdir(folder)
    await w.push('main', {'newest.txt': `${name}\n`, 'src/sum.js': `// ${name}\n`})
    const env = {...w.env, GIT_CONFIG_NOSYSTEM: '1', URL: `${w.apiUrl}/acme/app.git`, GIT_AUTHOR_NAME: 's', GIT_AUTHOR_EMAIL: 's@e.test', GIT_COMMITTER_NAME: 's', GIT_COMMITTER_EMAIL: 's@e.test'}
    await run('sh', ['-c', make], {cwd: folder, env})
    const checkout = join(folder, 'there')
    await mkdir(join(checkout, '.pilot'), {recursive: true})
    await writeFile(join(checkout, '.pilot/config.yaml'), await readFile(join(w.checkout, '.pilot/config.yaml')))
    const place = {checkout, git: (...args: string[]) => git(checkout, ...args)}
    const before = await everything(place)

    const issue = await w.agent('cat newest.txt src/sum.js > src/saw.txt; git rev-parse --abbrev-ref HEAD >> src/saw.txt; ls -a .. >> src/saw.txt')
    const ran = await w.pilotWith({cwd: checkout}, 'execute', String(issue), '--json', '--repo', 'acme/app')
    expect(ran.exit, ran.stdout).toBe(0)
    expect(await w.pushed(issue, 'src/saw.txt')).toBe(`${name}\n// ${name}\nHEAD\n.\n..\nGH-${issue}\nGH-${issue}.owner\n`)
    expect(await everything(place)).toEqual(before)
  })
})

describe('rescue', () => {
  it('makes the work visible in the user’s own repository, without FETCH_HEAD, and prints where', async () => {
    const issue = await w.agent('echo half > src/half.js; exit 3')
    const ran = await w.pilot('execute', String(issue))
    const ref = /refs\/pilot\/rescue\/GH-\d+\/\S+/.exec(ran.stderr)?.[0] ?? ''
    expect([ran.exit, await w.git('show', `${ref}:src/half.js`)]).toEqual([1, 'half\n'])
    await expect(readFile(join(w.checkout, '.git/FETCH_HEAD'))).rejects.toMatchObject({code: 'ENOENT'})
    expect(Object.keys(await w.refs()).filter((name) => name.includes('rescue'))).toEqual([])
  })
})
