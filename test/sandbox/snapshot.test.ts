import {rm} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {createSandbox} from '../../src/lib/sandbox/index.js'
import {at, client, name, start, status, tempDir} from './support.js'

test('restore brings back issues, refs and ids, and the sandbox goes on from there', async () => {
  const {sandbox, rest} = await start()
  sandbox.seedIssue(name, {title: 'kept', labels: ['a']})
  await sandbox.commit(name, {branch: 'f', files: {a: '1'}})
  const saved = await sandbox.snapshot()
  expect(JSON.parse(JSON.stringify(saved))).toEqual(saved)

  const pull = (await rest.pulls.create({...at, title: 'pr', head: 'f', base: 'main', body: 'Closes #1'})).data
  await rest.pulls.merge({...at, pull_number: pull.number})
  await rest.git.createRef({...at, ref: 'refs/pilot/x', sha: pull.head.sha})
  await rest.git.deleteRef({...at, ref: 'heads/f'})
  await sandbox.restore(saved)

  expect(await sandbox.snapshot()).toEqual(saved)
  expect((await rest.issues.get({...at, issue_number: 1})).data.state).toBe('open')
  expect(await status(rest.git.getRef({...at, ref: 'pilot/x'}))).toBe(404)
  const again = (await rest.pulls.create({...at, title: 'pr', head: 'f', base: 'main', body: 'Closes #1'})).data
  expect([again.number, again.id]).toEqual([pull.number, pull.id])
})

test('state() is a copy', async () => {
  const {sandbox, rest} = await start()
  sandbox.seedIssue(name, {title: 'a'})
  sandbox.state().repos[name]!.issues[1]!.title = 'changed'
  expect((await rest.issues.get({...at, issue_number: 1})).data.title).toBe('a')
})

test('plain issue requests need no git: they work with the repositories gone', async () => {
  const dir = await tempDir()
  const bare = createSandbox({dir})
  await bare.createRepo({owner: at.owner, name: at.repo})
  await rm(dir, {recursive: true})
  const without = client(bare, bare.token)
  for (const title of ['a', 'b']) await without.issues.create({...at, title, labels: ['x']})
  await without.issues.update({...at, issue_number: 1, state: 'closed'})
  await without.issues.createComment({...at, issue_number: 1, body: 'c'})
  expect((await without.issues.listForRepo({...at, state: 'all'})).data).toHaveLength(2)
  await expect(without.repos.listBranches(at)).rejects.toThrow(/ENOENT|not a git repository/)
})

test('it is up at once', async () => {
  const from = performance.now()
  const sandbox = createSandbox({dir: await tempDir()})
  await sandbox.createRepo({owner: at.owner, name: at.repo})
  // Under 100 ms on an idle machine; the bound is loose so that a busy one does not fail.
  expect(performance.now() - from).toBeLessThan(1000)
})
