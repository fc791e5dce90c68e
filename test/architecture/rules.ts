// The house rules as pure functions over {path below src → text}, so that a test can feed them a bad sample.

export type Files = ReadonlyMap<string, string>
export type Import = {from: string; kind: 'value' | 'type' | 'dynamic'}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s+)?'([^']+)'/gm
const DYNAMIC = /(?<!typeof )\bimport\(\s*'([^']+)'/g
const ALL_TYPES = /^\s*(?:import|export)\s*\{\s*(?:type\s+[\w$]+(?:\s+as\s+[\w$]+)?\s*,?\s*)+\}\s*from/

/** What a file names, by how: a statement of types alone costs nothing at run time. */
export function importsOf(text: string): Import[] {
  const statements = [...text.matchAll(STATEMENT)].map((match): Import =>
    ({from: match[2]!, kind: match[1] !== undefined || ALL_TYPES.test(match[0].slice(0, match[0].lastIndexOf("'", match[0].length - 2))) ? 'type' : 'value'}))
  const dynamic = [...text.matchAll(DYNAMIC)].map((match): Import => ({from: match[1]!, kind: 'dynamic'}))
  return [...statements, ...dynamic]
}

/** A relative import as a path below src, anything else as it stands. */
export function resolve(file: string, from: string): string {
  if (!from.startsWith('.')) return from
  return new URL(from, `file:///${file}`).pathname.slice(1).replace(/\.js$/, '.ts')
}

const within = (...folders: string[]) => (path: string): boolean => folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
const isOutside = (path: string): boolean => !path.startsWith('lib/') && !path.startsWith('commands/')
const packageOf = (path: string): string => path.startsWith('@') ? path.split('/').slice(0, 2).join('/') : path.split('/')[0]!

type Layer = {of: (file: string) => boolean; inside: (target: string) => boolean; outside: (name: string) => boolean}
const ERRORS = 'lib/errors.ts'
const [PORTS, PORTS_WORKTREE] = ['lib/ports.ts', 'lib/ports-worktree.ts']
const anything = (): boolean => true
const LAYERS: readonly Layer[] = [
  {of: within(ERRORS), inside: within(), outside: () => false},
  {of: within('lib/core'), inside: within('lib/core', ERRORS), outside: (name) => name === 'zod'},
  {of: within(PORTS, PORTS_WORKTREE), inside: within('lib/core', ERRORS, PORTS_WORKTREE), outside: (name) => name === 'zod'},
  {of: within('lib/flow'), inside: within('lib/core', PORTS, ERRORS, 'lib/flow'), outside: anything},
  {of: within('lib/adapters'), inside: within('lib/core', PORTS, ERRORS, 'lib/adapters'), outside: anything},
  {of: within('lib/sandbox'), inside: within('lib/sandbox', ERRORS), outside: (name) => name.startsWith('node:')},
  {of: within('lib/cli/context.ts'), inside: within('lib'), outside: anything},
  {of: within('lib/cli'), inside: within('lib/cli', 'lib/flow', 'lib/core', PORTS, ERRORS), outside: anything},
  {of: within('lib/demo'), inside: within('lib/demo', 'lib/sandbox', 'lib/cli', 'lib/core', ERRORS), outside: (name) => name.startsWith('node:')},
  {of: within('commands'), inside: within('lib/cli', 'lib/flow', 'lib/core', 'lib/demo', ERRORS), outside: anything},
]

const edges = (files: Files): {file: string; target: string; kind: Import['kind']}[] =>
  [...files].flatMap(([file, text]) => importsOf(text).map(({from, kind}) => ({file, target: resolve(file, from), kind})))

/** Arrows that point the wrong way. Every file must belong to a layer. */
export function layerViolations(files: Files): string[] {
  const homeless = [...files.keys()].filter((file) => !LAYERS.some((layer) => layer.of(file))).map((file) => `${file} is in no layer`)
  const wrong = edges(files).filter(({file, target}) => {
    const layer = LAYERS.find(({of}) => of(file))
    return layer !== undefined && !(isOutside(target) ? layer.outside(target) : layer.inside(target))
  })
  return [...homeless, ...wrong.map(({file, target}) => `${file} imports ${target}`)]
}

/** The composition root loads adapters when they are needed, never at start-up. */
export const eagerAdapters = (files: Files): string[] =>
  edges(files).filter(({file, target, kind}) => file.startsWith('lib/cli/') && target.startsWith('lib/adapters/') && kind === 'value')
    .map(({file, target}) => `${file} imports ${target} statically`)

const OWNERS: readonly {name: RegExp; owners: (file: string) => boolean}[] = [
  {name: /^execa$/, owners: within('lib/adapters/git.ts', 'lib/adapters/process.ts')},
  {name: /^@octokit\//, owners: within('lib/adapters')},
  {name: /^node:(fs|fs\/promises|child_process)$/, owners: within('lib/adapters', 'lib/sandbox', 'lib/demo', 'lib/cli/actions-output.ts')},
  {name: /^(fs|path|os|child_process|crypto|url|util)(\/|$)/, owners: () => false},
]

/** Outside packages in the hands of files that do not own them. */
export const foreignPackages = (files: Files): string[] =>
  edges(files).filter(({file, target, kind}) => kind !== 'type' && OWNERS.some(({name, owners}) => name.test(target) && !owners(file)))
    .map(({file, target}) => `${file} imports ${target}`)

/** Imports of packages that package.json does not list as runtime dependencies. */
export const undeclaredPackages = (files: Files, declared: readonly string[]): string[] =>
  edges(files).filter(({target}) => isOutside(target) && !target.startsWith('node:') && !declared.includes(packageOf(target)))
    .map(({file, target}) => `${file} imports ${target}`)

const lines = (text: string): number => text.replace(/\n$/, '').split('\n').length

export const longFiles = (files: Files): string[] =>
  [...files].filter(([file, text]) => lines(text) > (file.startsWith('commands/') ? 70 : 250)).map(([file, text]) => `${file} has ${lines(text)} lines`)

const valueGraph = (files: Files): Map<string, string[]> =>
  new Map([...files].map(([file, text]) => [file, importsOf(text).filter(({kind}) => kind === 'value').map(({from}) => resolve(file, from))]))

/** Circles of value imports, each once, written from its first file on. */
export function cycles(files: Files): string[] {
  const graph = valueGraph(files)
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at !== -1) found.add([...path.slice(at), file].join(' → '))
    if (at !== -1 || done.has(file)) return
    for (const target of graph.get(file) ?? []) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of [...graph.keys()].sort()) walk(file, [])
  return [...found]
}

const HEAVY = /^(execa|ora|yaml|zod|chalk|@octokit\/.+)$/

/** Heavy packages that starting a command (or reporting that none could start) loads, with the way there. */
export function heavyStarts(files: Files): string[] {
  const graph = valueGraph(files)
  const roots = [...files.keys()].filter((file) => file.startsWith('commands/') || file === 'lib/cli/base-command.ts' || file === 'lib/cli/host.ts')
  return roots.flatMap((root) => {
    const [seen, found] = [new Set<string>(), [] as string[]]
    const walk = (file: string, path: readonly string[]): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const target of graph.get(file) ?? []) {
        if (HEAVY.test(target)) found.push([...path, file, target].join(' → '))
        else walk(target, [...path, file])
      }
    }
    walk(root, [])
    return found
  })
}

/** Packages from outside that a file loads at once, whatever the way there. */
export function loadedBy(files: Files, root: string): string[] {
  const graph = valueGraph(files)
  const found = new Set<string>()
  const seen = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const target of graph.get(file) ?? []) {
      if (isOutside(target) && !target.startsWith('node:')) found.add(target)
      else walk(target)
    }
  }
  walk(root)
  return [...found]
}
