import {EXIT_MEANING} from './exit-codes.js'

type Named = {name: string; description?: string; summary?: string; hidden?: boolean; required?: boolean}
type Flag = Named & {
  type: string; char?: string; helpGroup?: string; helpValue?: string; options?: readonly string[]; default?: string | number | boolean; multiple?: boolean
}
export type CommandEntry = Named & {
  id: string; args: Record<string, Named>; flags: Record<string, Flag>; strict?: boolean; examples?: readonly string[]
}
/** `oclif.manifest.json`, as far as help needs it. */
export type Manifest = {commands: Record<string, Omit<CommandEntry, 'name'>>}
export type About = {bin: string; version: string; description: string}

/** No terminal, or one that does not say how wide it is; wider lines than the second are hard to read. */
const DEFAULT_WIDTH = 80
const WIDEST = 100
/** Names longer than this stand on a line of their own. */
const NAME_COLUMN = 26

/**
 * What help is asked about: a command's words, none for the program itself, undefined when the arguments are meant to be run.
 * `argv` is what was typed after the program's name.
 */
export function helpTopic(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const read = end === -1 ? argv : argv.slice(0, end)
  if (read.length === 0 && argv.length === 0) return ''
  const asked = read[0] === 'help' ? read.slice(1) : read
  if (asked === read && !read.some((word) => word === '--help' || word === '-h')) return undefined
  return asked.find((word) => !word.startsWith('-')) ?? ''
}

/**
 * Help from the manifest alone, so that asking for it loads no command and no oclif.
 * @returns undefined when there is no such command
 */
export function helpText(manifest: Manifest, about: About, topic: string, columns: number | undefined): string | undefined {
  const width = Math.min(columns || DEFAULT_WIDTH, WIDEST)
  if (topic === '') return programHelp(manifest, about, width)
  const command = manifest.commands[topic]
  return command && commandHelp(command, about.bin, width)
}

function programHelp({commands}: Manifest, {bin, version, description}: About, width: number): string {
  const listed = Object.values(commands).filter(({hidden}) => hidden !== true).sort((a, b) => a.id.localeCompare(b.id))
  return text([
    `${wrap(description, width, 0)}\n`,
    section('VERSION', `  ${version}`),
    section('USAGE', `  $ ${bin} COMMAND [ISSUE…] [flags]`),
    section('COMMANDS', rows(listed.map(({id, summary, description: long}) => [id, summary ?? long ?? '']), width)),
    section('EXIT CODES', rows(Object.entries(EXIT_MEANING), width)),
    section('MORE', `  $ ${bin} COMMAND --help`),
  ])
}

function commandHelp(command: Omit<CommandEntry, 'name'>, bin: string, width: number): string {
  const {id, summary, description, examples = []} = command
  const filled = (template: string): string => template.replace(/<%=\s*config\.bin\s*%>/g, bin).replace(/<%=\s*command\.id\s*%>/g, id)
  const args = Object.values(command.args).filter(({hidden}) => hidden !== true)
  const words = args.map(({name, required}, i) => {
    const word = name.toUpperCase() + (command.strict === false && i === args.length - 1 ? '…' : '')
    return required === true ? word : `[${word}]`
  })
  const flags = Object.values(command.flags).filter(({hidden}) => hidden !== true).sort((a, b) => a.name.localeCompare(b.name))
  // a command's own flags first, those of every command last
  const groups = [...new Set(flags.map(({helpGroup = ''}) => helpGroup))].sort((a, b) => rank(a) - rank(b))
  return text([
    ...[summary, description].flatMap((part) => part === undefined ? [] : [`${wrap(filled(part), width, 0)}\n`]),
    section('USAGE', wrap(['$', bin, id, ...words, '[flags]'].join(' '), width, 2)),
    section('ARGUMENTS', rows(args.map(({name, description: meaning = ''}) => [name.toUpperCase(), meaning]), width)),
    ...groups.map((group) => section(
      `${group} FLAGS`.trim(), rows(flags.filter(({helpGroup = ''}) => helpGroup === group).map((flag) => [flagName(flag), flagMeaning(flag)]), width),
    )),
    section('EXAMPLES', examples.map((example) => `  $ ${filled(example)}`).join('\n')),
  ])
}

const rank = (group: string): number => group === '' ? 0 : group === 'GLOBAL' ? 2 : 1
const text = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n')
const section = (title: string, body: string): string => body === '' ? '' : `${title}\n${body}\n`

function flagName({name, char, type, helpValue}: Flag): string {
  return `${char === undefined ? '    ' : `-${char}, `}--${name}${type === 'option' ? ` ${helpValue ?? 'VALUE'}` : ''}`
}

function flagMeaning({summary, description = '', options, default: fallback, required}: Flag): string {
  return [
    summary ?? description, ...(options === undefined ? [] : [`(${options.join(', ')})`]), ...(required === true ? ['(required)'] : []),
    ...(fallback === undefined || fallback === false ? [] : [`(default: ${fallback})`]),
  ].join(' ')
}

/** Two columns; the second one is wrapped under itself. */
function rows(pairs: readonly (readonly [string, string])[], width: number): string {
  const column = Math.min(NAME_COLUMN, Math.max(0, ...pairs.map(([name]) => name.length))) + 4
  return pairs.map(([name, meaning]) => {
    const lines = wrap(meaning, width, column)
    return name.length + 4 > column ? `  ${name}\n${lines}` : (`  ${name}`.padEnd(column) + lines.trimStart()).trimEnd()
  }).join('\n')
}

/** Broken at spaces, each line `indent` in; a word that is too long stays whole. */
function wrap(words: string, width: number, indent: number): string {
  const room = Math.max(20, width - indent)
  const lines: string[] = []
  for (const paragraph of words.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > room) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines.map((line) => line === '' ? '' : ' '.repeat(indent) + line).join('\n')
}
