import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {floodingClaude} from './claude.mjs'
import {openPlace, resultOf} from './place.mjs'

/** `pilot execute` with an agent that says `bytes` bytes; answers the run and how much of it was kept on disk. */
export async function flood({bytes, longLine = 0}) {
  const place = await openPlace({
    agent: floodingClaude({bytes, longLine}), executor: 'claude', config: {review: {enabled: false}, routing: {preset: 'single'}, limits: {implement: '20m'}},
  })
  try {
    const issue = place.addIssue({title: 'Say a lot'})
    const ran = await place.pilot('execute', String(issue), '--json')
    const [item] = resultOf(ran).items
    const dir = join(place.checkout, '.pilot/runs', `GH-${issue}`, 'attempt-1')
    const sizes = await Promise.all((await readdir(dir)).map(async (name) => [name, (await stat(join(dir, name))).size]))
    return {...ran, item, files: Object.fromEntries(sizes)}
  } finally {
    await place.close()
  }
}
