import {bare, DOTLESS_FILE, isPath} from './clean.js'

/** Directories that hold many packages: the one below is the package. */
const CONTAINERS: readonly string[] = ['packages', 'apps', 'libs', 'crates', 'modules', 'services', 'plugins', 'pkg', 'cmd', 'internal',
  'components', 'projects', 'workspaces']
/** A change comes with its tests and documentation; they are not an area of their own unless nothing else is named. */
const COMPANIONS: readonly string[] = ['test', 'tests', '__tests__', 'spec', 'specs', 'e2e', 'fixtures', 'testdata', 'doc', 'docs',
  '.github', 'examples']

const BLOB = /^https?:\/\/[^\s/]+\/[^\s/]+\/[^\s/]+\/(?:blob|tree)\/[^\s/]+\/([^\s#?]+)/
const segmentsOf = (path: string): string[] => path.replace(/:[0-9]+(?:[:-][0-9]+)*$/, '').split('/')
  .filter((part) => part !== '' && part !== '.' && part !== '~')
const WILD = /[*?{}[\]]/

/**
 * The directory that a path or glob lies in: `src/auth/login.ts` and `src/auth/**` are in `src/auth`. A name without a dot is a directory, as it is where
 * two globs are compared: `packages/api` is in `packages/api`. null for a name at the root.
 */
export function directoryOf(path: string): string | null {
  const segments = segmentsOf(path)
  const wild = segments.findIndex((part) => WILD.test(part))
  const last = segments.at(-1) ?? ''
  const isDirectory = wild < 0 && (path.endsWith('/') || (segments.length > 1 && !last.includes('.') && !DOTLESS_FILE.test(last)))
  const upTo = wild >= 0 ? wild : isDirectory ? segments.length : segments.length - 1
  return upTo <= 0 ? null : segments.slice(0, upTo).join('/')
}

/** Paths that a text names, in code spans too, and files linked in a repository; each once, in order. */
export function pathsIn(text: string): string[] {
  if (!text.includes('/')) return []
  const found = new Set<string>()
  for (const token of text.slice(0, 100_000).split(/[\s|]+/)) {
    if (!token.includes('/')) continue
    for (const part of token.split(/\]\(|,(?![^{]*\})/).slice(0, 8)) {
      const word = bare(part)
      const blob = BLOB.exec(word)?.[1]
      if (blob !== undefined) found.add(blob)
      else if (!word.startsWith('/') && isPath(asDirectory(word, part))) found.add(asDirectory(word, part))
    }
  }
  return [...found]
}
/** First parts of paths that stand for nothing else, and those that do in code only: "client/server" in a sentence is no path. */
const ROOT = /^(?:src|libs?|apps|packages|crates|modules|services|plugins|pkg|cmd|internal)$/
const CODE_ROOT = /^(?:app|components|docs?|tests?|infra|web|api|server|client|frontend|backend|mobile|db|deploy|scripts|tools|ui|core|sdk)$/
/** A dot in the first name is a host's. */
const NAMES = /^[\w@-]+(?:\/[\w@-][\w@.-]*)+$/

/** Whether a word without an ending is a directory by the names in it: `apps/web`, but not "apps/services". */
function isDirectoryName(word: string, inCode: boolean): boolean {
  if (!NAMES.test(word) || isPath(word)) return false
  const [first, second, third] = word.split('/')
  if (ROOT.test(first!)) return third !== undefined || !ROOT.test(second!)
  return inCode && (third !== undefined || (CODE_ROOT.test(first!) && !CODE_ROOT.test(second!)))
}

/** A word with the slash that says what it is: its token had one before the punctuation around it went (``src/auth/.``), or its names say so. */
function asDirectory(word: string, token: string): string {
  if (word.endsWith('/')) return word
  const end = token.slice(-8)
  const had = /\/[`'"*_)\],.;:]*$/.test(end) && !/\/\/[^/]*$/.test(end)
  return had || isDirectoryName(word, token.includes('`')) ? `${word}/` : word
}

/** Distinct directories of the paths of a text. */
export const directoriesIn = (text: string): string[] => [...new Set(pathsIn(text).map(directoryOf).filter((d) => d !== null))]

/** The package of a directory: the part below a container, else the directory itself without a nested test folder. */
export function packageOf(directory: string): string {
  const segments = segmentsOf(directory)
  const container = segments.findIndex((part, i) => CONTAINERS.includes(part) && i + 1 < segments.length)
  if (container >= 0) return segments.slice(0, container + 2).join('/')
  const companion = segments.findIndex((part, i) => i > 0 && COMPANIONS.includes(part))
  return (companion > 0 ? segments.slice(0, companion) : segments).join('/')
}

const inside = (child: string, parent: string): boolean => child === parent || child.startsWith(`${parent}/`)
const isCompanion = (directory: string): boolean => COMPANIONS.includes(segmentsOf(directory)[0] ?? '')

/**
 * The one package that all of these directories belong to, or null when they are several or none. A directory and the ones below it are
 * one; tests and documentation go with what they belong to.
 */
export function singlePackage(directories: readonly string[]): string | null {
  const own = directories.filter((d) => !isCompanion(d))
  const packages = [...new Set((own.length > 0 ? own : directories).map(packageOf))].sort((a, b) => a.length - b.length)
  const chained = packages.every((p, i) => i === 0 || inside(p, packages[i - 1]!))
  return chained ? packages[0] ?? null : null
}
