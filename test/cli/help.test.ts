import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {helpText, helpTopic, type Manifest} from '../../src/lib/cli/help.js'
import {EXIT} from '../../src/lib/errors.js'

const manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')) as Manifest
const ABOUT = {bin: 'pilot', version: 'pilot/1.2.3', description: 'does the work'}
const help = (topic: string, columns?: number): string => helpText(manifest, ABOUT, topic, columns)!

test.each([
  [[], ''], [['--help'], ''], [['-h'], ''], [['help'], ''], [['execute', '--help'], 'execute'], [['execute', '-h', '5'], 'execute'], [['--help', 'next'], 'next'],
  [['help', 'next'], 'next'], [['--json', '--help'], ''], [['execute', '5'], undefined], [['execute', 'help'], undefined], [['execute', '--', '--help'], undefined],
  [['--'], undefined],
])('%j asks for help about %j', (argv, topic) => expect(helpTopic(argv)).toBe(topic))

test('the program lists every command once, and what each exit code means', () => {
  const text = help('')
  for (const id of Object.keys(manifest.commands)) expect(text.match(new RegExp(`^  ${id} `, 'gm'))).toHaveLength(1)
  for (const code of Object.values(EXIT)) expect(text).toMatch(new RegExp(`^  ${code} +\\S`, 'm'))
  expect(text).toContain('VERSION\n  pilot/1.2.3\n')
})

describe.each(Object.keys(manifest.commands))('%s', (id) => {
  const {flags, args, examples = [], summary = ''} = manifest.commands[id]!
  const text = help(id)
  test('names each flag and argument once', () => {
    for (const name of Object.keys(flags)) expect(text.match(new RegExp(`^  (?:-\\w,|   ) --${name}(?: |$)`, 'gm'))).toHaveLength(1)
    for (const name of Object.keys(args)) expect(text).toMatch(new RegExp(`^  ${name.toUpperCase()}  `, 'm'))
    expect(text.replace(/\n/g, ' ').startsWith(summary)).toBe(true)
  })
  test('has its examples filled in', () => {
    expect(text).not.toContain('<%')
    if (examples.length > 0) expect(text).toContain('EXAMPLES\n  $ pilot ')
  })
  test.each([undefined, 80, 60, 300])('fits a terminal of %s columns', (columns) => {
    const prose = help(id, columns).split('\n').filter((line) => !line.startsWith('  $ '))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns ?? 80, 100))
  })
})

test('own flags come first, those of every command last; defaults and choices are named', () => {
  const text = help('execute')
  const order = ['USAGE\n  $ pilot execute [ISSUE…] [flags]\n', '\nARGUMENTS\n', '\nFLAGS\n', '\nROUTING FLAGS\n', '\nGLOBAL FLAGS\n', '\nEXAMPLES\n']
  const places = order.map((part) => text.indexOf(part))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
  const words = text.replace(/\s+/g, ' ')
  expect(words).toContain('(default: 1)')
  expect(words).toContain('(free, cheap, balanced, frontier)')
})
test('what is hidden stays hidden, and what is required says so', () => {
  const flag = {type: 'option', description: 'x'}
  const made: Manifest = {commands: {
    do: {id: 'do', summary: 'do it', args: {it: {name: 'it', required: true}}, flags: {a: {...flag, name: 'a', required: true}, b: {...flag, name: 'b', hidden: true}}},
    secret: {id: 'secret', hidden: true, args: {}, flags: {}},
  }}
  expect(helpText(made, ABOUT, '', 80)).not.toContain('secret')
  expect(helpText(made, ABOUT, 'do', 80)).toBe('do it\n\nUSAGE\n  $ pilot do IT [flags]\n\nARGUMENTS\n  IT\n\nFLAGS\n      --a VALUE  x (required)\n')
})
test('there is no help about what is no command', () => expect(helpText(manifest, ABOUT, 'exceute', 80)).toBeUndefined())
