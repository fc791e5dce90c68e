import {expect, test} from 'vitest'
import {plannerError, plannerFailure} from '../../../src/lib/core/plan/planner-failure.js'
import type {FailureClass} from '../../../src/lib/core/run/failure.js'

test.each<[string, (FailureClass | null)[], FailureClass | null]>([
  ['no model is meant to answer', [], null], ['an answer that was no plan', [null], null], ['an answer, then an outage', [null, 'rate_limited'], null], ['an outage, then an answer', ['network', null], null],
  ['an answer, then Ctrl-C', [null, 'interrupted'], 'interrupted'], ['Ctrl-C', ['interrupted'], 'interrupted'], ['outages only', ['network', 'auth'], 'auth'], ['a failing command', ['agent_error'], null], ['too slow, after an outage', ['network', 'timeout'], null],
  ['no money', ['budget'], 'budget'],
])('%s', (_, failures, want) => { expect(plannerFailure(failures.map((failure) => ({failure})))).toBe(want) })

test.each<[FailureClass, string, number]>([
  ['interrupted', 'INTERRUPTED', 130], ['rate_limited', 'RATE_LIMITED', 6], ['overloaded', 'AGENT_UNAVAILABLE', 6], ['network', 'AGENT_UNAVAILABLE', 6], ['cli_missing', 'AGENT_UNAVAILABLE', 6], ['auth', 'AGENT_AUTH', 4],
  ['budget', 'OVER_BUDGET', 7], ['refused_by_model', 'REFUSED_BY_MODEL', 5], ['timeout', 'PLAN_FAILED', 1], ['agent_error', 'PLAN_FAILED', 1],
])('%s ends with %s', (failure, code, exit) => {
  const error = plannerError(7, {failure, message: ''}, ['pilot plan-epic 7'])
  expect([error.code, error.exit, error.message.includes(failure), error.suggestions.at(-1)]).toEqual([code, exit, true, 'pilot plan-epic 7'])
  expect(error.suggestions).not.toContain('pilot logs 7')
})
