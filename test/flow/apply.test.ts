import {describe, expect, it} from 'vitest'
import type {Action} from '../../src/lib/core/action.js'
import {printChildBody} from '../../src/lib/core/issue/child-body.js'
import type {Comment, Issue} from '../../src/lib/core/issue/issue.js'
import {PilotError} from '../../src/lib/errors.js'
import {apply, nothingMade} from '../../src/lib/flow/apply.js'
import type {World} from '../../src/lib/flow/world.js'
import {issue} from '../support/issues.js'

const KEY = 'aaaaaaaaaaaa'
const CREATE: Action = {
  kind: 'create-child', parent: 7,
  child: {order: 1, key: KEY, planHash: 'bbbbbbbbbbbb', title: 'Write the parser', description: 'Write it.', acceptance: [], dependsOn: [], labels: ['pilot']},
}
const body = (about: {parent?: number; key?: string} = {}): string =>
  printChildBody({parent: about.parent ?? 7, description: 'Write it.', acceptance: [], dependsOn: [], mark: {parent: 7, plan: 'bbbbbbbbbbbb', key: about.key ?? KEY, order: 1}})
const made = (number: number, author: string, about: {parent?: number; key?: string} = {}): Issue => issue(number, {author, body: body(about)})

/** A GitHub that loses the answer to the first create, and then shows these issues and comments. */
function losing(after: {issues?: Issue[]; comments?: Comment[]}) {
  const calls: string[] = []
  const create = (what: string) => (): Promise<Issue> => {
    calls.push(what)
    return calls.length === 1 ? Promise.reject(new PilotError('AMBIGUOUS_WRITE', 'lost')) : Promise.resolve(issue(99))
  }
  const world = {
    dryRun: false, report: {action: () => undefined}, own: () => Promise.resolve((login: string) => login === 'pilot'),
    issues: {
      create: create('issue'),
      async *newerThan(n: number): AsyncGenerator<Issue> {
        calls.push(`newer than ${n}`)
        yield* after.issues ?? []
      },
    },
    comments: {create: create('comment'), list: () => Promise.resolve(after.comments ?? [])},
  } as unknown as World
  return {calls, world}
}

describe('a child whose answer got lost', () => {
  it.each<[string, Issue[], number, number]>([
    ['is found', [made(8, 'pilot')], 8, 1],
    ['is found behind a copy by a stranger', [made(8, 'stranger'), made(9, 'pilot')], 9, 1],
    ['is no copy by a stranger', [made(8, 'stranger')], 99, 2],
    ['is no child of another epic', [made(8, 'pilot', {parent: 6})], 99, 2],
    ['is no other child', [made(8, 'pilot', {key: 'cccccccccccc'})], 99, 2],
  ])('%s', async (_, issues, number, creates) => {
    const {calls, world} = losing({issues})
    const so = {...nothingMade(), newest: 7}
    await apply(world, [CREATE], so)
    expect([so.children.get(1)?.number, calls]).toEqual([number, ['issue', 'newer than 7', ...(creates === 2 ? ['issue'] : [])]])
  })
})

const comment = (author: string): Comment => ({id: 1, author, body: 'Plan of #7\n'}) as Comment

it.each([['pilot', ['comment']], ['stranger', ['comment', 'comment']]])('a comment whose answer got lost, and one of the same text by %s', async (author, creates) => {
  const {calls, world} = losing({comments: [comment(author)]})
  await apply(world, [{kind: 'create-comment', issue: 7, what: 'plan', body: 'Plan of #7'}])
  expect(calls).toEqual(creates)
})
