import {describe, expect, it} from 'vitest'
import {answersIn, jsonIn} from '../../src/lib/core/answer.js'

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
    ['two objects in a row: the last', '{"a":1} {"b":2}', {b: 2}],
    ['braces in the prose around it', 'f(x) { is fine, `{}` too\n{"a":1}\n{see above}', {a: 1}],
    ['a trailing comma', 'so: {"a":1,}', {a: 1}],
  ])('%s', (_, text, value) => {
    expect(jsonIn(text)).toEqual(value)
  })
})

describe('what a reader accepts of an answer', () => {
  const read = (value: unknown): string | undefined => (typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : undefined)
  it.each<[string, string, unknown, string[]]>([
    ['all of it, in order', '{"name": "a"} {"other": 1} {"name": "b"}', undefined, ['a', 'b']],
    ['what the program read counts last', '{"name": "a"}', {name: 'b'}, ['a', 'b']],
    ['an object within one that is accepted is part of it', '{"name": "a", "more": {"name": "b"},}', undefined, ['a']],
    ['a wrapper', '{"result": {"answer": {"name": "a"}}}', undefined, ['a']],
    ['a wrapper that the program read', '', {result: {name: 'a'}}, ['a']],
    ['a text that holds it', JSON.stringify('{"name": "a"}'), undefined, ['a']],
    ['no text within an object', '{"said": "{\\"name\\": \\"a\\"}"}', undefined, []],
    ['nothing that the text ends inside of', '{"name": "a", "list": [1', undefined, []],
    ['no quote of the question', '<untrusted-12345678>\n{"name": "a"}\n</untrusted-12345678>', undefined, []],
  ])('%s', (_, text, structured, names) => {
    expect([...new Set(answersIn({text, structured}, read))]).toEqual(names)
  })

  it.each(['{', '{"', '{"a":', '{} ', "{'a': 1,}", '{"a":1} ', "{'", '{"name":"a"}', '"{'])('is looked for in a time that grows with the text, a row of %s', (unit) => {
    const cost = (length: number): number => Math.min(...[1, 2, 3].map(() => {
      const text = unit.repeat(Math.ceil(length / unit.length))
      const from = process.cpuUsage()
      answersIn({text, structured: undefined}, read)
      return process.cpuUsage(from).user / 1000
    }))
    cost(1000)
    // eight times the length: about 8 when linear, 64 when quadratic; below ten milliseconds the measure is noise
    expect(cost(100_000) / Math.max(cost(12_500), 10)).toBeLessThan(40)
  })
})
