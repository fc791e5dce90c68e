// What the scripted agent knows: the subtasks of the demo's one epic and the files that make each of them.

export type ScriptedSubtask = {
  title: string
  description: string
  acceptance: readonly string[]
  dependsOn: readonly number[]
  touches: readonly string[]
  complexity: 'simple' | 'medium'
  commit: string
  /** the files of an attempt by path, numbered from 1 */
  files: (attempt: number) => Readonly<Record<string, string>>
  /** what it leaves instead in its first round; the tests send it back, and the fix round writes `files` */
  firstRound?: Readonly<Record<string, string>>
}

/** Its first round forgets that words can be equally frequent. */
const BY_COUNT_ONLY = '    .sort((a, b) => b.count - a.count)\n'
const FREQUENCY = `import {words} from "../text/words.js"

/** The distinct words of a text with how often each occurs: the most frequent first, equal ones in alphabetical order. */
export function frequency(text) {
  const counts = new Map()
  for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .map(([word, count]) => ({word, count}))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
}
`
const FREQUENCY_TEST = `import assert from "node:assert/strict"
import {test} from "node:test"
import {frequency} from "../src/count/frequency.js"

test("the most frequent word comes first, equal ones by the alphabet", () => {
  assert.deepEqual(frequency("The dog and the cat"), [
    {word: "the", count: 2}, {word: "and", count: 1}, {word: "cat", count: 1}, {word: "dog", count: 1},
  ])
})
test("a text without words has no frequencies", () => {
  assert.deepEqual(frequency(""), [])
})
`
const TABLE = `import {frequency} from "../count/frequency.js"

/** The \`rows\` most frequent words of a text as lines: the count, aligned to the right, then the word. */
export function table(text, rows = 10) {
  const top = frequency(text).slice(0, rows)
  const width = Math.max(0, ...top.map(({count}) => String(count).length))
  return top.map(({word, count}) => String(count).padStart(width) + "  " + word + "\\n").join("")
}
`
const TABLE_TEST = `import assert from "node:assert/strict"
import {test} from "node:test"
import {table} from "../src/report/table.js"

test("counts are aligned to the right", () => {
  assert.equal(table("go ".repeat(10) + "stop"), "10  go\\n 1  stop\\n")
})
test("no more rows than asked for", () => {
  assert.equal(table("a a b", 1), "2  a\\n")
})
test("a text without words has an empty table", () => {
  assert.equal(table(""), "")
})
`
const SENTENCES = `
/** The average number of words in a sentence; 0 for a text without words. */
export function sentenceLength(text) {
  const lengths = text.split(/[.!?…]+/u).map((sentence) => words(sentence).length).filter((length) => length > 0)
  return lengths.length === 0 ? 0 : lengths.reduce((sum, length) => sum + length, 0) / lengths.length
}
`
const variety = (formula: string): string => `import {frequency} from "../count/frequency.js"
import {words} from "../text/words.js"

/** The share of distinct words among all words, from 0 to 1; 0 for a text without words. */
export function variety(text) {
  const all = words(text).length
  return ${formula}
}
${SENTENCES}`
/** The slip of the first attempt: no words, and 0 / 0 is NaN. */
const HASTY = variety('frequency(text).length / all')
const CAREFUL = variety('all === 0 ? 0 : frequency(text).length / all')
const VARIETY_TEST = `import assert from "node:assert/strict"
import {test} from "node:test"
import {sentenceLength, variety} from "../src/measure/variety.js"

test("variety is the share of distinct words", () => {
  assert.equal(variety("one two two two"), 0.5)
})
test("sentences are averaged, dots in a row end only one", () => {
  assert.equal(sentenceLength("One two three... Four!"), 2)
})
test("a text without words answers zero", () => {
  assert.equal(variety(""), 0)
  assert.equal(sentenceLength(" … "), 0)
})
`
const COMMAND = `#!/usr/bin/env node
import {readFileSync} from "node:fs"
import {sentenceLength, table, variety} from "../src/index.js"

// without a file the text comes from standard input
const text = readFileSync(process.argv[2] ?? 0, "utf8")
console.log("variety          " + variety(text).toFixed(2))
console.log("words a sentence " + sentenceLength(text).toFixed(1))
process.stdout.write(table(text))
`
const INDEX = `export {frequency} from "./count/frequency.js"
export {sentenceLength, variety} from "./measure/variety.js"
export {table} from "./report/table.js"
export {words} from "./text/words.js"
`
const COMMAND_TEST = `import assert from "node:assert/strict"
import {execFileSync} from "node:child_process"
import {fileURLToPath} from "node:url"
import {test} from "node:test"

const command = fileURLToPath(new URL("../bin/wordstat.js", import.meta.url))
const run = (input) => execFileSync(process.execPath, [command], {input, encoding: "utf8"})

test("measures and table of standard input", () => {
  assert.equal(run("go go stop."), "variety          0.67\\nwords a sentence 3.0\\n2  go\\n1  stop\\n")
})
test("an empty text is no error", () => {
  assert.equal(run(""), "variety          0.00\\nwords a sentence 0.0\\n")
})
`
const COMMAND_README = `# wordstat

Word statistics of a text, without dependencies.

    $ echo "go go stop." | node bin/wordstat.js
    variety          0.67
    words a sentence 3.0
    2  go
    1  stop

As a library:

    import {frequency, sentenceLength, table, variety, words} from "wordstat"

    words("Don't panic")   // ["don't", "panic"]

Run the tests with \`npm test\`.
`

/**
 * The plan, in merge order. The first one is mended in a fix round. The third one slips in all of its first attempt: its own test finds it,
 * so verification fails.
 */
export const SUBTASKS: readonly ScriptedSubtask[] = [
  {
    title: 'feat(count): count how often each word occurs', complexity: 'simple', dependsOn: [],
    description: 'Add `frequency(text)` in `src/count/frequency.js`: the distinct words with their counts, the most frequent first, '
      + 'equal ones in alphabetical order.',
    acceptance: ['ties are in alphabetical order', 'a text without words has no frequencies'],
    touches: ['src/count/**', 'test/frequency.test.js'], commit: 'feat(count): count how often each word occurs',
    files: () => ({'src/count/frequency.js': FREQUENCY, 'test/frequency.test.js': FREQUENCY_TEST}),
    firstRound: {'src/count/frequency.js': FREQUENCY.replace(/ {4}\.sort\(.*\n/, BY_COUNT_ONLY), 'test/frequency.test.js': FREQUENCY_TEST},
  },
  {
    title: 'feat(report): print the most frequent words as a table', complexity: 'simple', dependsOn: [1],
    description: 'Add `table(text, rows)` in `src/report/table.js`, made from the counts of `src/count/frequency.js`: one line a word, '
      + 'counts aligned to the right.',
    acceptance: ['counts are aligned', 'never more rows than asked for'],
    touches: ['src/report/**', 'test/table.test.js'], commit: 'feat(report): print the top words as a table',
    files: () => ({'src/report/table.js': TABLE, 'test/table.test.js': TABLE_TEST}),
  },
  {
    title: 'feat(measure): measure how varied a text is', complexity: 'medium', dependsOn: [1],
    description: 'Add `variety(text)` and `sentenceLength(text)` in `src/measure/variety.js`: distinct words among all words, and '
      + 'the average words of a sentence.',
    acceptance: ['a text without words answers 0 for both'],
    touches: ['src/measure/**', 'test/variety.test.js'], commit: 'feat(measure): measure how varied a text is',
    files: (attempt) => ({'src/measure/variety.js': attempt === 1 ? HASTY : CAREFUL, 'test/variety.test.js': VARIETY_TEST}),
  },
  {
    title: 'feat(cli): print measures and table from the command line', complexity: 'medium', dependsOn: [2, 3],
    description: 'Add `bin/wordstat.js`, which reads a file or standard input and prints the measures and the table. Export '
      + 'the new functions from `src/index.js`; describe the command in the README.',
    acceptance: ['a file name is optional', 'an empty text is no error'],
    touches: ['bin/**', 'src/index.js', 'README.md', 'test/cli.test.js'], commit: 'feat(cli): print measures and table',
    files: () => ({'bin/wordstat.js': COMMAND, 'src/index.js': INDEX, 'README.md': COMMAND_README, 'test/cli.test.js': COMMAND_TEST}),
  },
]
