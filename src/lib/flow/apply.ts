import {describeAction, type Action} from '../core/action.js'
import {printChildBody, childMark} from '../core/issue/child-body.js'
import type {Issue} from '../core/issue/issue.js'
import {PilotError} from '../errors.js'
import {createOnce} from './once.js'
import type {World} from './world.js'

/** What later actions need of earlier ones: children of an epic by their order in the plan, and the commit that a merge made. */
export type Made = {children: Map<number, Issue>; mergeSha: string | null}
export const nothingMade = (): Made => ({children: new Map(), mergeSha: null})

/**
 * Performs actions in order, or only says what they would do (`--dry-run`). The one place that writes what decisions ask for.
 * Answers one line an action.
 */
export async function apply(world: World, actions: readonly Action[], made: Made = nothingMade()): Promise<string[]> {
  const lines = actions.map(describeAction)
  for (const [i, action] of actions.entries()) {
    world.report.action(`${world.dryRun ? 'would' : 'did'} ${lines[i]}`)
    if (!world.dryRun) await perform(world, action, made)
  }
  return lines
}

async function perform(world: World, a: Action, made: Made): Promise<void> {
  const {children} = made
  switch (a.kind) {
    case 'add-labels': return world.issues.addLabels(a.issue, a.labels)
    case 'remove-label': return world.issues.removeLabel(a.issue, a.label)
    case 'create-comment': return createComment(world, a.issue, a.body)
    case 'update-comment': return world.comments.update(a.comment, a.body)
    case 'close-issue': return world.issues.close(a.issue, a.reason)
    case 'create-child': return createChild(world, a, children)
    case 'link-child': return void (await world.relations.link(a.parent, need(children, a.order)))
    case 'block-child': return void (await world.relations.block(need(children, a.order).number, need(children, a.by)))
    case 'create-pull': return void (await createPull(world, a))
    case 'update-pull': return world.pulls.update(a.pull, a)
    case 'merge-pull': return void (made.mergeSha = (await world.pulls.merge(a.pull, a)).sha)
    case 'delete-branch': return world.pulls.deleteBranch(a.branch)
    case 'write-plan': return world.artifacts.write(`epics/${a.plan.epic.number}/plan.json`, a.plan)
  }
}

const need = (children: Made['children'], order: number): Issue => {
  const child = children.get(order)
  if (child === undefined) throw new PilotError('INTERNAL', `child ${order} does not exist yet`)
  return child
}

/** The first line of a comment names its kind, so a comment whose answer got lost is found again by it. */
async function createComment(world: World, issue: number, body: string): Promise<void> {
  const head = body.split('\n', 1)[0]!
  await createOnce(
    () => world.comments.create(issue, body),
    async () => (await world.comments.list(issue)).find((comment) => comment.body.startsWith(head) && comment.body.trim() === body.trim()),
  )
}

/** A child's marker is its identity: after a lost answer the issue list, not search, tells whether it was made. */
async function createChild(world: World, a: Extract<Action, {kind: 'create-child'}>, children: Made['children']): Promise<void> {
  const {child, parent} = a
  const body = printChildBody({
    parent, description: child.description, acceptance: [...child.acceptance], dependsOn: child.dependsOn.map((order) => need(children, order).number),
    mark: {parent, plan: child.planHash, key: child.key, order: child.order},
  })
  const since = new Date(world.clock.now().getTime() - 3_600_000).toISOString()
  const made = await createOnce(
    () => world.issues.create({title: child.title, body, labels: child.labels}),
    async () => {
      for await (const issue of world.issues.list({state: 'all', since})) {
        const mark = childMark(issue.body)
        if (mark?.parent === parent && mark.key === child.key) return issue
      }
      return undefined
    },
  )
  // labels are dropped in silence for accounts without push access: say so instead of losing the child from `pilot next`
  if (!child.labels.every((label) => made.labels.some((l) => l.toLowerCase() === label.toLowerCase()))) await world.issues.addLabels(made.number, child.labels)
  children.set(child.order, made)
}

async function createPull(world: World, a: Extract<Action, {kind: 'create-pull'}>): Promise<number> {
  const pull = await createOnce(
    () => world.pulls.create({title: a.title, body: a.body, head: a.head, base: a.base}),
    async () => (await world.pulls.ofBranch(a.head)).find((p) => p.state === 'open'),
  )
  return pull.number
}
