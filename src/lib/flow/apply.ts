import {describeAction, type Action} from '../core/action.js'
import {printChildBody, childMark, parentOf} from '../core/issue/child-body.js'
import type {Issue} from '../core/issue/issue.js'
import {printPlanComment} from '../core/issue/plan-comment.js'
import {withNumbers} from '../core/plan/key.js'
import {PilotError, type Code} from '../errors.js'
import {createOnce} from './once.js'
import type {World} from './world.js'

/**
 * What later actions need of earlier ones: children of an epic by their order in the plan, the orders of those that were linked, the
 * highest issue number that was seen before the first create, the last comment that was made, and the commit that a merge made.
 */
export type Made = {children: Map<number, Issue>; linked: number[]; newest: number; comment: number | null; mergeSha: string | null}
export const nothingMade = (): Made => ({children: new Map(), linked: [], newest: 0, comment: null, mergeSha: null})

/**
 * Performs actions in order, or only says what they would do (`--dry-run`). The one place that writes what decisions ask for.
 * Answers one line for each action that was done; what GitHub may refuse without any harm done is a warning then.
 */
export async function apply(world: World, actions: readonly Action[], made: Made = nothingMade()): Promise<string[]> {
  const lines: string[] = []
  for (const action of actions) {
    const line = describeAction(action)
    if (!world.dryRun && !(await performed(world, action, made))) continue
    world.report.action(`${world.dryRun ? 'would' : 'did'} ${line}`)
    lines.push(line)
  }
  return lines
}

const EDGE: readonly Code[] = ['GITHUB_REJECTED', 'TOO_MANY_CHILDREN']
/**
 * What GitHub may say no to without any harm done: of a link or an edge the child's text says the same, and a merged branch that stays is in nobody's
 * way. Everything else that it refuses ends the command.
 */
const MINOR: Partial<Record<Action['kind'], readonly Code[]>> = {
  'link-child': EDGE, 'block-child': EDGE, 'link-issue': EDGE, 'block-issue': EDGE, 'delete-branch': ['GITHUB_REJECTED', 'FORBIDDEN'],
}

async function performed(world: World, action: Action, made: Made): Promise<boolean> {
  try {
    await perform(world, action, made)
    return true
  } catch (error) {
    if (!(error instanceof PilotError) || !MINOR[action.kind]?.includes(error.code)) throw error
    world.report.warn(`not done: ${describeAction(action)}: ${error.message}`)
    return false
  }
}

async function perform(world: World, a: Action, made: Made): Promise<void> {
  const {children} = made
  switch (a.kind) {
    case 'add-labels': return world.issues.addLabels(a.issue, a.labels)
    case 'remove-label': return world.issues.removeLabel(a.issue, a.label)
    case 'create-comment': return void (made.comment = await createComment(world, a.issue, a.body))
    case 'update-comment': return world.comments.update(a.comment, a.body)
    case 'close-issue': return world.issues.close(a.issue, a.reason)
    case 'create-child': return createChild(world, a, made)
    case 'link-child': {
      await world.relations.link(a.parent, need(children, a.order))
      return void made.linked.push(a.order)
    }
    case 'block-child': return void (await world.relations.block(need(children, a.order).number, need(children, a.by)))
    case 'link-issue': return void (await world.relations.link(a.parent, {number: a.issue, id: a.id}))
    case 'block-issue': return void (await world.relations.block(a.issue, {number: a.by, id: a.id}))
    case 'clear-claim': return void (await world.claims.clear(a.issue))
    case 'merge-pull': return void (made.mergeSha = (await world.pulls.merge(a.pull, a)).sha)
    case 'delete-branch': return world.pulls.deleteBranch(a.branch)
    case 'write-plan': return world.artifacts.write(`epics/${a.plan.epic.number}/plan.json`, a.plan)
    case 'note-children': return noteChildren(world, a, made)
  }
}

const need = (children: Made['children'], order: number): Issue => {
  const child = children.get(order)
  if (child === undefined) throw new PilotError('INTERNAL', `child ${order} does not exist yet`)
  return child
}

/** Without a plan comment there is nothing to note them in. */
async function noteChildren(world: World, {plan, comment}: Extract<Action, {kind: 'note-children'}>, made: Made): Promise<void> {
  const id = comment ?? made.comment
  const numbers = Object.fromEntries(plan.subtasks.flatMap(({key, order}) => (made.children.has(order) ? [[key, made.children.get(order)!.number]] : [])))
  if (id !== null) await world.comments.update(id, printPlanComment(withNumbers(plan, plan.children, numbers)))
}

/** A comment whose answer got lost is found again by its text and its author: anybody can copy the text. */
async function createComment(world: World, issue: number, body: string): Promise<number> {
  const {id} = await createOnce(
    () => world.comments.create(issue, body),
    async () => {
      const own = await world.own()
      return (await world.comments.list(issue)).find((comment) => own(comment.author) && comment.body.trim() === body.trim())
    },
  )
  return id
}

/** A child's marker is its identity: after a lost answer it tells whether the child was made. */
async function createChild(world: World, a: Extract<Action, {kind: 'create-child'}>, made: Made): Promise<void> {
  const {child, parent} = a
  const body = printChildBody({
    parent, description: child.description, acceptance: [...child.acceptance], dependsOn: child.dependsOn.map((order) => need(made.children, order).number),
    mark: {parent, plan: child.planHash, key: child.key, order: child.order},
  })
  const issue = await createOnce(
    () => world.issues.create({title: child.title, body, labels: child.labels}),
    () => findChild(world, parent, child.key, made),
  )
  made.children.set(child.order, issue)
}

/**
 * Never by search, and not by the issue list either, which may trail: by reading the numbers that were given out since. A key can be read on
 * the epic, so marker, parent and author have to agree, as for every child.
 */
async function findChild(world: World, parent: number, key: string, {newest, children}: Made): Promise<Issue | undefined> {
  const own = await world.own()
  const seen = Math.max(newest, ...[...children.values()].map((issue) => issue.number))
  for await (const issue of world.issues.newerThan(seen)) {
    const mark = childMark(issue.body)
    if (mark?.parent === parent && mark.key === key && parentOf(issue.body) === parent && own(issue.author)) return issue
  }
  return undefined
}
