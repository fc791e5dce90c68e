import {checkedMessage, templateMessage} from '../../core/run/commit-message.js'
import {
  commitPrompt, fixPrompt, fixResumed, implementPrompt, lintPrompt, nudgePrompt, nudgeResumed, type Failure,
} from '../../core/run/prompts.js'
import type {Earlier} from '../../core/run/earlier.js'
import {planSpawn} from '../../core/route/plan-spawn.js'
import {isLost, sessionAfter} from '../../core/route/session.js'
import type {SpawnPlan} from '../../core/route/spawn-plan.js'
import {PilotError} from '../../errors.js'
import {ask, spawn} from '../gate.js'
import {historyFor, taskOf, type Run} from './run.js'
import {guardFiles} from './publish.js'
import {Stop} from './stop.js'

/** One request to an agent that changes files: all of it for a new session, and what is left to say in the one of the round before. */
type Round = {gate: 'implement' | 'lint'; name: string; prompt: string; resumed: string}

/** Lets the agent work, and asks once more when it left nothing behind. Answers its own account, which is shown and never believed. */
export async function implement(run: Run, earlier: Earlier | null): Promise<string> {
  const {world, task, verify} = run
  const prompt = implementPrompt(task.issue, world.nonce(), verify.commands, earlier)
  const summary = await work(run, {gate: 'implement', name: '', prompt, resumed: prompt})
  if (await commitWork(run, summary)) return summary
  world.report.progress(`GH-${task.issue.number}: nothing changed, asking once more`)
  const nudge = nudgePrompt(task.issue, world.nonce())
  const second = await work(run, {gate: 'implement', name: 'nudge', prompt: nudge, resumed: nudgeResumed()})
  if (await commitWork(run, second)) return second
  throw new Stop('no_changes', `the agent changed nothing${second === '' ? '' : `; it says: ${second.slice(0, 300)}`}`)
}

export type Fix = {gate: Round['gate']; name: string; what: string; output: string}

/** One fix round: the failure goes back to the agent. false when it changed nothing, so that another look would find the same. */
export async function fix(run: Run, {gate, name, what, output}: Fix): Promise<boolean> {
  const {world, worktree, task, base} = run
  const failure: Failure = {what, output, patch: (await worktree.evidence(base.sha, await worktree.head())).patch}
  const nonce = world.nonce()
  const round = (of: Round['gate'], prompt: string): Round => ({gate: of, name, prompt, resumed: fixResumed(of, nonce, failure)})
  const linting = round('lint', lintPrompt(nonce, failure))
  const summary = await work(run, gate === 'lint' && canLint(run, linting) ? linting : round('implement', fixPrompt(task.issue, nonce, failure)))
  return commitWork(run, summary)
}

/** A gate that only a failing linter asks for is no reason to lose the attempt: without a model for it the gate `implement` mends. */
function canLint(run: Run, round: Round): boolean {
  try {
    return planOf(run, round) !== null
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'ROUTING') throw error
    run.world.report.warn(`${error.message}; gate implement mends instead`)
    return false
  }
}

const planOf = (run: Run, {gate, prompt, resumed}: Round): SpawnPlan | null => {
  const {session} = run.tally
  const task = {...taskOf(run, gate, prompt), resume: session && {session, prompt: resumed}}
  return planSpawn(task, gate, {...historyFor(run), fallbacks: 0}, run.world.config)
}

async function work(run: Run, round: Round): Promise<string> {
  const {tally, world} = run
  for (let name = round.name; ; name = `${round.name}-anew`) {
    const plan = planOf(run, round)
    if (plan === null) throw new Stop('invalid_config', `no model is configured for gate ${round.gate}`)
    const outcome = await spawn(world, plan, {dir: run.dir, name}, run.booking)
    tally.add(outcome)
    tally.session = sessionAfter(plan, outcome)
    if (outcome.failure === null) return outcome.text.trim()
    if (!isLost(plan, outcome)) throw new Stop(outcome.failure, `${plan.executor}: ${outcome.message}`)
    world.report.warn(`GH-${run.task.issue.number} ${plan.gate}: ${plan.executor} does not find session ${plan.resume?.session}; a new one begins with the whole of it`)
  }
}

/** pilot, never the agent, makes the commit. false when there is nothing new since the last look. */
async function commitWork(run: Run, summary: string): Promise<boolean> {
  const {world, worktree, task, base, tally} = run
  await worktree.gather(tally.lastHead ?? base.sha)
  const files = await worktree.changed(base.sha)
  const head = await worktree.head()
  // most agents commit nothing, and then the two are one question
  const loose = head === base.sha ? files : await worktree.changed(head)
  const fresh = loose.length > 0 || head !== (tally.lastHead ?? base.sha)
  if (files.length === 0 || !fresh) return false
  // before anything else is spawned in this worktree: no later round may be steered by files of this one
  guardFiles(run, files)
  const subject = loose.length > 0 ? await message(run, files, summary) : template(run, files)
  if (loose.length > 0 && await worktree.commit(subject) === null) {
    // names that git refuses, files that nobody may read
    world.report.warn(`GH-${task.issue.number}: git takes none of what the agent changed last, and it is in no commit: ${loose.slice(0, 5).join(', ')}`)
    if (head === (tally.lastHead ?? base.sha)) return false
  }
  if (tally.subject === '') tally.subject = subject
  tally.lastHead = await worktree.head()
  world.report.progress(`GH-${task.issue.number}: ${files.length} files differ from ${base.name}`)
  return true
}

const template = ({world, task}: Run, files: readonly string[]): string =>
  world.mask(templateMessage({...task.issue, title: world.mask(task.issue.title)}, files))

async function message(run: Run, files: readonly string[], summary: string): Promise<string> {
  const {world, task} = run
  const prompt = commitPrompt(task.issue, world.nonce(), files, summary)
  const answer = await ask(world, taskOf(run, 'commit', prompt), 'commit', historyFor(run), {dir: run.dir, name: 'commit'}, run.booking,
    (outcome) => checkedMessage(outcome.text, task.issue.number, world.mask))
  for (const outcome of answer.outcomes) run.tally.add(outcome)
  return answer.kind === 'answer' ? answer.value : template(run, files)
}
