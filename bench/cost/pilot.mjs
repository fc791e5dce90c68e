// The backlog through the built pilot: sandbox GitHub, real git, real worktrees, the real agent; its default preset and models.
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openPlace} from '../lib/place.mjs'
import {APPROVE, draftOf, FAULTS, PLANNING, reject, reviewOf, work} from './backlog.mjs'
import {projectFiles} from './project.mjs'
import {totalOf} from './bill.mjs'
import {openModel} from './server.mjs'

/** A port at which nothing listens, as on a machine without a model of its own: the free tier answers nowhere, so its chains go on to the next step. */
const NOWHERE = 'http://127.0.0.1:9'
const configFor = ({claude, models: {frontier, balanced, cheap}, agent, planning, routing}) => ({
  executor: {default: 'claude', claude: {command: claude, ...agent}}, planning: {model: frontier, ...planning}, routing, endpoints: {ollama: {url: `${NOWHERE}/v1`}},
  tiers: {free: 'native@ollama:qwen3-coder:30b', cheap: `claude:${cheap}`, balanced: `claude:${balanced}`, frontier: `claude:${frontier}`},
  verify: {setup: [], commands: ['npm run lint', 'npm test']},
})

function scriptOf(item) {
  const fault = item.fault === undefined ? null : FAULTS[item.fault](item)
  const verdicts = [...(item.fault === 'review' ? [reject(item)] : []), APPROVE]
  return {
    implement: fault === null ? [work(item)] : [fault.first, ...(fault.lint === undefined ? fault.mend : []), ...(item.fault === 'attempt' ? [work(item)] : [])],
    lint: [...(fault?.lint ?? [])], review: verdicts.map((verdict) => reviewOf(item, verdict, {sees: true, structured: true})), draft: [draftOf(item)],
  }
}

/** `agent`, `planning` and `routing`: what the configuration says under executor.claude, planning and routing beside pilot's own defaults. */
export async function runPilot({claude, price, models, items, agent = {}, planning = {}, routing = {}}) {
  const model = await openModel(price)
  const place = await openPlace({agent: '', executor: 'claude', config: configFor({claude, models, agent, planning, routing}), files: projectFiles()})
  Object.assign(place.env, {ANTHROPIC_API_KEY: 'sk-local', ANTHROPIC_BASE_URL: model.url, HTTPS_PROXY: NOWHERE, HTTP_PROXY: NOWHERE})
  /** Runs a command that must end with this exit code. */
  const pilot = async (exit, ...argv) => {
    const ran = await place.pilot(...argv, '--json')
    const unread = model.problems.join('\n')
    if (ran.exit !== exit || unread !== '') throw new Error(`pilot ${argv.join(' ')} ended with ${ran.exit} instead of ${exit}\n${unread}\n${ran.stdout}\n${ran.stderr.slice(-3000)}`)
    return JSON.parse(ran.stdout).result
  }
  const issue = async (item, number) => {
    const script = scriptOf(item)
    model.begin(item.label ?? item.title, script)
    const fails = item.fault === 'attempt'
    await pilot(fails ? 1 : 0, 'execute', String(number))
    if (fails) await pilot(0, 'retry', String(number))
    const left = Object.entries(script).filter(([, rounds]) => rounds.length > 0).map(([gate]) => gate)
    if (left.length > 0) throw new Error(`${item.title}: pilot did not ask for all of ${left.join(', ')}`)
  }
  const epic = async (item, number) => {
    model.begin(item.title, {plan: [[...PLANNING.look, [{tool: 'StructuredOutput', input: PLANNING.answer}]]]})
    await pilot(0, 'plan-epic', String(number))
    const {children} = await pilot(0, 'decompose', String(number))
    if (children.length !== item.children.length) throw new Error(`decompose made ${children.length} children`)
    for (const [at, child] of children.entries()) await issue({...item.children[at], label: item.title}, child.number ?? child)
  }
  try {
    for (const item of items) await (item.children === undefined ? issue : epic)(item, place.addIssue({title: item.title, body: item.body}))
    const ledger = (await readFile(join(place.checkout, '.pilot/ledger.ndjson'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line))
    return {seen: model.requests, ledger, ...totalOf(model.requests)}
  } finally {
    await place.close()
    await model.close()
  }
}
