import {basename} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {DemoResult} from '../cli/results.js'
import {PilotError} from '../errors.js'
import {git, present, runChild} from './child.js'
import {aligned} from './columns.js'
import {findings} from './findings.js'
import {epicIsDone, mergedPulls, openLocalGitHub, type LocalGitHub} from './local-github.js'
import {demoConfig, demoEnvironment, openPlace, type DemoAgent, type Place} from './place.js'
import {REPO} from './sample-project.js'
import {FINAL, storyOf, type Step} from './story.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))

export type DemoOptions = {
  agent: DemoAgent
  /** absolute; null: a new temp directory */
  dir: string | null
  keep: boolean
  noColor: boolean
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  say: Say
}
/** One line of the narration: `loud` is a command line or a heading, `quiet` what a command says while it works. */
export type Say = (line: string, tone?: 'loud' | 'quiet') => void

type Stage = DemoOptions & {place: Place; github: LocalGitHub; childEnv: Record<string, string>; commands: string[]}

const WHO: Record<DemoAgent, string> = {
  scripted: 'The agent is a script that writes prepared files. No model is called, so there is nothing to pay and nothing to price.',
  claude: 'The agent is your installed claude: its calls cost what they cost you anywhere else.',
}

/**
 * Tells the whole story on a local GitHub in a directory of its own and removes that directory, unless it is to be kept or a command ended
 * otherwise than it should.
 * @throws PilotError GIT_MISSING, USAGE (the directory is not empty), WORK_FAILED (a command ended otherwise than the story has it)
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const {agent, env, signal, say} = options
  const place = await openPlace(options.dir)
  let keep = options.keep
  try {
    const base = demoEnvironment(env, place, {apiUrl: '', token: ''}, agent, options.noColor)
    // where the user's PATH leads: what the local GitHub and later commands find, and not what lies beside node
    await git(['--version'], {cwd: place.dir, env: {...base, PATH: env['PATH'] ?? ''}, signal})
    if (agent !== 'scripted') await present(agent, {cwd: place.dir, env: base, signal})
    const github = await openLocalGitHub(place.sandbox, demoConfig(agent), env)
    try {
      say('A local GitHub with one repository and one epic (#1). No token, and nothing leaves this machine.', 'loud')
      say(WHO[agent])
      say(`Everything happens in ${place.dir}`)
      const childEnv = demoEnvironment(env, place, github, agent, options.noColor)
      await git(['clone', '--quiet', github.cloneUrl, basename(place.checkout)], {cwd: place.dir, env: childEnv, signal})
      return await tell({...options, place, github, childEnv, commands: []})
    } finally {
      await github.close()
      await github.save()
    }
  } catch (error) {
    if (error instanceof PilotError && error.code === 'WORK_FAILED') keep = true
    throw error
  } finally {
    if (!keep) await place.remove()
  }
}

async function tell(stage: Stage): Promise<DemoResult> {
  const {github, place, say, keep, commands} = stage
  for (const step of storyOf(stage.agent)) await play(stage, step)
  const epic = await finalStatus(stage)
  const repo = github.repo()
  if (!epicIsDone(repo)) throw unexpected(stage, 'the epic is not closed as done')
  say('')
  say('What was written where', 'loud')
  for (const line of await findings(repo, place)) say(line)
  if (keep) for (const line of lookAround(place)) say(line)
  return {dir: place.dir, kept: keep, epic, merged: mergedPulls(repo).map(({number}) => number), commands, requests: github.requests()}
}

const lookAround = ({dir, sandbox, checkout}: Place): string[] => [
  '', `Look around in ${dir}; the local GitHub is not running any more, its memory is sandbox/state.json:`,
  `  git -C ${sandbox}/${REPO}.git log --oneline main`, `  git clone ${sandbox}/${REPO}.git wordstat`, `  ls ${checkout}/.pilot/runs`,
]

async function play(stage: Stage, {args: argsOf, why, exits, then}: Step): Promise<void> {
  const args = argsOf(stage.github.repo())
  if (args === null) return
  stage.say('')
  stage.say(`$ pilot ${args.join(' ')}`, 'loud')
  stage.say(why)
  const {code, stdout} = await pilot(stage, args, exits, (line) => { stage.say(`    ${line}`, 'quiet') })
  for (const line of aligned(stdout)) stage.say(`    ${line}`)
  if (code !== 0 && then !== undefined) stage.say(then)
}

const LAST_LOOK = 'One last look, as a script takes it: the answer is the table at the end.'

async function finalStatus(stage: Stage): Promise<DemoResult['epic']> {
  stage.say('')
  stage.say(`$ pilot ${FINAL.join(' ')}`, 'loud')
  stage.say(LAST_LOOK)
  const {stdout} = await pilot(stage, FINAL, [0], () => undefined)
  return (JSON.parse(stdout) as {result: DemoResult['epic']}).result
}

async function pilot(stage: Stage, args: readonly string[], exits: readonly number[], onStderr: (line: string) => void) {
  stage.commands.push(`pilot ${args.join(' ')}`)
  const {place, childEnv, signal} = stage
  const ended = await runChild({argv: [process.execPath, PROGRAM, ...args], cwd: place.checkout, env: childEnv, signal, onStderr})
  if (ended.code !== null && exits.includes(ended.code)) return ended
  const last = lastWords(ended.stderr)
  const how = ended.code === null ? 'a signal' : `exit code ${ended.code}`
  throw unexpected(stage, `it ended with ${how} instead of ${exits.join(' or ')}${last === '' ? '' : `: ${last}`}`)
}

/** The error a command ended with and what it says to try, or its last lines. */
function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n').map((line) => line.trim())
  const error = lines.findLastIndex((line) => line.startsWith('error:'))
  return lines.slice(error === -1 ? -3 : error).join('; ')
}

const unexpected = ({commands, place}: Stage, what: string): PilotError =>
  new PilotError('WORK_FAILED', `${commands.at(-1)}: ${what}`, [`look around in ${place.dir}, which was kept`])

/** The story's command lines without running any; what depends on the outcome of an earlier one is left open. */
export function planDemo({agent, say}: Pick<DemoOptions, 'agent' | 'say'>): DemoResult {
  const steps = [...storyOf(agent), {outline: FINAL.join(' '), why: LAST_LOOK}]
  for (const {outline, why} of steps) {
    say(`$ pilot ${outline}`, 'loud')
    say(why)
  }
  const commands = steps.map(({outline}) => `pilot ${outline}`)
  return {dir: '', kept: false, epic: {epic: null, children: [], drift: []}, merged: [], commands, requests: 0}
}
