import {describe, expect, it} from 'vitest'
import type {Child} from '../../../src/lib/core/family/children.js'
import {recognise} from '../../../src/lib/core/family/recognise.js'
import {printChildBody} from '../../../src/lib/core/issue/child-body.js'
import type {Issue} from '../../../src/lib/core/issue/issue.js'
import {checkPlan} from '../../../src/lib/core/plan/check.js'
import {isBot, issue} from '../../support/issues.js'
import {context, subtask} from '../plan/support.js'

const LONG = 'Write the part that reads the export and hands it on.'
const checked = checkPlan({decision: 'split', reason: '', effort: '', subtasks: [subtask(1, {description: LONG}), subtask(2)]}, context())
if (!checked.ok) throw new Error(checked.problems.join('; '))
const {plan} = checked
const [first, second] = plan.subtasks as [typeof plan.subtasks[number], typeof plan.subtasks[number]]
const printed = printChildBody({parent: 7, description: LONG, acceptance: first.acceptance, dependsOn: [], mark: {parent: 7, plan: plan.planHash, key: first.key, order: 1}})
const unmarked = printed.replace(/<!--.*-->\n/, '')
const lost = (about: Partial<Issue>, native = true): Child => ({issue: issue(14, {title: 'All new', ...about}), key: null, plan: null, order: null, native})
const ordersOf = (children: Child[]): [number, number | null][] => recognise(7, children, plan, isBot).map((child) => [child.issue.number, child.order])

describe('a child without its marker', () => {
  it.each<[string, Child, number | null]>([
    ['its title', lost({title: ` ${first.title.toUpperCase()} `}), 1],
    ['a damaged marker with its key', lost({body: printed.replace('"order":1', '')}), 1],
    ['its key alone', lost({body: `was ${second.key}`}), 2],
    ['its description, with line ends of a browser', lost({body: unmarked.replaceAll('\n', '\r\n')}), 1],
    ['a short description says nothing', lost({body: `Parent: GH-7\n\n${second.description}`}), null],
    ['nothing of it', lost({body: 'Parent: GH-7'}), null],
    ['the Parent line instead of a link', lost({title: first.title, body: 'Parent: GH-7'}, false), 1],
    ['neither link nor Parent line', lost({title: first.title}, false), null],
    ['the Parent line of another epic', lost({title: first.title, body: 'Parent: GH-8'}, false), null],
    ['written by a stranger', lost({title: first.title, author: 'mallory'}), null],
    ['the marker of another epic', lost({title: first.title, body: printed.replace('"parent":7', '"parent":8')}), null],
  ])('%s', (_, child, order) => { expect(ordersOf([child])).toEqual([[14, order]]) })

  it('carries the key of its subtask and the plan afterwards', () => {
    expect(recognise(7, [lost({title: first.title})], plan, isBot)[0]).toMatchObject({key: first.key, plan: plan.planHash, order: 1, native: true})
  })
  it('is no second child of a subtask that has one', () => {
    const child: Child = {...lost({}), issue: issue(10), key: first.key, order: 1}
    expect(ordersOf([child, lost({title: first.title})])).toEqual([[10, 1], [14, null]])
  })
  it('is one subtask at most, and the surest trace wins', () => {
    expect(ordersOf([lost({title: second.title, body: first.key})])).toEqual([[14, 1]])
    expect(ordersOf([lost({title: first.title}), {...lost({title: first.title}), issue: issue(15, {title: first.title})}])).toEqual([[14, 1], [15, null]])
  })
  it('is known by its number, before anything that its text says', () => {
    const noted = {...plan, children: {[first.key]: 14, [second.key]: 15}}
    const rewritten = [lost({title: second.title, body: 'all new'}), {...lost({body: 'all new'}), issue: issue(15)}]
    expect(recognise(7, rewritten, noted, isBot).map(({issue: {number}, key}) => [number, key])).toEqual([[14, first.key], [15, second.key]])
    expect(recognise(7, [lost({author: 'mallory', body: ''})], noted, isBot)[0]!.key).toBeNull()
  })
  it('stays what it is without a plan', () => { expect(recognise(7, [lost({title: first.title})], null, isBot)[0]!.key).toBeNull() })
})
