import {describe, expect, it} from 'vitest'
import {describePlan} from '../../../src/lib/core/route/describe.js'
import {config, spawnPlan} from './support.js'

describe('the line of a spawn', () => {
  it.each([
    ['defaults', spawnPlan('implement'),
      'GH-7 attempt 1 implement: executor=claude (default executor.default), model=claude-sonnet-4-6 (default tiers.balanced), tier=balanced (preset opus-plans complexity.medium)'],
    ['file and line', spawnPlan('implement', {config: config({executor: {default: 'claude'}, routing: {complexity: {medium: 'cheap'}}}, {}, {'executor.default': 3, 'routing.complexity.medium': 9})}),
      'GH-7 attempt 1 implement: executor=claude (local local.yaml:3 executor.default), model=claude-haiku-4-5 (default tiers.cheap), tier=cheap (local local.yaml:9 routing.complexity.medium)'],
    ['escalation', spawnPlan('implement', {task: {labels: ['ARCH'], issue: null}, history: {attempt: 2}}),
      'attempt 2 implement: executor=claude (default executor.default), model=claude-opus-4-7 (default tiers.frontier), tier=frontier (escalation: label ARCH)'],
    ['flag', spawnPlan('implement', {task: {flags: {model: 'claude-x'}}}),
      'GH-7 attempt 1 implement: executor=claude (default executor.default), model=claude-x (flag --model), tier=balanced (preset opus-plans complexity.medium)'],
  ])('%s', (_, plan, line) => { expect(describePlan(plan)).toBe(line) })
})
