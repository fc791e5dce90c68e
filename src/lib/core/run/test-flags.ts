import {fileOf} from './patch.js'
import {countTests, switchesOff} from './test-lines.js'

const TEST_FILE = /(^|[/.])(tests?|__tests__|specs?)\/|[._-](test|spec)\.[a-z]+$|_(?:unit)?tests?\.(go|py|rb|exs|cc|cpp|cxx|c)$|(^|\/)test_[^/]+\.(py|rb)$/i
/** The ending is a word of its own only by its capital: Latest.java is none; so with the folder AppTests. */
const TEST_CLASS = /(?:Test|Tests|Spec)\.(?:java|kt|cs|fs|scala|groovy|swift|php|cc|cpp|cxx|mm?)$|[A-Za-z]Tests\//
const isTest = (file: string): boolean => TEST_FILE.test(file) || TEST_CLASS.test(file)

/** npm's `scripts.test`, which is what verifies a change where no command is configured. */
const TEST_SCRIPT = /"test"\s*:\s*"((?:[^"\\]|\\.)*)"/

/** Stands for lines that are in both: what was removed before and after them does not belong together. */
const KEPT = ';'

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
    else {
      if (!line.startsWith(' ')) now.header.push(line)
      for (const side of [now.added, now.removed]) side.push(KEPT)
    }
  }
  return found
}

function flagsOf({file, from, header, added, removed}: Section): string[] {
  const flags: string[] = []
  const [before, after] = [side(file, removed), side(file, added)]
  if (/(^|\/)package\.json$/.test(file) && before.scripts.some((script) => !after.scripts.includes(script))) flags.push(`test command changed: ${file}`)
  if (isTest(from) && !isTest(file)) return [...flags, `test file renamed to one that is none: ${from} -> ${file}`]
  // tests of Rust stand beside what they test
  if (!isTest(file) && !file.endsWith('.rs')) return flags
  if (header.some((line) => line.startsWith('deleted file mode'))) return isTest(file) || before.openers > 0 ? [...flags, `test file removed: ${file}`] : flags
  if (before.openers > after.openers) flags.push(`tests removed: ${file} (${before.openers - after.openers})`)
  if (added.some((line) => switchesOff(file, line))) flags.push(`test switched off: ${file}`)
  return flags
}

const side = (file: string, lines: readonly string[]): Side => ({
  openers: countTests(file, lines), scripts: lines.flatMap((line) => TEST_SCRIPT.exec(line)?.[1] ?? []),
})
