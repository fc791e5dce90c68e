// One epic on a sandbox of its own, driven to its end.
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openPlace, REPO} from '../lib/place.mjs'
import {agentProgram, callsIn} from './agent.mjs'
import {pilotIn} from './in-process.mjs'
import {EPIC, STRANGER} from './spoil.mjs'

/** What keeps `execute` away from a child: then the retry ladder takes it up, or a person does. */
const HELD = ['pilot-failed', 'pilot-retry-ready', 'pilot-retry-exhausted', 'pilot-needs-human', 'pilot-done']
/** Rounds of execute and retry after which something goes round in circles. */
const ROUNDS = 12

/** The scenario's issues: the epic is #2, its children come after it, #1 is somebody else's. Answers the children. */
function addIssues(place, scenario) {
  place.addIssue({title: 'Somebody else\'s', labels: []})
  place.addIssue({title: scenario.title, body: 'Several parts that can be merged one by one.'})
  return scenario.children.map(({title, body, after = []}) => {
    const blockers = after.map((order) => `Depends on: #${EPIC + order}`)
    return place.addIssue({title, body: [`Parent: GH-${EPIC}`, body, ...blockers].join('\n\n')})
  })
}

/** Repository, agent and issues. `kinds`: how each answer of the decide gate comes. The caller closes the place. */
async function openEpic(name, scenario, {asks, kinds}) {
  const verify = {setup: [], commands: scenario.verify, baseline: false, fix_rounds: scenario.fixRounds ?? 0}
  const config = {routing: {preset: 'single'}, verify, review: {enabled: false}, decide: {enabled: asks}, ...scenario.config}
  const place = await openPlace({agent: agentProgram({scenario: name, kinds}), config})
  const {sandbox, env} = place
  await sandbox.commit(REPO, {branch: 'main', files: scenario.files, message: 'what is there'})
  sandbox.on('push', async ({ref, after}) => {
    if (after === null || !ref.startsWith('refs/heads/pilot/')) return
    const body = JSON.stringify({name: 'ci', head_sha: after, status: 'completed', conclusion: 'success'})
    const headers = {authorization: `token ${sandbox.token}`}
    const answer = await sandbox.fetch(`${env.GITHUB_API_URL}/repos/${REPO}/check-runs`, {method: 'POST', headers, body})
    if (!answer.ok) throw new Error(`check-runs: ${answer.status}`)
  })
  return {place, children: addIssues(place, scenario), issues: () => sandbox.state().repos[REPO].issues}
}

async function decisionsIn(dir) {
  const names = await readdir(dir).catch((error) => { if (error.code === 'ENOENT') return []; throw error })
  const files = names.filter((name) => name.endsWith('.json'))
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(dir, name), 'utf8'))))
}

/** The epic's children, and theirs. */
const familyOf = (issues) => Object.values(issues).filter(({number, pull}) => number > EPIC && pull === null).map(({number}) => number)

/** What can be seen from outside of pilot. */
async function look({place, children, issues}) {
  const pilotDir = join(place.checkout, '.pilot')
  const ledger = await readFile(join(pilotDir, 'ledger.ndjson'), 'utf8')
  const now = issues()
  const all = Object.values(now)
  return {
    children, ledger: ledger.split('\n').filter(Boolean).map((line) => JSON.parse(line)), calls: await callsIn(place.dir),
    stranger: now[STRANGER], epic: now[EPIC],
    done: children.filter((n) => now[n].state === 'closed' && now[n].labels.includes('pilot-done')),
    family: familyOf(now),
    pulls: all.filter(({pull}) => pull !== null),
    decisions: await decisionsIn(join(pilotDir, 'epics', String(EPIC), 'decisions')),
  }
}

/** Runs a command that may well fail, but not by a bug. */
async function pilot({place}, ...argv) {
  const {stdout, stderr, exit} = await pilotIn({cwd: place.checkout, env: place.env}, [...argv, '--json'])
  if (JSON.parse(stdout).error?.code === 'INTERNAL') throw new Error(`pilot ${argv.join(' ')} ended with ${exit}\n${stdout}\n${stderr}`)
}

/** What can start is run and what is open is merged: by the epic, or `alone` child by child, so that no command sees a wave. */
async function forward(world, alone) {
  if (!alone) return pilot(world, 'execute', String(EPIC), '--land', '--wait', '20s')
  // a child that was split has parts of its own, which come after it
  for (const n of familyOf(world.issues())) {
    if (world.issues()[n].state === 'closed') continue
    if (!world.issues()[n].labels.some((label) => HELD.includes(label))) await pilot(world, 'execute', String(n))
    const isOpen = Object.values(world.issues()).some(({pull, state}) => pull?.headRef === `pilot/GH-${n}` && state === 'open')
    if (isOpen) await pilot(world, 'land', String(n), '--wait', '20s')
  }
}

/**
 * A person's cron: the epic is run, then `retry` until nothing moves, then the epic again, until a round changes nothing. Every mode gets
 * the same ladder. Answers what came of it.
 */
export async function runEpic(name, scenario, mode) {
  const world = await openEpic(name, scenario, mode)
  try {
    const spawns = async () => (await callsIn(world.place.dir)).length
    const marks = () => Object.values(world.issues()).map(({number, state, labels}) => [number, state, labels])
    const standing = async () => JSON.stringify([await spawns(), marks()])
    for (let round = 0, before = ''; before !== await standing() && world.issues()[EPIC].state === 'open'; round++) {
      if (round === ROUNDS) throw new Error(`${name}: no end after ${ROUNDS} rounds`)
      before = await standing()
      await forward(world, mode.alone)
      for (let n = -1; n !== await spawns();) {
        n = await spawns()
        await pilot(world, 'retry')
      }
    }
    return await look(world)
  } finally {
    await world.place.close()
  }
}
