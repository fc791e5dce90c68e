import {expect, it, vi} from 'vitest'
import {scene, type Scene} from '../support/scene.js'

// Somebody took commits out of the base after the work on it was verified: the verified branch holds them still.

vi.setConfig({testTimeout: 120_000})
const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}
const main = async (s: Scene): Promise<string> => (await s.refs())['refs/heads/main']!
const files = async (s: Scene): Promise<string[]> => {
  await s.git('fetch', '-q', 'origin')
  return (await s.git('ls-tree', '-r', '--name-only', 'origin/main')).trim().split('\n')
}
const back = (s: Scene, sha: string) => s.api('PATCH', '/git/refs/heads/main', {sha, force: true})

it('a bad commit that was dropped from the base does not come back; begun anew the work lands without it', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'Write the work'})
  const good = await main(s)
  const bad = await s.push('main', {'src/bad.js': 'leaked\n'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  await back(s, good)
  const head = s.pulls()[0]!.pull.headSha
  const ran = await s.pilot('land', '1', '--wait', '20s', '--json')
  const suggestions = ['gh pr close 2', 'pilot execute 1']
  expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions, s.pulls()[0]!.pull.merged], ran.stdout).toEqual([5, 'NOT_VERIFIED', suggestions, false])
  for (const sha of [bad, good, head]) expect(ran.json.error!.message).toContain(sha)
  expect(await main(s)).toBe(good)
  await s.api('PATCH', '/pulls/2', {state: 'closed'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  const landed = await s.pilot('land', '1', '--wait', '20s', '--json')
  expect([landed.exit, s.issue(1).state], landed.stdout).toEqual([0, 'closed'])
  expect((await files(s)).filter((file) => file.startsWith('src/'))).not.toContain('src/bad.js')
})

it.each([
  ['back', 'rebase', false], ['back', 'merge', false], ['back', 'squash', true],
  ['back and on', 'merge', false], ['back and on', 'squash', true],
])('a secret and its removal, both dropped: the base went %s, by %s (lands: %s)', async (how, method, lands) => {
  const s = await scene({config: {...QUICK, land: {method}}})
  s.addIssue({title: 'Write the work'})
  const good = await main(s)
  const leak = await s.push('main', {'src/key.js': 'secret\n'})
  const undone = await s.push('main', {'src/key.js': null})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  await back(s, good)
  if (how === 'back and on') await s.push('main', {'other.txt': '1\n'})
  const ran = await s.pilot('land', '1', '--wait', '20s', '--json')
  expect([ran.exit, ran.json.error?.code, s.pulls()[0]!.pull.merged], ran.stdout).toEqual(lands ? [0, undefined, true] : [5, 'NOT_VERIFIED', false])
  if (!lands) expect(ran.json.error!.message).toContain(undone)
  await s.git('fetch', '-q', 'origin')
  expect(await s.git('log', '--format=%H%n%s', 'origin/main')).not.toContain(leak)
  expect(await files(s)).not.toContain('src/key.js')
})

it('one that moves on, and on again once it was merged in, lands by a merge', async () => {
  const s = await scene({config: {...QUICK, land: {method: 'merge'}}})
  s.addIssue({title: 'Write the work'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  await s.push('main', {'moved-1.txt': '1\n'})
  const heads: string[] = []
  s.sandbox.on('push', async ({ref, after}) => {
    if (ref === 'refs/heads/pilot/GH-1' && after !== null && heads.push(after) === 1) await s.push('main', {'moved-2.txt': '1\n'})
  })
  const ran = await s.pilot('land', '1', '--wait', '60s', '--json')
  expect([ran.exit, heads.length, ran.json.result['headSha']], ran.stdout).toEqual([0, 2, heads[1]])
  expect(await files(s)).toEqual(expect.arrayContaining(['moved-1.txt', 'moved-2.txt']))
})
