import {symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {scene, type Scene} from '../support/scene.js'

vi.setConfig({testTimeout: 120_000})

const PRICES = {version: 1, prices: [{model: 'my-model', from: '2026-01-31', source: 'my contract', bands: [{over: 0, inFresh: 1, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2, out: 5}]}]}
const opened = (): Promise<Scene> => scene({config: {tiers: {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'codex:my-model', frontier: 'shell:scripted'}}})
const priced = async (s: Scene): Promise<string> => {
  const {findings} = (await s.pilot('doctor', '--json')).json.result as {findings: {check: string; detail: string}[]}
  return findings.find(({check}) => check === 'prices')!.detail
}

it('doctor knows the prices of the user’s own', async () => {
  const s = await opened()
  expect(await priced(s)).toMatch(/my-model/)
  await writeFile(join(s.checkout, '.pilot/prices.json'), JSON.stringify(PRICES))
  expect(await priced(s)).not.toMatch(/my-model/)
})

it('a price file that is a link is reported and left out, and the work goes on', async () => {
  const s = await scene()
  await writeFile(join(s.dir, 'prices.json'), JSON.stringify(PRICES))
  await symlink(join(s.dir, 'prices.json'), join(s.checkout, '.pilot/prices.json'))
  s.addIssue({title: 'Write the work', body: 'Please.'})
  const ran = await s.pilot('execute', '1', '--json')
  expect([ran.exit, ran.json.status], ran.stdout).toEqual([0, 'done'])
  expect(ran.json.warnings).toEqual([expect.stringMatching(/prices\.json is a link or no plain file; it is not touched\..*left out/)])
})
