import {readdirSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'

type Option = {name: string; char?: string; type?: string; required?: boolean; multiple?: boolean; options?: string[]}
type Manifest = {version: string; commands: Record<string, {id: string; args: Record<string, Option>; flags: Record<string, Option>; strict?: boolean}>}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const MANIFEST = '../oclif.manifest.json'
const SNAPSHOT = './fixtures/contract/commands.json'

const shape = ({name, char, type, required, multiple, options}: Option) => ({
  name, ...(char ? {char} : {}), ...(type ? {type} : {}), required: required === true, multiple: multiple === true, ...(options ? {options} : {}),
})
/** What a script may rely on: names and shapes, in the order of arguments and by name of flags. */
const contract = ({commands}: Manifest) => Object.fromEntries(Object.values(commands).sort((a, b) => a.id.localeCompare(b.id)).map(({id, args, flags, strict}) => [id, {
  args: Object.values(args).map(shape), extraArgs: strict === false, flags: Object.values(flags).map(shape).sort((a, b) => a.name.localeCompare(b.name)),
}]))

test('commands, arguments and flags are the committed ones; a change is meant, and made in the fixture too', () => {
  expect(contract(read(MANIFEST) as Manifest)).toEqual(read(SNAPSHOT))
})
test('a renamed flag, a new requirement or a lost command would show', () => {
  const flag: Option = {name: 'limit', type: 'option', required: false}
  const base: Manifest = {version: '', commands: {next: {id: 'next', args: {}, flags: {limit: flag}}}}
  const withFlag = (changed: Option): Manifest => ({version: '', commands: {next: {id: 'next', args: {}, flags: {limit: changed}}}})
  for (const changed of [withFlag({...flag, name: 'max'}), withFlag({...flag, required: true}), withFlag({...flag, char: 'n'}), {version: '', commands: {}}]) {
    expect(contract(changed)).not.toEqual(contract(base))
  }
})

// oclif fills a missing argument from stdin unless told not to: then `classify --stdin` loses its input, and a piped number becomes an issue
test('no argument is read from stdin behind the command\'s back', async () => {
  const files = readdirSync(new URL('../src/commands', import.meta.url)).filter((name) => name.endsWith('.ts'))
  const args = await Promise.all(files.map(async (name) => {
    const {default: command} = await import(`../src/commands/${name.replace(/\.ts$/, '.js')}`) as {default: {args?: Record<string, {ignoreStdin?: boolean}>}}
    return Object.entries(command.args ?? {}).map(([arg, {ignoreStdin}]) => [name, arg, ignoreStdin])
  }))
  expect(args.flat().length).toBeGreaterThan(8)
  expect(args.flat().filter(([, , ignored]) => ignored !== true)).toEqual([])
})
