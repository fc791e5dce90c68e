import {expect, test} from 'vitest'
import {at, name, refusal, start, status} from './support.js'

test('of 20 parallel creates of one ref exactly one wins', async () => {
  const {sandbox, rest} = await start()
  const {object: {sha}} = (await rest.git.getRef({...at, ref: 'heads/main'})).data
  const all = await Promise.all(Array.from({length: 20}, () => refusal(rest.git.createRef({...at, ref: 'refs/pilot/lock-1', sha}))))
  expect(all.filter((r) => r === 'ok')).toHaveLength(1)
  expect(new Set(all.filter((r) => r !== 'ok').map((r) => `${r.status} ${r.message}`))).toEqual(new Set(['422 Reference already exists']))
  expect((await sandbox.snapshot()).refs[name]!['refs/pilot/lock-1']).toBe(sha)
})

test('refs are refused with 422 as on GitHub', async () => {
  const {sandbox, rest} = await start()
  const base = (await sandbox.snapshot()).refs[name]!['refs/heads/main']!
  const newer = await sandbox.commit(name, {branch: 'f', files: {a: '1'}})
  const other = await sandbox.commit(name, {branch: 'g', files: {b: '1'}})
  const rows: [() => Promise<unknown>, RegExp | 'ok'][] = [
    [() => rest.git.createRef({...at, ref: 'refs/heads/x', sha: '1'.repeat(40)}), /Object does not exist/],
    [() => rest.git.createRef({...at, ref: 'refs/heads/x', sha: 'short'}), /exactly 40/],
    [() => rest.git.createRef({...at, ref: 'main', sha: base}), /not a valid ref name/],
    [() => rest.git.createRef({...at, ref: 'refs/heads/a..b', sha: base}), /not a valid ref name/],
    [() => rest.git.createRef({...at, ref: 'refs/heads/f/below', sha: base}), /Reference update failed/],
    [() => rest.git.updateRef({...at, ref: 'heads/f', sha: other}), /not a fast forward/],
    [() => rest.git.updateRef({...at, ref: 'heads/absent', sha: other}), /does not exist/],
    [() => rest.git.deleteRef({...at, ref: 'heads/absent'}), /does not exist/],
    [() => rest.git.updateRef({...at, ref: 'heads/main', sha: newer}), 'ok'],
    [() => rest.git.updateRef({...at, ref: 'heads/f', sha: other, force: true}), 'ok'],
    [() => rest.git.deleteRef({...at, ref: 'heads/f'}), 'ok'],
  ]
  for (const [work, expected] of rows) {
    if (expected === 'ok') expect(await refusal(work())).toBe('ok')
    else expect(await refusal(work())).toMatchObject({status: 422, message: expected})
  }
  expect(await status(rest.git.getRef({...at, ref: 'heads/f'}))).toBe(404)
  const refs = (await rest.git.listMatchingRefs({...at, ref: 'heads/'})).data
  expect(Object.fromEntries(refs.map((r) => [r.ref, r.object.sha]))).toEqual({'refs/heads/main': newer, 'refs/heads/g': other})
})

test('commits made through git data keep message, dates and trees', async () => {
  const {sandbox, rest} = await start()
  const base = (await sandbox.snapshot()).refs[name]!['refs/heads/main']!
  const baseTree = (await rest.git.getCommit({...at, commit_sha: base})).data.tree.sha
  const tree = (await rest.git.createTree({...at, base_tree: baseTree, tree: [
    {path: 'deep/a.txt', mode: '100644', type: 'blob', content: 'hi'}, {path: 'README.md', mode: '100644', type: 'blob', sha: null},
  ]})).data.sha
  const author = {name: 'A', email: 'a@example.com', date: '2026-01-02T03:04:05Z'}
  const make = async (message: string): Promise<string> => (
    await rest.git.createCommit({...at, message, tree, parents: [base], author})
  ).data.sha
  const sha = await make('one\n\ntwo')
  expect(await make('one\n\ntwo')).toBe(sha)
  expect(await make('other')).not.toBe(sha)
  expect((await rest.git.getCommit({...at, commit_sha: sha})).data).toMatchObject({author, message: 'one\n\ntwo', parents: [{sha: base}]})
  expect((await rest.git.getTree({...at, tree_sha: sha, recursive: '1'})).data.tree.map((t) => t.path)).toEqual(['deep', 'deep/a.txt'])
  expect(await status(rest.git.createCommit({...at, message: 'x', tree: base}))).toBe(422)
})

test('contents: read, list, write, and the two ways a write is refused', async () => {
  const {rest} = await start()
  const put = (content: string, sha?: string): ReturnType<typeof rest.repos.createOrUpdateFileContents> =>
    rest.repos.createOrUpdateFileContents({
    ...at, path: 'src/é.txt', message: 'm', content: Buffer.from(content).toString('base64'), ...(sha && {sha}),
  })
  const first = await put('one')
  expect([first.status, (await put('two', first.data.content!.sha)).status]).toEqual([201, 200])
  expect([await status(put('three')), await status(put('three', 'f'.repeat(40)))]).toEqual([422, 409])
  const {data} = await rest.repos.getContent({...at, path: 'src/é.txt'})
  expect(Buffer.from((data as {content: string}).content, 'base64').toString()).toBe('two')
  const raw = await rest.repos.getContent({...at, path: 'src/é.txt', mediaType: {format: 'raw'}})
  expect(raw.data).toBe('two')
  expect(((await rest.repos.getContent({...at, path: ''})).data as {name: string}[]).map((e) => e.name)).toEqual(['README.md', 'src'])
  expect(await status(rest.repos.getContent({...at, path: 'absent'}))).toBe(404)
  expect(await status(rest.repos.getContent({...at, path: 'README.md', ref: 'absent'}))).toBe(404)
})

test('compare tells ahead, behind and files', async () => {
  const {sandbox, rest} = await start()
  await sandbox.commit(name, {branch: 'f', files: {'new.txt': 'a\nb\n'}})
  await sandbox.commit(name, {branch: 'main', files: {'README.md': 'changed\n'}})
  const {data} = await rest.repos.compareCommitsWithBasehead({...at, basehead: 'main...f'})
  expect([data.status, data.ahead_by, data.behind_by]).toEqual(['diverged', 1, 1])
  expect(data.files?.map((f) => [f.filename, f.status, f.additions, f.patch])).toEqual([['new.txt', 'added', 2, '@@ -0,0 +1,2 @@\n+a\n+b']])
})
