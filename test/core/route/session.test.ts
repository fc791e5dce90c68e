import {describe, expect, it} from 'vitest'
import {EXECUTORS, type Executor} from '../../../src/lib/core/config/words.js'
import {describePlan} from '../../../src/lib/core/route/describe.js'
import {fits, isLost, sessionAfter, type Session} from '../../../src/lib/core/route/session.js'
import type {AgentOutcome} from '../../../src/lib/core/run/outcome.js'
import {config, spawnPlan} from './support.js'

const USAGE = {inFresh: 100, cacheRead: 30, cacheWrite5m: 20, cacheWrite1h: 0, out: 10}
const outcome = (about: Partial<AgentOutcome> = {}): AgentOutcome => ({
  failure: null, message: '', text: '', structured: undefined, usage: USAGE, costUsd: 0.5, models: [], turns: 1, sessionId: 's-1', wallMs: 1, exitCode: 0, signal: null,
  killedBy: null, ...about,
})
const session = (about: Partial<Session> = {}): Session => ({gate: 'implement', executor: 'claude', model: 'claude-sonnet-4-6', id: 's-1', usage: USAGE, costUsd: 0.5, ...about})
const planOf = (resume: Session | null, about: Parameters<typeof spawnPlan>[1] = {}) =>
  spawnPlan('implement', {...about, task: {...about?.task, resume: resume && {session: resume, prompt: 'SHORT'}}})

describe('a plan for a round after the first', () => {
  it('goes on in the session of the same gate, executor and model, with the short prompt', () => {
    const plan = planOf(session())
    expect([plan.stdin, plan.resume, plan.argv.slice(plan.argv.indexOf('--resume'), plan.argv.indexOf('--resume') + 2)]).toEqual(
      ['SHORT', {session: 's-1', usage: USAGE, costUsd: 0.5}, ['--resume', 's-1']])
    expect(plan.provenance['resume']).toMatchObject({value: 's-1', reason: expect.stringContaining('claude-sonnet-4-6') as string})
    expect(describePlan(plan)).toMatch(/^GH-7 attempt 1 implement: executor=claude.*, resumes s-1$/)
    expect(describePlan(planOf(null))).not.toContain('resumes')
  })

  it.each<[string, Partial<Session>]>([['gate', {gate: 'lint'}], ['executor', {executor: 'codex'}], ['model', {model: 'claude-opus-4-7'}]])('begins anew for another %s', (_, about) => {
    const plan = planOf(session(about))
    expect([plan.stdin, plan.resume, plan.argv.includes('--resume')]).toEqual(['PROMPT', null, false])
    expect(fits(session(about), {gate: 'implement', executor: 'claude', model: 'claude-sonnet-4-6'})).toBe(false)
  })

  it('begins anew on the tier that it has risen to', () => {
    const risen = planOf(session(), {config: config({routing: {max_escalations_per_issue: 1}}), history: {attempt: 2, gateFailures: 1}})
    expect([risen.model, risen.resume]).toEqual(['claude-opus-4-7', null])
  })
})

describe('the session that a spawn leaves', () => {
  it('has the use of all its rounds, so that the sum it tells next can be taken apart', () => {
    const first = sessionAfter(planOf(null), outcome())
    expect(first).toEqual(session())
    const second = sessionAfter(planOf(first), outcome({costUsd: 0.25}))
    expect(second).toEqual(session({usage: {inFresh: 200, cacheRead: 60, cacheWrite5m: 40, cacheWrite1h: 0, out: 20}, costUsd: 0.75}))
  })

  it('is a new one where the program began one', () => {
    expect(sessionAfter(planOf(session()), outcome({sessionId: 's-2'}))).toEqual(session({id: 's-2'}))
  })

  it.each<[string, Partial<AgentOutcome>]>([['a failure', {failure: 'agent_error'}], ['no id', {sessionId: null}]])('is none after %s', (_, about) => {
    expect(sessionAfter(planOf(null), outcome(about))).toBeNull()
  })

  it('is none where the executor cannot go on', () => {
    const can = (executor: Executor): boolean => sessionAfter({...planOf(null), executor}, outcome()) !== null
    expect(EXECUTORS.filter(can)).toEqual(['claude', 'codex'])
  })
})

describe('a session that is gone', () => {
  it.each<[string, Executor, boolean, Partial<AgentOutcome>, boolean]>([
    ['claude', 'claude', true, {failure: 'agent_error', message: 'No conversation found with session ID: s-1; error_during_execution'}, true],
    ['codex', 'codex', true, {failure: 'agent_error', message: 'Error: thread/resume: thread/resume failed: no rollout found for thread id s-1 (code -32600)'}, true],
    ['a round that did not go on in one', 'claude', false, {failure: 'agent_error', message: 'No conversation found with session ID: s-1'}, false],
    ['another failure', 'claude', true, {failure: 'rate_limited', message: 'slow down'}, false],
    ['an agent that talks of it', 'claude', true, {message: 'No conversation found with session ID'}, false],
  ])('%s', (_, executor, resumed, about, lost) => {
    expect(isLost({...planOf(resumed ? session() : null), executor}, outcome(about))).toBe(lost)
  })
})
