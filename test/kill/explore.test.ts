import {test} from 'vitest'
import {SCENES, type SceneName} from '../support/kill-scenes.js'
import {gate} from '../support/kill-gate.js'
import {until} from '../support/kill.js'
const MODES = (process.env['MODES'] ?? 'killed').split(',')
test('explore', {timeout: 1e7}, async () => {
  for (const name of (process.env['SCENES'] ?? Object.keys(SCENES).join(',')).split(',') as SceneName[]) {
    const {stage, run} = await SCENES[name]()
    const saved = await stage.save()
    const g = gate()
    stage.sandbox.clearLog()
    let t = performance.now()
    const out = await run(stage.world(g)).catch((e: unknown) => e)
    const log = stage.sandbox.log().map((e) => ({...e}))
    const want = await stage.seen()
    console.log('##', name, 'steps', g.steps.length, 'writes', g.steps.filter((s) => s.writes).length, 'http', log.length, Math.round(performance.now() - t), 'ms', JSON.stringify(out)?.slice(0, 600))
    if (process.env['SHOW']) console.log(JSON.stringify(want, null, 1))
    t = performance.now()
    const check = async (label: string): Promise<void> => {
      stage.sandbox.faults.clear()
      stage.later()
      let last = ''
      for (let i = 1; i <= 3; i++) {
        const r = await run(stage.world()).catch((e: unknown) => e)
        const got = await stage.seen()
        if (JSON.stringify(got) === JSON.stringify(want)) { if (i > 1) console.log(`  ~ ${label}: converged only at run ${i}`); return }
        last = diff(want, got) + '\n      said ' + JSON.stringify(r)?.slice(0, 300) + String(r instanceof Error ? r.stack?.slice(0,300) : '')
      }
      console.log(`  x ${label}: ${last}`)
    }
    let count = 0
    if (MODES.includes('killed')) for (const [i, step] of g.steps.entries()) {
      if (!step.writes && i !== 0) continue
      await stage.back(saved)
      const d = gate({step: i + 1, when: 'after'})
      const how = await until(d, () => run(stage.world(d)))
      count++
      await check(`killed after ${i + 1} ${step.kind} ${step.name} (${how})`)
    }
    if (MODES.includes('offline')) for (const [i, e] of log.entries()) {
      await stage.back(saved, true)
      stage.sandbox.faults.add({nth: i + 1, times: Infinity, when: 'before', then: {kind: 'cut'}})
      await run(stage.world()).catch((e: unknown) => e)
      count++
      await check(`offline from ${i + 1} ${e.method} ${e.path}`)
    }
    if (MODES.includes('lost')) for (const [i, e] of log.entries()) {
      if (e.method === 'GET' || e.path.endsWith('git-upload-pack')) continue
      for (const then of [{kind: 'cut'}, {kind: 'status', status: 502}] as const) {
        await stage.back(saved)
        stage.sandbox.faults.add({nth: i + 1, times: 1, when: 'after', then})
        await run(stage.world()).catch((e: unknown) => e)
        const first = await stage.seen()
        count++
        if (JSON.stringify(first) !== JSON.stringify(want)) { console.log(`  . ${then.kind} after ${i + 1} ${e.method} ${e.path}: not in one run: ${diff(want, first)}`); await check(`${then.kind} after ${i + 1} ${e.method} ${e.path}`) }
      }
    }
    console.log(`   ${count} points in ${Math.round(performance.now() - t)} ms`)
    await stage.close()
  }
})
function diff(a: unknown, b: unknown, at = ''): string {
  if (JSON.stringify(a) === JSON.stringify(b)) return ''
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((k) => diff((a as never)[k], (b as never)[k], `${at}.${k}`)).filter(Boolean).join('\n      ')
  }
  const [x, y] = [JSON.stringify(a) ?? 'undefined', JSON.stringify(b) ?? 'undefined']
  let i = 0
  while (x[i] === y[i]) i++
  return `${at}: …${x.slice(Math.max(0, i - 40), i + 100)}… → …${y.slice(Math.max(0, i - 40), i + 100)}…`
}
