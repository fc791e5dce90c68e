// What decisions after a wave are worth: npm run bench:decide [-- SCENARIO…] [--rate 0.33] [--seeds 3] [--jobs 2] [--json] [--write FILE].
// Exit 1 when something is broken that must hold in every run, 2 when it was called wrongly.
import {execFile} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {parseArgs, promisify} from 'node:util'
import {asMarkdown, asText, between, verdict} from './report.mjs'

const NAMES = [
  'wrong-runner', 'hidden-convention', 'hidden-convention-fixed', 'contradiction', 'missing-dependency', 'flaky', 'impossible', 'too-large',
  'too-large-split',
]
const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))
/** Bytes; an answer is some kilobytes. */
const MAX_OUTPUT = 1e7
const run = promisify(execFile)

async function scenario(name, {rate, seeds}) {
  const {stdout} = await run(process.execPath, [WORKER, JSON.stringify({name, rate, seeds})], {maxBuffer: MAX_OUTPUT})
  const result = JSON.parse(stdout)
  console.error(`bench:decide: ${name}: ${verdict(result.modes)}`)
  return result
}

/** Works on `jobs` of them at a time; answers in their order. */
async function inParallel(names, jobs, work) {
  const out = []
  let next = 0
  await Promise.all(Array.from({length: jobs}, async () => {
    while (next < names.length) {
      const at = next++
      out[at] = await work(names[at])
    }
  }))
  return out
}

const {values, positionals} = parseArgs({allowPositionals: true, options: {
  rate: {type: 'string', default: '0.33'}, seeds: {type: 'string', default: '3'}, jobs: {type: 'string', default: '2'},
  json: {type: 'boolean'}, write: {type: 'string'},
}})
const options = {rate: Number(values.rate), seeds: Number(values.seeds), jobs: Number(values.jobs)}
const wrong = [
  ...positionals.filter((name) => !NAMES.includes(name)).map((name) => `no scenario is called ${name}; there are ${NAMES.join(', ')}`),
  ...(options.rate >= 0 && options.rate <= 1 ? [] : ['--rate is a share from 0 to 1']),
  ...['seeds', 'jobs'].filter((key) => !Number.isInteger(options[key]) || options[key] < 1)
    .map((key) => `--${key} is a whole number from 1`),
  ...(values.write !== undefined && positionals.length > 0 ? ['--write takes all scenarios'] : []),
]
if (wrong.length > 0) {
  for (const line of wrong) console.error(`bench:decide: ${line}`)
  process.exitCode = 2
} else {
  const chosen = NAMES.filter((name) => positionals.length === 0 || positionals.includes(name))
  const results = await inParallel(chosen, options.jobs, (name) => scenario(name, options))
  const broken = results.flatMap(({name, modes}) =>
    Object.entries(modes).flatMap(([mode, figures]) => figures.broken.map((what) => `${name}, ${mode}: ${what}`)))
  console.log(values.json ? JSON.stringify({options, results, broken}, null, 2) : asText(results, options))
  if (values.write !== undefined) await writeFile(values.write, between(await readFile(values.write, 'utf8'), asMarkdown(results, options)))
  for (const line of broken) console.error(`bench:decide: broken: ${line}`)
  if (broken.length > 0) process.exitCode = 1
}
