import type {RepoState} from '../sandbox/index.js'
import {childrenOf, EPIC, retryReady} from './local-github.js'
import type {DemoAgent} from './place.js'

/** One command line of the story. */
export type Step = {
  /** null: not needed the way things are */
  args: (repo: RepoState) => readonly string[] | null
  /** the line before anything is known */
  outline: string
  why: string
  /** the exit codes that keep the story going */
  exits: readonly number[]
  /** said after an exit code other than 0 */
  then?: string
}

const epic = String(EPIC)
const line = (...args: string[]) => ({args: () => args, outline: args.join(' ')})

/** A planner that is no script may decide that the epic is better done in one piece. */
const LAND_WHOLE: Step = {
  outline: `land ${epic}`, args: (repo) => (childrenOf(repo).length === 0 ? ['land', epic] : null), exits: [0],
  why: 'Planned as one piece: its one pull request is merged.',
}

/** What a viewer sees. Only the scripted agent is sure to fail once; with a real one every retry is a surprise. */
export const storyOf = (agent: DemoAgent): readonly Step[] => [
  {...line('classify', epic), exits: [0], why: 'Is this one change or several? Rules read the issue; no model is asked.'},
  {...line('plan-epic', epic), exits: [0], why: 'The planning gate proposes subtasks; pilot checks and stores what it proposes.'},
  {...line('decompose', epic), exits: [0], why: 'Makes the planned sub-issues exist, linked and ordered, each exactly once.'},
  {...line('next'), exits: [0], why: 'What could be worked on now? Sub-issues that wait for another one are not listed.'},
  {...line('route', epic), exits: [0], why: 'What would each step spawn, and which line of the configuration says so?'},
  {
    ...line('execute', epic, '--land', '--parallel', '2'), exits: agent === 'scripted' ? [1] : [0, 1, 5, 6, 7, 8],
    why: 'Works through the sub-issues: claim, agent, commit, tests, a fix round where they fail, review, pull request, merge when the checks are green.',
    ...(agent === 'scripted' ? {then: 'Exit code 1: the script is made to slip for good once. The tests saw it, its fix round changed nothing, so nothing of it was pushed.'} : {}),
  },
  {...line('status', epic), exits: [0], why: 'Where does the epic stand, what blocks what, and what to type next?'},
  {
    outline: 'retry …',
    args: (repo) => {
      const failed = retryReady(repo)
      return failed.length === 0 ? null : ['retry', ...failed.map(String)]
    },
    exits: agent === 'scripted' ? [0] : [0, 1, 5, 6, 7, 8],
    why: 'Moves what failed one step up the retry ladder and runs it again, with the failing output in the prompt.',
  },
  {...line('execute', epic, '--land'), exits: [0], why: 'Goes on where things stand: it lands what is open, then does the rest.'},
  ...(agent === 'scripted' ? [] : [LAND_WHOLE]),
  {...line('next'), exits: [0], why: 'Nothing is left to do, so this prints nothing.'},
]

/** The last look, as a script takes it; its answer is the demo's result. */
export const FINAL = ['status', epic, '--json'] as const
