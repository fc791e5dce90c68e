import {classify as classifyByRules, type ClassifyInput} from '../core/classify/classify.js'
import {classifyPrompt, readClassifyAnswer} from '../core/classify/prompt.js'
import type {LlmVerdict} from '../core/classify/merge.js'
import type {ClassifyResult} from '../core/classify/result.js'
import {addCost, addUsage} from '../core/cost/usage.js'
import {answersIn} from '../core/answer.js'
import {FIRST} from '../core/route/escalation.js'
import type {Issue} from '../core/issue/issue.js'
import type {Status} from '../errors.js'
import {apply} from './apply.js'
import {childrenOf} from './children.js'
import {ask} from './gate.js'
import {readIssue} from './snapshot.js'
import {would} from './guard.js'
import {classifyDir, spawnTask} from './spawn-task.js'
import type {World} from './world.js'

export type ClassifyOptions = {llm: boolean; applyLabel: boolean}
export type ClassifyItem = ClassifyResult & {status: Status; actions: string[]}

/** How large an issue is and whether it should be split; with `llm` the classify gate's models are asked, and the rules answer when they do not. */
export async function classifyIssue(world: World, number: number, options: ClassifyOptions): Promise<ClassifyItem> {
  const issue = await readIssue(world, number)
  const asks = options.llm && issue.state === 'open'
  if (asks && world.dryRun) would(world, `ask gate classify about #${number}; a dry run answers by the rules`)
  const verdict = asks && !world.dryRun ? await askModel(world, issue) : undefined
  const result = await withState(world, issue, classifyByRules(issue, world.config.settings.decompose, verdict))
  if (!options.applyLabel) return {...result, status: 'done', actions: []}
  const label = `complexity:${result.complexity}`
  const others = issue.labels.filter((l) => l.toLowerCase().startsWith('complexity:') && l.toLowerCase() !== label)
  const has = issue.labels.some((l) => l.toLowerCase() === label)
  const actions = await apply(world, [
    ...(has ? [] : [{kind: 'add-labels', issue: number, labels: [label]} as const]), ...others.map((l) => ({kind: 'remove-label', issue: number, label: l} as const)),
  ])
  return {...result, status: actions.length === 0 ? 'noop' : 'done', actions}
}

/** What only GitHub knows: a closed issue, or one that has sub-issues already, is not to be split whatever its text says. */
async function withState(world: World, issue: Issue, result: ClassifyResult): Promise<ClassifyResult> {
  const refused = (code: 'closed' | 'already_decomposed', reason: string): ClassifyResult => ({...result, decompose: {eligible: false, reason, code}})
  if (issue.state === 'closed') return refused('closed', `#${issue.number} is closed`)
  if (!result.decompose.eligible) return result
  const {length} = await childrenOf(world, issue)
  return length === 0 ? result : refused('already_decomposed', `#${issue.number} has ${length} sub-issues`)
}

async function askModel(world: World, issue: ClassifyInput & {number: number}): Promise<LlmVerdict | undefined> {
  const dir = classifyDir(issue.number)
  const prompt = classifyPrompt({title: issue.title, body: issue.body, nonce: world.nonce()})
  const task = spawnTask(world, 'classify', {issue: issue.number, labels: issue.labels, complexity: 'medium', prompt, cwd: world.root, dir, spentUsd: 0})
  const answer = await ask(world, task, 'classify', FIRST, {dir, name: ''}, {command: 'classify', epic: null}, (outcome) => answersIn(outcome, readClassifyAnswer).at(-1))
    // what was not spent here may be what the next issue needs
    .finally(() => world.purse.settle(issue.number))
  if (answer.kind === 'none') {
    if (answer.failed) world.report.warn(`#${issue.number}: no model gave a usable answer; the rules decide`)
    return undefined
  }
  const {outcomes} = answer
  return {...answer.value, usage: outcomes.map((o) => o.usage).reduce(addUsage, null), costUsd: outcomes.map((o) => o.costUsd).reduce(addCost, null)}
}
