// The project that the demo works on: a small library with tests that really run, and the issue that asks for more of it.

export const OWNER = 'demo'
export const REPO = `${OWNER}/wordstat`

const WORDS = `/** The words of a text in lower case, in order. An apostrophe inside a word belongs to it. */
export function words(text) {
  return text.toLowerCase().match(/[\\p{L}\\p{N}]+(?:['’][\\p{L}\\p{N}]+)*/gu) ?? []
}
`

const WORDS_TEST = `import assert from "node:assert/strict"
import {test} from "node:test"
import {words} from "../src/text/words.js"

test("words come in order and in lower case", () => {
  assert.deepEqual(words("The cat saw the dog."), ["the", "cat", "saw", "the", "dog"])
})
test("an apostrophe belongs to its word", () => {
  assert.deepEqual(words("Don't panic"), ["don't", "panic"])
})
test("a text without words has none", () => {
  assert.deepEqual(words(" … "), [])
})
`

const README = `# wordstat

Word statistics of a text, without dependencies.

    import {words} from "wordstat"

    words("Don't panic")   // ["don't", "panic"]

Run the tests with \`npm test\`.
`

const PACKAGE = `${JSON.stringify({
  name: "wordstat", version: "0.1.0", private: true, type: "module", exports: "./src/index.js", scripts: {test: "node --test"},
}, null, 2)}\n`

/** The first commit by path; `config` is the text of `.pilot/config.yaml`. */
export const baseFiles = (config: string): Record<string, string> => ({
  'package.json': PACKAGE, 'README.md': README, 'src/index.js': 'export {words} from "./text/words.js"\n', 'src/text/words.js': WORDS,
  'test/words.test.js': WORDS_TEST, '.pilot/config.yaml': config,
})

export const EPIC_TITLE = 'Report how a text is written, from the command line'

/** The epic as a maintainer would write it: four pieces in four places, with an order between them. */
export const EPIC_BODY = `Today wordstat can only cut a text into words. People who edit texts want to know how a text is written: which
words it leans on, how varied it is, how long its sentences are. They want to ask for that from the command line, without writing a
script first.

The pieces can be built and merged one by one. Counting comes first, because the table and the measures are made from the counts; the
command comes last, because it prints what the others answer.

## Tasks

- [ ] Add word frequencies in \`src/count/\`: every distinct word with how often it occurs, the most frequent first, equal ones in
      alphabetical order.
- [ ] Add a plain text table in \`src/report/\`: the most frequent words with their counts in aligned columns, at most as many rows as
      asked for.
- [ ] Add measures of variety in \`src/measure/\`: the share of distinct words among all words, and the average number of words in a
      sentence. A text without words must answer zero and not fail.
- [ ] Add a command in \`bin/wordstat.js\` that reads a file or standard input and prints the measures and the table; export the new
      functions from \`src/index.js\` and describe the command in the README.

## Acceptance criteria

- every piece comes with tests of its own in \`test/\`, which run with \`node --test\`
- no dependency is added
- \`words\` keeps its behaviour
`
