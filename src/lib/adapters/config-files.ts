import {readFile, stat} from 'node:fs/promises'
import {dirname, isAbsolute, join, relative, resolve, sep} from 'node:path'
import type * as Yaml from 'yaml'
import type {LayerInput} from '../core/config/check.js'
import {resolveConfig, type Config} from '../core/config/layers.js'
import {COMMAND_LINE, problem, type Problem} from '../core/config/problem.js'
import type {WrittenConfig} from '../core/config/written.js'
import {PilotError} from '../errors.js'

export type ConfigPlace = {
  cwd: string
  /** `HOME` and `XDG_CONFIG_HOME` are read. */
  env: Readonly<Record<string, string | undefined>>
  /** `--config FILE`: stands in for the repository's file and must exist. */
  file?: string | undefined
  /** What the command line sets, in the shape of the file. */
  flags?: WrittenConfig | undefined
}

const LOCAL = join('.pilot', 'config.yaml')
/** Far beyond any configuration; keeps a wrong file from filling memory. */
const MAX_BYTES = 256 * 1024

/**
 * Reads and resolves the configuration: flags, the repository's file, the user's file, preset, defaults.
 * @throws PilotError CONFIG_UNREADABLE for a file that exists (or was asked for) and cannot be read
 * @throws InvalidConfig (INVALID_CONFIG) with every problem of all files
 */
export async function loadConfig(place: ConfigPlace): Promise<Config> {
  const {cwd, env, flags} = place
  const local = place.file === undefined ? await findLocal(cwd) : resolve(cwd, place.file)
  const global = globalPath(env)
  const layers: LayerInput[] = flags === undefined ? [] : [{from: 'flag', file: COMMAND_LINE, data: flags, lineOf: () => undefined}]
  const name = place.file ?? relative(resolve(cwd), local ?? '')
  if (local !== undefined) layers.push(...await layer('local', local, name, place.file !== undefined))
  if (global !== undefined) layers.push(...await layer('global', global, underHome(global, env['HOME']), false))
  return resolveConfig(layers)
}

async function layer(from: 'local' | 'global', path: string, name: string, required: boolean): Promise<LayerInput[]> {
  const file = name.split(sep).join('/')
  const text = await read(path, file, required)
  return text === undefined ? [] : [{from, file, ...await parse(text, file)}]
}

/** The nearest `.pilot/config.yaml` from `cwd` up to the root of its checkout; outside a checkout only that of `cwd` itself. */
async function findLocal(cwd: string): Promise<string | undefined> {
  const dirs = upward(resolve(cwd))
  const root = await checkoutOf(dirs)
  const found = await firstWith(root === undefined ? dirs.slice(0, 1) : dirs.slice(0, dirs.indexOf(root) + 1), LOCAL)
  return found === undefined ? undefined : join(found, LOCAL)
}
const upward = (dir: string): string[] => dirname(dir) === dir ? [dir] : [dir, ...upward(dirname(dir))]
/** The nearest checkout: `.git` is a file in worktrees, else a folder with a HEAD. An empty `.git` is a mount point that sandboxes leave behind. */
async function checkoutOf(dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) {
    const kind = await stat(join(dir, '.git')).then((found) => (found.isFile() ? 'file' : 'folder'), () => 'none')
    if (kind === 'file' || (kind === 'folder' && await exists(join(dir, '.git', 'HEAD')))) return dir
  }
  return undefined
}
async function firstWith(dirs: readonly string[], name: string): Promise<string | undefined> {
  for (const dir of dirs) if (await exists(join(dir, name))) return dir
  return undefined
}

/** The XDG specification has relative paths ignored. */
function globalPath(env: ConfigPlace['env']): string | undefined {
  const {XDG_CONFIG_HOME: xdg, HOME: home} = env
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'pilot', 'config.yaml')
  return home !== undefined && isAbsolute(home) ? join(home, '.config', 'pilot', 'config.yaml') : undefined
}

function underHome(path: string, home: string | undefined): string {
  const below = home === undefined || !isAbsolute(home) ? '..' : relative(home, path)
  return below.startsWith('..') || isAbsolute(below) ? path : join('~', below)
}

const ABSENT = ['ENOENT', 'ENOTDIR']
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    return !ABSENT.includes(codeOf(error))
  }
}

async function read(path: string, file: string, required: boolean): Promise<string | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw unreadable(file, 'it is not a file')
    if (found.size > MAX_BYTES) throw unreadable(file, `it is larger than ${MAX_BYTES / 1024} KiB`)
    return new TextDecoder('utf-8', {fatal: true}).decode(await readFile(path))
  } catch (error) {
    if (error instanceof PilotError) throw error
    if (!required && ABSENT.includes(codeOf(error))) return undefined
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw unreadable(file, 'it is not UTF-8 text', error)
    throw unreadable(file, ABSENT.includes(codeOf(error)) ? 'there is no such file' : codeOf(error), error)
  }
}

const unreadable = (file: string, why: string, cause?: unknown) =>
  new PilotError('CONFIG_UNREADABLE', `The configuration ${file} cannot be read: ${why}.`, [`ls -l ${file}`, 'pilot init'], {cause})

/** Only a file that exists pays for the parser. */
async function parse(text: string, file: string): Promise<Pick<LayerInput, 'data' | 'lineOf' | 'problems'>> {
  const yaml = await import('yaml')
  const counter = new yaml.LineCounter()
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line)
  const bad = (seen: string, line: number | null): Problem => problem({file, line, key: '', expected: 'YAML that can be read', seen})
  const unread = (problems: Problem[]) => ({data: null, lineOf: () => undefined, problems})
  try {
    const doc = yaml.parseDocument(text, {lineCounter: counter, prettyErrors: false, logLevel: 'error'})
    const problems = [...doc.errors, ...doc.warnings].map(({message, pos}) => bad(message, lineAt(pos[0])))
    if (problems.length > 0) return unread(problems)
    const lines = linesOf(doc.contents, lineAt, yaml)
    return {data: doc.toJS({maxAliasCount: 100}) as unknown, lineOf: (key) => lines.get(key)}
  } catch (error) {
    // Too many aliases, an alias without its anchor, or nesting beyond the stack: the parser throws instead of reporting.
    if (!(error instanceof ReferenceError || error instanceof RangeError || error instanceof TypeError)) throw error
    return unread([bad(error.message, null)])
  }
}

/** The line of every key as it is written; aliases are not followed, so a key below one has the line of the key above. */
function linesOf(contents: Yaml.Node | null, lineAt: (offset: number) => number, yaml: typeof Yaml): Map<string, number> {
  const {isMap, isScalar, isSeq} = yaml
  const lines = new Map<string, number>()
  const visit = (node: unknown, at: string): void => {
    const entries = isMap(node) ? node.items.map(({key, value}) => [isScalar(key) ? String(key.value) : '', key, value] as const)
      : isSeq(node) ? node.items.map((item, i) => [String(i), item, item] as const) : []
    for (const [name, marked, value] of entries) {
      const key = at === '' ? name : `${at}.${name}`
      const range = (marked as Yaml.Node | null)?.range
      if (range && !lines.has(key)) lines.set(key, lineAt(range[0]))
      visit(value, key)
    }
  }
  if (contents?.range) lines.set('', lineAt(contents.range[0]))
  visit(contents, '')
  return lines
}
