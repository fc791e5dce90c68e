import {describe, expect, it} from 'vitest'
import {answersIn, isBag, jsonIn} from '../../src/lib/core/answer.js'
import {answerText} from '../../src/lib/core/answer-text.js'
import {classify} from '../../src/lib/core/classify/classify.js'
import {pathsIn} from '../../src/lib/core/classify/packages.js'
import {readProse} from '../../src/lib/core/classify/prose.js'
import {acceptanceOf, childMark, dependsOn, parentOf} from '../../src/lib/core/issue/child-body.js'
import {closes} from '../../src/lib/core/issue/closes.js'
import {codeSpans, literal, mermaidLabel, plainLines} from '../../src/lib/core/issue/markdown.js'
import {markerOf} from '../../src/lib/core/issue/marker.js'
import {parsePlanComment} from '../../src/lib/core/issue/plan-comment.js'
import {parseIssueRef} from '../../src/lib/core/issue/ref.js'
import {capNeutral, cutTitle, fence, fenceExact, inline, neutralise, normaliseUntrusted, shown} from '../../src/lib/core/issue/text.js'
import {jsonValues, strictObjects} from '../../src/lib/core/json-values.js'
import {looseJson} from '../../src/lib/core/loose-json.js'
import {cleanAcceptance, cleanText, cleanTitle, cleanTouches} from '../../src/lib/core/plan/clean-draft.js'
import {draftFromIssue} from '../../src/lib/core/plan/from-issue.js'
import {draftFromJson} from '../../src/lib/core/plan/json-draft.js'
import {draftFromMarkdown} from '../../src/lib/core/plan/markdown-draft.js'
import {parsePlan} from '../../src/lib/core/plan/parse.js'
import {numbersIn, plain, spoken, stated} from '../../src/lib/core/plan/references.js'
import {singleByLine, singleInProse} from '../../src/lib/core/plan/single-prose.js'
import {quote, quoteExact} from '../../src/lib/core/prompt.js'
import {failureOf} from '../../src/lib/core/route/agents/descriptor.js'
import {programOf} from '../../src/lib/core/route/agents/shell.js'
import {addedText, holdsSecret} from '../../src/lib/core/run/added-text.js'
import {binaryFiles, withText} from '../../src/lib/core/run/binary.js'
import {checkedMessage, templateMessage} from '../../src/lib/core/run/commit-message.js'
import {excerptOf, fingerprintOf} from '../../src/lib/core/run/excerpt.js'
import {fileCounts} from '../../src/lib/core/run/file-counts.js'
import {isLintCommand} from '../../src/lib/core/run/lint-command.js'
import {maskJson, maskSecrets} from '../../src/lib/core/run/mask.js'
import {escapingLinks, protectedPaths, samePatch} from '../../src/lib/core/run/patch.js'
import {failuresIn} from '../../src/lib/core/run/progress-of-failures.js'
import {checkedSummary} from '../../src/lib/core/run/pull-summary.js'
import {readReview} from '../../src/lib/core/run/review.js'
import {reviewedPatch} from '../../src/lib/core/run/review-size.js'
import {secretsOf, signInsIn} from '../../src/lib/core/run/secrets.js'
import {lastLines} from '../../src/lib/core/run/tail.js'
import {testFlags} from '../../src/lib/core/run/test-flags.js'

/** Of each, a text is made of nothing else. */
const UNITS = [
  'a', '0', ' ', '\n', '\r\n', '\t', '-', '_', '=', '#', '*', '`', '~', '|', '.', ',', ':', ';', '/', '\\', '"', "'", '<', '>', '[', ']', '(', '{', '}', '@', '&', '!', '+', '\u00e9', '\u200d',
  'a ', '- ', '\n\n ', ' \n', ' \t', '\\n', '\\"', '{"', '{"a":', '[{', '](', '[a](', '![', '<!--', '<a ', '</think>\n', '<think></think>', '<think>', '!\u00e9', ' b/', ' "b/', ' "', '<>', 'fix<><><><><><><><><><><><><><><><><><><><>', '[!', '```', '```\n', '`a', '` ``', '~~~\n', '- [ ] ', '- [ ] a\n', '1. ', '## ', '| ',
  '**', '__a', 'a.b.', 'a/', '../', 'it.', 'it(', 'x(', 'sk-', 'sk-a', 'glpat-', 'AIza-', 'hf_', 'npm_', 'ya29.', '1//0', 'gh', 'ghp_', 'xox', '://a', 'https://a.b/', '@a', '#1 ', 'a/b#1 ', 'fixes ', 'fix:', 'fixes <',
  '&#64;', '\n+', '\n-', '```md\n', '+"test":"', '@Test ', '[Fact', 'skip: ', '/*', '// ', 'Error ', ' in 1s', 'x,', '\u001b[', 'GH-', 'A: ', 'Aa1-', 'depends on ', 'Parent: ',
] as const

const all = maskSecrets([])
const told = maskSecrets(['secret-of-some-length', 'p/s+ "w0rd"=é?'])
const bag = (value: unknown): unknown => (isBag(value) && 'none' in value ? value : undefined)
/** The text as lines that a change adds to a test. */
const added = (text: string): string => `diff --git a/test/a.test.ts b/test/a.test.ts\n--- a/test/a.test.ts\n+++ b/test/a.test.ts\n@@ -1,0 +1 @@\n+${text.replaceAll('\n', '\n+')}\n`
const removed = (text: string): string => added(text).replaceAll('\n+', '\n-')
const link = (text: string): string => added(text).replace('--- ', 'new file mode 120000\n--- ')
const settings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100} as const
const issue = (body: string) => ({number: 1, title: 'A title', body, labels: []})

/**
 * Every function that reads text of people, agents and repositories. Without a bound of its own one such text would stop the clock, the lease and Ctrl-C.
 * What others cut before they call it (`referencesIn`, `overlaps`) is here with them.
 */
const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  maskSecrets: all, 'maskSecrets, told some': told, maskJson: (text) => maskJson({[text]: text}, told), addedText: (text) => addedText(added(text)), 'addedText, no patch': addedText,
  holdsSecret: (text) => holdsSecret(added(text), all), 'testFlags, added': (text) => testFlags(added(text)), 'testFlags, removed': (text) => testFlags(removed(text)), 'testFlags, a name': (text) => testFlags(`diff --git ${text}\n`),
  escapingLinks: (text) => escapingLinks(link(text)), 'escapingLinks, a name': (text) => escapingLinks(`diff --git ${text}\n`), protectedPaths: (text) => protectedPaths([text], []), samePatch: (text) => samePatch(text, `${text}\n`),
  secretsOf: (text) => secretsOf({A_TOKEN: text, HTTPS_PROXY: text, ANTHROPIC_CUSTOM_HEADERS: text, OPENCODE_CONFIG_CONTENT: text}), signInsIn, fileCounts, 'fileCounts, a name': (text) => fileCounts(`diff --git ${text}\n`),
  binaryFiles, withText: (text) => withText(text, text), lastLines: (text) => lastLines(text, 100), excerptOf, fingerprintOf, failuresIn, reviewedPatch, isLintCommand,
  checkedMessage: (text) => checkedMessage(text, 1, all), 'checkedMessage, conventional': (text) => checkedMessage(`fix: a ${text}`, 1, all), templateMessage: (text) => templateMessage({number: 1, title: text}, [text]), checkedSummary,
  readReview: (text) => readReview({text}, 'a'), answerText, answersIn: (text) => answersIn({text}, bag), jsonIn, jsonValues, strictObjects, looseJson: (text) => looseJson(`{${text}`, 0), 'looseJson, a string': (text) => looseJson(`["${text}`, 0),
  neutralise, capNeutral: (text) => capNeutral(text, 1000), cutTitle: (text) => cutTitle(text), inline: (text) => inline(text), fence: (text) => fence(text, 'nonce-of-this'), fenceExact: (text) => fenceExact(text, 'nonce-of-this'), normaliseUntrusted, shown,
  quote: (text) => quote(text, 'nonce-of-this'), quoteExact: (text) => quoteExact(text, 'nonce-of-this'), closes: (text) => closes(text, 'o/r'), plainLines, codeSpans, literal, mermaidLabel, markerOf, parsePlanComment,
  parseIssueRef: (text) => { try { return parseIssueRef(text, {repo: 'o/r', host: 'github.com'}) } catch (error) { return error } },
  parentOf, dependsOn, childMark, acceptanceOf, classify: (text) => classify(issue(text), settings), 'classify, a title': (text) => classify({...issue(''), title: text}, settings), pathsIn, readProse,
  parsePlan: (text) => parsePlan(text), draftFromMarkdown, draftFromJson, draftFromIssue: (text) => draftFromIssue(issue(text)), singleByLine, singleInProse, numbersIn, plain, spoken, stated,
  cleanTitle, cleanText: (text) => cleanText(text, 1000), cleanAcceptance: (text) => cleanAcceptance([text]), cleanTouches: (text) => cleanTouches([text]), failureOf, programOf,
}


/** Texts of about `n` characters that are more than one thing again and again. */
const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  'entities in entities': (n) => `${'&'.repeat(n / 4)}#${'35;'.repeat(n / 4)}`, 'objects in objects': (n) => `${'{"a":'.repeat(n / 6)}1${'}'.repeat(n / 6)}`, 'lists in lists': (n) => `${'['.repeat(n / 2)}${']'.repeat(n / 2)}`,
  'one tag': (n) => `${'<'.repeat(n)}>`, 'one long string': (n) => `"test":"${'a'.repeat(n)}`, 'a heading with a gap': (n) => `# a${' '.repeat(n)}b`, 'a heading of marks': (n) => `# a${'# '.repeat(n / 2)}b`,
  'an item with a gap': (n) => `- [ ] a${' '.repeat(n)}b`, 'a line with a gap': (n) => `a${' '.repeat(n)}b`, 'lines with a gap': (n) => `a${'\n'.repeat(n)}b`, 'a marker with a gap': (n) => `<!-- pilot:${' '.repeat(n)}b`,
  'a fence with a gap': (n) => `\`\`\`${' '.repeat(n)}b`, 'a field with a gap': (n) => `Depends on:${' '.repeat(n)}b`, 'a row of nothing': (n) => `| a${' | '.repeat(n / 3)}`, 'a string of quotes': (n) => `{"a":"${'" '.repeat(n / 2)}`,
}
const repeated = (unit: string, n: number): string => unit.repeat(Math.ceil(n / unit.length)) + (/\w$/.test(unit) ? '!' : 'a')
const TEXTS: readonly (readonly [string, (n: number) => string])[] = [...UNITS.map((unit) => [JSON.stringify(unit), (n: number) => repeated(unit, n)] as const), ...Object.entries(SHAPES)]

const SHORT = 5000
/** A linear function takes four times as long for four times the text, one that takes the square sixteen times. */
const MOST = 9
/** What takes less is too short to be compared. Milliseconds. */
const FLOOR = 60

/** Milliseconds of computing, which a busy machine does not stretch. */
const best = (runs: number, run: () => unknown): number => Math.min(...Array.from({length: runs}, () => {
  const start = process.cpuUsage()
  run()
  return process.cpuUsage(start).user / 1000
}))

/** How many times as long it takes for four times the text; 0 where that is too little to tell. Measured again before it counts as too much. */
function growth(of: (text: string) => unknown, text: (n: number) => string): number {
  const [short, long] = [text(SHORT), text(4 * SHORT)]
  for (let tries = 0; ; tries++) {
    const took = best(tries === 0 ? 1 : 3, () => of(long))
    const ratio = took < FLOOR ? 0 : took / best(5, () => of(short))
    if (ratio < MOST || tries === 4) return ratio
  }
}

describe('no text takes the square of its length', () => {
  it.each(Object.entries(FUNCTIONS))('%s', (_, of) => {
    expect(TEXTS.map(([name, text]) => [name, growth(of, text)] as const).filter(([, ratio]) => ratio >= MOST)).toEqual([])
  })
})
