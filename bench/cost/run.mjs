// npm run bench:cost [-- --quick] [--thin] [--json] [--write FILE]: the same backlog through pilot and through the naive set-up, with the real Claude
// Code against a model on loopback that bills what it receives. Exit 1 when a goal is missed, 2 when the agent cannot be installed.
//   --quick: no ablation    --thin: two issues only    --write FILE: into the marked section of a page
import {readFile, writeFile} from 'node:fs/promises'
import {parseArgs} from 'node:util'
import {openPrices} from '../../dist/lib/adapters/prices.js'
import {priceOf} from '../../dist/lib/core/cost/rates.js'
import {provide} from '../../scripts/lib/provide-agent.mjs'
import {backlog} from './backlog.mjs'
import {billAgain, totalOf} from './bill.mjs'
import {ablationJobs, causesOf} from './ablation.mjs'
import {GENERATIONS} from './models.mjs'
import {runNaive} from './naive.mjs'
import {runPilot} from './pilot.mjs'
import {runReference, sharingBetween} from './reference.mjs'
import {goalsOf, pageOf} from './report.mjs'
import {putSection} from './section.mjs'

const CLAUDE = {name: 'claude', version: '2.1.329', npm: '@anthropic-ai/claude-code'}
/** Runs at the same time; each keeps a core busy. */
const JOBS = 2
/** What could be otherwise than assumed. `factor`: the vendor says that models from Opus 4.7 on count about 30 % more tokens for the same text. */
const COUNTED = {factor: (model) => model === 'claude-opus-4-7' ? 1.3 : 1}
const OTHERWISE = {
  'Opus 4.7 counts 1.3 × the tokens of the older models for the same text, as its vendor says': COUNTED,
  'six minutes pass between processes, so that nothing is read from an earlier one': {between: 360},
}

/** Instead of the agent's own instructions, which weigh 15 KB for older models. */
const BRIEF = 'You are a software engineer. Do in the working directory what the message asks, no more, with independent tool calls in one turn, and check it before you say that it is done.'
/** What a user of pilot can write in the configuration. */
const LEVERS = {
  'pilot with a system prompt of two lines for the agent that writes (`executor.claude.extra_args: [--system-prompt, …]`), if it did the same work': {agent: {extra_args: ['--system-prompt', BRIEF]}},
  'pilot without the tool `Task` (`executor.claude.allowed_tools`)': {agent: {allowed_tools: ['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob']}},
  'pilot with `executor.claude.extra_args: [--bare]` and the tools that are left then (Read, Edit, Bash); needs an API key': {
    agent: {allowed_tools: ['Read', 'Edit', 'Bash'], extra_args: ['--bare']}, planning: {allowed_tools: ['Read']},
  },
  'pilot with `routing.preset: economy`, plans by the frontier model, if Haiku did the same work': {routing: {preset: 'economy', gates: {plan: 'frontier'}}},
}

const {values} = parseArgs({options: {quick: {type: 'boolean'}, thin: {type: 'boolean'}, json: {type: 'boolean'}, write: {type: 'string'}}})
const {command: claude, reason} = provide(CLAUDE, console.error)
if (claude === null) {
  console.error(`bench:cost needs ${CLAUDE.name} ${CLAUDE.version}, which cannot be installed from npm here: ${reason}`)
  process.exitCode = 2
} else {
  const result = await measure(claude)
  const goals = goalsOf(result)
  const page = pageOf(result, goals)
  console.log(values.json ? JSON.stringify({...result, goals}, null, 2) : page)
  if (values.write !== undefined) await writeFile(values.write, putSection(await readFile(values.write, 'utf8').catch(ifMissing), page))
  if (goals.some(({ok}) => !ok)) process.exitCode = 1
}

function ifMissing(error) {
  if (error.code !== 'ENOENT') throw error
  return ''
}

async function measure(command) {
  const {rates} = openPrices()
  const price = (model, usage) => priceOf(rates(model), usage, 'request')
  const set = {claude: command, price, items: backlog(values.thin === true)}
  const configured = {...set, models: GENERATIONS.configured}
  const done = Object.fromEntries(await inTurns([
    ...Object.entries(GENERATIONS).flatMap(([name, models]) => [
      [`pilot, ${name} models`, () => runPilot({...set, models})], [`naive, ${name} models`, () => runNaive({...set, models, changes: []})],
    ]),
    ...Object.entries(LEVERS).map(([name, written]) => [name, () => runPilot({...configured, ...written})]),
    ...(values.quick ? [] : ablationJobs(configured)), ['reference', () => runReference({claude: command, price})],
  ]))
  const [pilot, naive] = [done['pilot, configured models'], done['naive, configured models']]
  const both = (of, change) => ({naive: billAgain(naive.seen, price, change), pilot: billAgain(of.seen, price, change)})
  /** A row of two bills: as assumed but for the change, and with the newer models' own way of counting besides. */
  const row = (what, of, change = {}) => ({what, ...both(of, change), counted: both(of, {...change, ...COUNTED})})
  return {
    version: CLAUDE.version, prices: [...new Set(Object.values(GENERATIONS).flatMap(Object.values).map((model) => rates(model).version))],
    items: set.items.map(({title, size, fault, children}) => ({title, size, fault: fault ?? null, children: children?.length ?? 0})),
    issues: set.items.map(({title}) => ({title, naive: billOf(naive.seen, title), pilot: billOf(pilot.seen, title)})),
    naive: totalOf(naive.seen), pilot: totalOf(pilot.seen), ledgerUsd: pilot.ledger.reduce((sum, {costUsd}) => sum + (costUsd ?? 0), 0),
    generations: Object.entries(GENERATIONS).map(([name, models]) => ({name, models, naive: totalOf(done[`naive, ${name} models`].seen), pilot: totalOf(done[`pilot, ${name} models`].seen)})),
    causes: values.quick ? null : causesOf({...done, naive}, configured),
    otherwise: [
      ...Object.entries(OTHERWISE).map(([what, change]) => row(what, pilot, change)), ...Object.keys(LEVERS).map((what) => row(what, done[what])),
    ],
    sharing: ['implement', 'review'].flatMap((gate) => sharingBetween(pilot.seen, gate) ?? []), reference: done.reference,
  }
}

/** As it was billed in its run: what an issue reads from the cache can have been written for another. */
function billOf(seen, title) {
  return totalOf(seen.filter(({label}) => label === title))
}

async function inTurns(jobs) {
  const [results, waiting] = [[], [...jobs]]
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      console.error(`bench:cost: ${job[0]}`)
      results.push([job[0], await job[1]()])
    }
  }
  await Promise.all(Array.from({length: JOBS}, worker))
  return results
}
