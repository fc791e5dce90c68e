import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {REPO, scene, type Scene} from '../support/scene.js'

const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}

/** The remote takes nothing below `prefix`, and notes what it was asked. */
async function decline(s: Scene, prefix: string): Promise<void> {
  const hooks = join(s.dir, 'github', `${REPO}.git`, 'hooks')
  await mkdir(hooks, {recursive: true})
  const script = `while read -r _ _ ref; do case $ref in ${prefix}*) echo "$ref is not allowed" >&2; exit 1;; esac; done`
  await writeFile(join(hooks, 'pre-receive'), `#!/bin/sh\n${script}\n`)
  await chmod(join(hooks, 'pre-receive'), 0o755)
}
const brief = (ran: Awaited<ReturnType<Scene['pilot']>>) => [ran.exit, ran.items[0]!['status'], ran.items[0]!['failure'], ran.json.error?.suggestions]

it('a spend record that a rule keeps from being written is a missing right: told at once, nothing is spent, no attempt is used up', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'First'})
  await decline(s, 'refs/pilot/spend/')
  const ran = await s.pilot('execute', '1', '--json')
  expect(brief(ran), ran.stdout).toEqual([4, 'unavailable', 'auth', expect.arrayContaining(['pilot doctor'])])
  expect(ran.items[0]!['reason']).toMatch(/spend record could not be written: the remote declines refs\/pilot\/spend\/.*is not allowed/)
  expect([s.labels(1), await s.gates(), Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/'))]).toEqual([['pilot'], [], []])
  const pushes = s.sandbox.log().filter(({method, path}) => method === 'POST' && path.endsWith('/git-receive-pack'))
  // the claim, its release, and one that was declined
  expect(pushes).toHaveLength(3)
  await decline(s, 'refs/none/')
  const again = await s.pilot('execute', '1', '--json')
  expect([again.exit, s.attempts(1).at(-1)!.outcome], again.stdout).toEqual([0, 'passed'])
})

it('a claim that may not be written is a missing right as well, and nothing is changed', async () => {
  const s = await scene({config: QUICK})
  s.addIssue({title: 'First'})
  await decline(s, 'refs/pilot/claims/')
  s.forget()
  const ran = await s.pilot('execute', '1', '--json')
  expect([ran.exit, ran.json.error?.code, ran.json.error?.suggestions], ran.stdout).toEqual([4, 'FORBIDDEN', expect.arrayContaining(['pilot doctor'])])
  expect([s.labels(1), s.comments(1), await s.gates()]).toEqual([['pilot'], [], []])
  expect(s.writes().filter((line) => !line.endsWith('/git-receive-pack'))).toEqual([])
})
