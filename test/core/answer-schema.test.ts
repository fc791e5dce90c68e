import {Ajv} from 'ajv'
import {expect, test} from 'vitest'
import {classifyAnswerJsonSchema} from '../../src/lib/core/classify/prompt.js'
import {decisionJsonSchema} from '../../src/lib/core/decide/decision.js'
import {planAnswerJsonSchema} from '../../src/lib/core/plan/draft.js'
import {reviewAnswerJsonSchema} from '../../src/lib/core/run/review.js'

// Ajv as it comes knows draft 7 only, like the agents
test.each([
  ['classify', classifyAnswerJsonSchema(), {complexity: 'simple', decompose: false, confidence: 1, reason: 'r'}, {complexity: 'huge'}],
  ['plan', planAnswerJsonSchema(), {decision: 'single', reason: 'r', effort: '', subtasks: []}, {decision: 'maybe'}],
  ['review', reviewAnswerJsonSchema(), {verdict: 'approve', summary: '', findings: []}, {verdict: 'ok'}],
  ['decide', decisionJsonSchema(), {analysis: {}, strategies: {}, routedContext: [], skip: [], waves: [[1]], learnings: []}, {analysis: {}}],
])('the schema of gate %s is one of draft 7, and tells answers apart', (_, text, good, bad) => {
  const validate = new Ajv().compile(JSON.parse(text) as object)
  expect([validate(good), validate(bad)]).toEqual([true, false])
})
