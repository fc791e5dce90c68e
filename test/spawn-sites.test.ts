import {readFileSync, readdirSync} from 'node:fs'
import {expect, test} from 'vitest'
import {spawnSites} from './architecture/spawn-sites.js'
import type {Files} from './architecture/rules.js'

const src = new URL('../src/', import.meta.url)
const real: Files = new Map(readdirSync(src, {recursive: true, encoding: 'utf8'})
  .filter((name) => name.endsWith('.ts')).map((name) => [name.replaceAll('\\', '/'), readFileSync(new URL(name, src), 'utf8')]))

test('what is spawned is decided in one place', () => expect(spawnSites(real)).toEqual([]))

// each rule is broken on purpose, in a file of the real tree, to see that it bites
test.each([
  ['lib/flow/gate.ts', "const {execa} = await import('execa')", 'imports execa'],
  ['lib/flow/attempt/verify.ts', "await spawnChild({argv: ['claude']})", 'starts a process'],
  ['lib/adapters/commands.ts', "import {spawn} from 'node:child_process'", 'starts a process of its own'],
  ['lib/core/run/patch.ts', "const globs = ['.github/**']; const m = 'gpt-5.5'; const more = ['.pilot/**']", 'names a model'],
  ['lib/flow/attempt/implement.ts', 'await world.agent.run(plan, {})', 'runs an agent'],
  ['lib/flow/attempt/review.ts', "const plan = {...other, argv: ['claude', '-p']}", 'builds a spawn plan'],
  ['lib/adapters/agent.ts', "const plan = {...other, argv: [...plan.argv, '--verbose']}", 'builds a spawn plan'],
  ['lib/flow/plan-epic.ts', "const env = {ANTHROPIC_MODEL: 'x'}", 'names an agent\'s options or variables'],
  ['lib/core/route/plan-spawn.ts', "const args = ['--allowedTools', 'Bash']", 'names an agent\'s options or variables'],
  ['lib/flow/classify.ts', "const model = 'claude-haiku-4-5'", 'names a model'],
  ['lib/core/route/select.ts', "const model = \"gpt-5.5\"", 'names a model'],
])('%s with `%s` is caught', (file, line, what) => {
  const text = real.get(file)
  expect(text, 'the file is there').toBeDefined()
  expect(spawnSites(new Map([...real, [file, `${text}\n${line}\n`]]))).toContain(`${file} ${what}`)
})

test('a comment may speak of a model', () => {
  expect(spawnSites(new Map([['lib/flow/a.ts', "/** such as 'claude-opus-4-7' */\n// or 'gpt-5.5'\n"]]))).toEqual([])
})
