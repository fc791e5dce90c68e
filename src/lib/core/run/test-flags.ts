import {fileOf} from './patch.js'

const TEST_FILE = /(^|\/)(tests?|__tests__|specs?)\/|[._-](test|spec)\.[a-z]+$|_test\.(go|py|rb|exs)$|(^|\/)test_[^/]+\.py$/i
/** The ending is a word of its own only by its capital: Latest.java is none. */
const TEST_CLASS = /(?:Test|Tests|Spec)\.(?:java|kt|cs|scala|swift|php)$/
const isTest = (file: string): boolean => TEST_FILE.test(file) || TEST_CLASS.test(file)

/** The line that begins a test or a group of tests, switched off or not. */
const OPENERS: readonly RegExp[] = [
  /^\s*(?:await\s+)?(?:t\.|Deno\.)?[xf]?(?:it|test|describe|context|suite|specify)(?:\.\w+)*\s*[(`]/, /^\s*(?:async\s+)?def test\w*\s*\(/,
  /^func (?:Test|Fuzz|Example)\w*\(/, /^\s*#\[(?:\w+::)?test\b/, /^\s*@(?:Test|ParameterizedTest)\b/, /^\s*(?:it|test|describe)\s+['"]/,
]
const SKIPS: readonly RegExp[] = [
  /\b(?:it|test|describe|context|suite|specify)(?:\.\w+)*\.(?:skip|todo|only|skipIf|runIf|fails)\b/, /^\s*(?:await\s+)?[xf](?:it|describe|test|context|specify)\b(?:\.\w+)*\s*[(`]/,
  /\b(?:skip|todo|only)['"]?\s*:\s*(?:true\b|['"`])/, /\b(?:t|this|ctx)\.(?:skip|todo)\(/, /\bpytest\.(?:skip|xfail|importorskip)\(/, /\bpytest\.mark\.(?:skip|xfail)/,
  /@?unittest\.(?:skip|expectedFailure)/, /\bself\.skipTest\(/, /@(?:Disabled|Ignore)\b/, /\bt\.Skip(?:Now|f)?\(/, /#\[ignore\b/,
]
/** npm's `scripts.test`, which is what verifies a change where no command is configured. */
const TEST_SCRIPT = /"test"\s*:\s*"((?:[^"\\]|\\.)*)"/

type Side = {openers: number; scripts: string[]}
type Section = {file: string; from: string; header: string[]; added: string[]; removed: string[]}

/** What a reviewer should look at twice: tests that the patch removes or switches off, and another test command. Reads a unified diff with renames. */
export function testFlags(patch: string): string[] {
  return [...new Set(sections(patch).flatMap(flagsOf))]
}

function sections(patch: string): Section[] {
  const found: Section[] = []
  for (const line of patch.split('\n')) {
    const name = fileOf(line)
    if (name !== undefined) found.push({file: name, from: name, header: [], added: [], removed: []})
    const now = found.at(-1)
    if (now === undefined) continue
    if (line.startsWith('rename from ')) now.from = line.slice('rename from '.length)
    else if (line.startsWith('+') && !line.startsWith('+++ ')) now.added.push(line.slice(1))
    else if (line.startsWith('-') && !line.startsWith('--- ')) now.removed.push(line.slice(1))
    else if (!line.startsWith(' ')) now.header.push(line)
  }
  return found
}

function flagsOf({file, from, header, added, removed}: Section): string[] {
  const flags: string[] = []
  const [before, after] = [side(removed), side(added)]
  if (/(^|\/)package\.json$/.test(file) && before.scripts.some((script) => !after.scripts.includes(script))) flags.push(`test command changed: ${file}`)
  if (isTest(from) && !isTest(file)) return [...flags, `test file renamed to one that is none: ${from} -> ${file}`]
  // tests of Rust stand beside what they test
  if (!isTest(file) && !file.endsWith('.rs')) return flags
  if (header.some((line) => line.startsWith('deleted file mode'))) return isTest(file) || before.openers > 0 ? [...flags, `test file removed: ${file}`] : flags
  if (before.openers > after.openers) flags.push(`tests removed: ${file} (${before.openers - after.openers})`)
  if (added.some((line) => matches(SKIPS, line))) flags.push(`test switched off: ${file}`)
  return flags
}

const matches = (patterns: readonly RegExp[], line: string): boolean => patterns.some((pattern) => pattern.test(line))
const side = (lines: readonly string[]): Side => ({
  openers: lines.filter((line) => matches(OPENERS, line)).length, scripts: lines.flatMap((line) => TEST_SCRIPT.exec(line)?.[1] ?? []),
})
