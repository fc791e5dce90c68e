import {spawn} from 'node:child_process'
import {now, BIN} from './lib/place.mjs'
import {median} from './lib/figures.mjs'

export const title = 'start-up'
const RUNS = 21
/** SPEC §17 */
const VERSION_GOAL = 1.3
const HELP_GOAL = 2

const CASES = {
  'node -e 0': ['-e', '0'], 'pilot --version': [BIN, '--version'], 'pilot execute --help': [BIN, 'execute', '--help'], 'pilot --help': [BIN, '--help'],
}

async function timed(args) {
  const from = now()
  const child = spawn(process.execPath, args, {stdio: 'ignore'})
  const exit = await new Promise((resolve, reject) => { child.once('error', reject).once('exit', resolve) })
  if (exit !== 0) throw new Error(`node ${args.join(' ')} ended with ${exit}`)
  return now() - from
}

/** Interleaved, so that a busy moment of the machine falls on all of them. */
export async function run() {
  const times = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]))
  for (let i = 0; i <= RUNS; i++) {
    for (const [name, args] of Object.entries(CASES)) {
      const ms = await timed(args)
      // the first round fills the disk cache
      if (i > 0) times[name].push(ms)
    }
  }
  const ratio = (name) => median(times[name]) / median(times['node -e 0'])
  const row = (name, goal) => ({measure: `${name} against bare node`, value: `${ratio(name).toFixed(2)}×`, goal: `≤ ${goal}×`, ok: ratio(name) <= goal, isTime: true})
  return {
    rows: [row('pilot --version', VERSION_GOAL), row('pilot execute --help', HELP_GOAL), row('pilot --help', HELP_GOAL)],
    parts: Object.keys(CASES).map((name) => [`${name}, median of ${RUNS}`, `${Math.round(median(times[name]))} ms`]),
  }
}
