import {expect, test} from 'vitest'
import {decisionIn as read} from '../../../src/lib/core/decide/parse.js'

const found = (answer: unknown) => read(typeof answer === 'string' ? {text: answer} : {text: '', structured: answer})
const decisionIn = (answer: unknown) => found(answer)?.raw

const ok = '{"skip": [], "learnings": ["a"]}'
test.each([
  ['plain', ok], ['fenced', `Here:\n\`\`\`json\n${ok}\n\`\`\`\nDone.`], ['prose round it', `I think ${ok} is right`],
  ['backticks in a string', '```json\n{"learnings": ["a"], "analysis": {"1": "run ```npm test``` first"}}\n```'],
  ['braces in a string', '{"learnings": ["a"], "analysis": {"1": "an } and a { and \\" too"}}'],
  ['another object first', `{"note": 1}\n${ok}`], ['another object last', `${ok}\nUsage: {"tokens": 5}`],
  ['two decisions: the last counts', `{"learnings": ["old"]} then ${ok}`], ['a stray brace before', `} ${ok}`],
  ['an opening in prose that is never closed', `The loop \`for (const a of b) {\` stops too early. ${ok}`],
  ['an opening with a quote that is never closed', `It says {"oops and then ${ok}`], ['code round it', `const x = {\n  y: ${ok}\n}`],
  ['many openings, and one answer', `${'if (x) { "y" '.repeat(99)}${ok}`],
  ['wrapped', `{"decision": ${ok}}`], ['wrapped twice', `Here: {"result": {"decision": ${ok}}}`], ['trailing commas', '{"skip": [], "learnings": ["a",],}'],
  ['comments', '{\n  // nothing to skip\n  "skip": [],\n  "learnings": ["a"] /* one */\n}'], ['a raw newline in a string', '{"learnings": ["a"], "analysis": {"1": "first\nsecond"}}'],
  ['wrapped, with a trailing comma', `\`\`\`json\n{"decision": ${ok},}\n\`\`\``], ['single quotes', "{'learnings': ['a']}"], ['an older one before, strictly JSON', '{"learnings": ["old"]} no: {"learnings": ["a"],}'],
  ['thought aloud first', `<think>maybe {"learnings": ["b"]}</think>\n${ok}`], ['as a text', JSON.stringify(ok)],
])('%s', (_, text) => expect(decisionIn(text)?.['learnings']).toEqual(['a']))

test.each([['empty', ''], ['prose', 'I would retry.'], ['a list', '[1]'], ['foreign keys only', '{"answer": 1}'], ['cut off', '{"learnings": ["a"'], ['null', null], ['a number', 5]])(
  '%s is no decision', (_, answer) => expect(decisionIn(answer)).toBeUndefined())

const strategies = {124: {action: 'retry_different', guidance: 'use vitest', reason: 'r'}}
const whole = {analysis: {124: 'wrong runner'}, strategies, routedContext: [{issue: 126, context: 'c'}], skip: [{issue: 125, reason: 'gone'}], waves: [[126]], learnings: ['a']}
const form = {analysis: {}, strategies: {}, routedContext: [], skip: [], waves: [], learnings: []}
const others = {strategies: {124: {action: 'skip', reason: 'no'}}}
test.each<[string, readonly object[], object, readonly string[]]>([
  ['one', [whole], whole, []],
  ['the same twice', [whole, whole], whole, []],
  ['a remark that there is nothing to skip', [{...whole, skip: []}, {skip: []}], {...whole, skip: []}, []],
  ['the same, though something is skipped', [whole, {skip: []}], whole, ['skip []']],
  ['the empty form after it', [whole, form], whole, Object.entries(form).map(([key, value]) => `${key} ${JSON.stringify(value)}`)],
  ['the empty form before it', [form, others], {...form, ...others}, ['strategies {}']],
  ['nothing but an empty remark', [{skip: []}], {skip: []}, []],
  ['in two parts', [{analysis: whole.analysis}, {strategies}], {analysis: whole.analysis, strategies}, []],
  ['a correction of one field', [whole, others], {...whole, ...others}, [`strategies ${JSON.stringify(strategies)}`]],
  ['a correction that skips nothing after all', [whole, {...whole, skip: []}], {...whole, skip: []}, ['skip [{"issue":125,"reason":"gone"}]']],
  ['a later field of the wrong kind', [whole, {learnings: ['b'], waves: 'as before', skip: null}], {...whole, learnings: ['b']}, ['skip null', 'waves "as before"', 'learnings ["a"]']],
  ['a list for an object, in one object', [{strategies: [], learnings: ['a']}], {strategies: [], learnings: ['a']}, []],
])('several objects in one answer: %s', (_, said, raw, dropped) => {
  const {raw: folded, dropped: rest} = found(`It is ${said.map((object) => JSON.stringify(object)).join(', so that ')} holds.`)!
  expect(folded).toEqual(raw)
  expect(rest.map(({field, value}) => `${field} ${value}`).sort()).toEqual([...dropped].sort())
})
test('an object that its program read from the text as well is dropped once', () =>
  expect(read({text: `${ok} {"learnings": []}`, structured: {learnings: []}})!.dropped.map(({field, value}) => [field, value])).toEqual([['learnings', '[]']]))
test('what was dropped is kept short', () => {
  const [one] = found(`{"learnings": ["${'x'.repeat(5000)}"]} {"learnings": ["a"]}`)!.dropped
  expect(one).toEqual({field: 'learnings', value: `["${'x'.repeat(198)}`, reason: 'another object of the answer counts for it'})
})

test('what was parsed by schema already is taken as it is', () => expect(decisionIn({waves: []})).toEqual({waves: []}))
test.each(['{', '{"', '{"a": ', '{ "'])('an unending row of %s is given up', (part) => expect(decisionIn(part.repeat(100_000))).toBeUndefined())
