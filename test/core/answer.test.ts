import {describe, expect, it} from 'vitest'
import {jsonIn} from '../../src/lib/core/answer.js'

describe('the JSON in a model\'s answer', () => {
  it.each<[string, string, unknown]>([
    ['bare', '{"a":1}', {a: 1}],
    ['in a fence', '```json\n{"a":1}\n```\n', {a: 1}],
    ['in a fence with words around it', 'Here it is:\n\n```\n{"a":1}\n```\nDone.', {a: 1}],
    ['the last fence wins', '```json\n{"a":1}\n```\nno, better:\n```json\n{"a":2}\n```', {a: 2}],
    ['between words', 'I think {"a": {"b": 1}} is right', {a: {b: 1}}],
    ['a list', '[1, 2]', [1, 2]],
    ['nothing', '', undefined],
    ['only words', 'no JSON here', undefined],
    ['a bare word is no answer', '"approve"', undefined],
    ['broken', '{"a":', undefined],
    ['two objects in a row', '{"a":1} {"b":2}', undefined],
  ])('%s', (_, text, value) => {
    expect(jsonIn(text)).toEqual(value)
  })
})
