import {expect, test} from 'vitest'
import {decisionIn as read} from '../../../src/lib/core/decide/parse.js'

const decisionIn = (answer: unknown) => read(typeof answer === 'string' ? {text: answer} : {text: '', structured: answer})

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

test('what was parsed by schema already is taken as it is', () => expect(decisionIn({waves: []})).toEqual({waves: []}))
test.each(['{', '{"', '{"a": ', '{ "'])('an unending row of %s is given up', (part) => expect(decisionIn(part.repeat(100_000))).toBeUndefined())
