import {checkedMessage, templateMessage} from '../../core/run/commit-message.js'
import {commitPrompt, fixPrompt, implementPrompt, nudgePrompt, type Earlier} from '../../core/run/prompts.js'
import {planSpawn} from '../../core/route/plan-spawn.js'
import {ask, spawn} from '../gate.js'
import {historyFor, spawnTask, type Run} from './run.js'
import {Stop} from './stop.js'

/** Lets the agent work, and asks once more when it left nothing behind. Answers its own account, which is shown and never believed. */
export async function implement(run: Run, earlier: Earlier | null): Promise<string> {
  const {world, task, verify} = run
  const summary = await work(run, implementPrompt(task.issue, world.nonce(), verify.commands, earlier), '')
  if (await commitWork(run, summary)) return summary
  world.report.progress(`GH-${task.issue.number}: nothing changed, asking once more`)
  const second = await work(run, nudgePrompt(task.issue, world.nonce()), 'nudge')
  if (await commitWork(run, second)) return second
  throw new Stop('no_changes', `the agent changed nothing${second === '' ? '' : `; it says: ${second.slice(0, 300)}`}`)
}

/** One fix round: the failure goes back to the agent. false when it changed nothing, so that another look would find the same. */
export async function fix(run: Run, what: string, output: string, name: string): Promise<boolean> {
  const summary = await work(run, fixPrompt(run.task.issue, run.world.nonce(), what, output), name)
  return commitWork(run, summary)
}

async function work(run: Run, prompt: string, name: string): Promise<string> {
  const plan = planSpawn(spawnTask(run, prompt), 'implement', {...historyFor(run), fallbacks: 0}, run.world.config)
  if (plan === null) throw new Stop('invalid_config', 'no model is configured for gate implement')
  const outcome = await spawn(run.world, plan, {dir: run.dir, name}, run.booking)
  run.tally.add(outcome)
  if (outcome.failure !== null) throw new Stop(outcome.failure, `${plan.executor}: ${outcome.message}`)
  return outcome.text.trim()
}

/** pilot, never the agent, makes the commit. false when there is nothing new since the last look. */
async function commitWork(run: Run, summary: string): Promise<boolean> {
  const {world, worktree, task, base, tally} = run
  const files = await worktree.changed(base.sha)
  const head = await worktree.head()
  const loose = await worktree.changed(head)
  const fresh = loose.length > 0 || head !== (tally.lastHead ?? base.sha)
  if (files.length === 0 || !fresh) return false
  const subject = loose.length > 0 ? await message(run, files, summary) : templateMessage(task.issue, files)
  if (loose.length > 0) await worktree.commit(subject)
  if (tally.subject === '') tally.subject = subject
  tally.lastHead = await worktree.head()
  world.report.progress(`GH-${task.issue.number}: ${files.length} files differ from ${base.name}`)
  return true
}

async function message(run: Run, files: readonly string[], summary: string): Promise<string> {
  const {world, task} = run
  const prompt = commitPrompt(task.issue, world.nonce(), files, summary)
  const answer = await ask(world, spawnTask(run, prompt), 'commit', historyFor(run), {dir: run.dir, name: 'commit'}, run.booking, (outcome) => checkedMessage(outcome.text, task.issue.number))
  for (const outcome of answer.outcomes) run.tally.add(outcome)
  return answer.kind === 'answer' ? answer.value : templateMessage(task.issue, files)
}
