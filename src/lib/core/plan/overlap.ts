/** Files that nearly every change of their kind edits; two names for one conflict get one key. */
const SHARED: readonly [RegExp, (dir: string) => string][] = [
  [new RegExp('^(?:package(?:-lock)?\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-lock\\.yaml|bun\\.lockb?'
    + '|go\\.(?:mod|sum)|cargo\\.(?:toml|lock)|poetry\\.lock|uv\\.lock|pyproject\\.toml|requirements[\\w.-]*\\.txt'
    + '|gemfile(?:\\.lock)?|composer\\.(?:json|lock))$'), (dir) => `dependencies of ${dir}`],
  [/^(?:changelog|changes|history|release_?notes)(?:\.\w+)?$/, () => 'changelog'],
]
const BARREL = /^(?:index\.[cm]?[jt]sx?|mod\.rs|lib\.rs|__init__\.py)$/
const MIGRATIONS = /^(?:migrations?|migrate|alembic|changesets?)$/
const WILD = /[*?[\]{}!]/

/** Segments of a glob in lower case (file systems may fold case); a directory stands for everything in it. */
function segmentsOf(glob: string): string[] {
  const clean = glob.trim().toLowerCase().replaceAll('\\', '/')
  // A brace that spans directories, and a negation, could mean anything below what precedes them.
  const spans = clean.search(/\{[^}]*\/|^!/)
  const parts = (spans >= 0 ? `${clean.slice(0, spans).replace(/[^/]*$/, '')}**` : clean).split('/')
    .filter((part) => part !== '' && part !== '.')
  const last = parts.at(-1)
  return clean.endsWith('/') && last !== '**' ? [...parts, '**'] : parts
}

/** Whether two path segments can be the same name; what a wildcard stands for is not worked out, only what surrounds it. */
function segmentMeets(a: string, b: string): boolean {
  if (a === b) return true
  if (!WILD.test(a) && !WILD.test(b)) return false
  const [headA, tailA] = literalEnds(a)
  const [headB, tailB] = literalEnds(b)
  return (headA.startsWith(headB) || headB.startsWith(headA)) && (tailA.endsWith(tailB) || tailB.endsWith(tailA))
}
function literalEnds(segment: string): [string, string] {
  const first = segment.search(WILD)
  if (first < 0) return [segment, segment]
  const last = segment.length - [...segment].reverse().join('').search(WILD)
  return [segment.slice(0, first), segment.slice(last)]
}

/** A name without a dot at the end of a path may be a directory, and then it stands for what is in it. */
const mayBeDirectory = (segments: readonly string[]): boolean => segments.at(-1)?.includes('.') === false

/** Whether some path matches both; a table over the two lengths, so that `**` costs no more than their product. */
function meets(a: readonly string[], b: readonly string[]): boolean {
  const row: boolean[][] = Array.from({length: a.length + 1}, () => Array<boolean>(b.length + 1).fill(false))
  for (let i = a.length; i >= 0; i--) {
    for (let j = b.length; j >= 0; j--) {
      const x = a[i]
      const y = b[j]
      const at = row[i]!
      if (x === undefined && y === undefined) at[j] = true
      else if (x === '**') at[j] = row[i + 1]![j]! || (y !== undefined && at[j + 1]!)
      else if (y === '**') at[j] = at[j + 1]! || (x !== undefined && row[i + 1]![j]!)
      else if (x === undefined) at[j] = mayBeDirectory(a)
      else if (y === undefined) at[j] = mayBeDirectory(b)
      else at[j] = segmentMeets(x, y) && row[i + 1]![j + 1]!
    }
  }
  return row[0]![0]!
}

/** What a path contends for besides its own name: a manifest with its lockfile, a changelog, the numbering of a migrations folder. */
function sharedKey(segments: readonly string[]): string | null {
  const folder = segments.findIndex((part) => MIGRATIONS.test(part))
  if (folder >= 0) return `migrations of ${segments.slice(0, folder + 1).join('/')}`
  const dir = segments.slice(0, -1).join('/')
  return SHARED.find(([name]) => name.test(segments.at(-1) ?? ''))?.[1](dir) ?? null
}

/** An index file is edited by whoever adds a file beside it. */
const isBarrelOf = (a: readonly string[], b: readonly string[]): boolean =>
  BARREL.test(a.at(-1) ?? '') && a.length > 1 && a.slice(0, -1).join('/') === b.slice(0, -1).join('/')

/**
 * Whether changes under the two globs could meet in one file. Conservative: what cannot be read (an empty glob, `..`) overlaps everything;
 * names are compared without case; manifests with lockfiles, changelogs, migrations and index files count as shared.
 */
export function overlaps(a: string, b: string): boolean {
  const [x, y] = [segmentsOf(a), segmentsOf(b)]
  if (x.length === 0 || y.length === 0 || x.includes('..') || y.includes('..')) return true
  const key = sharedKey(x)
  return meets(x, y) || (key !== null && key === sharedKey(y)) || isBarrelOf(x, y) || isBarrelOf(y, x)
}

/** Whether two lists of globs meet; an empty list says nothing, so it meets nothing here (`wavesOf` is stricter). */
export const touchSame = (a: readonly string[], b: readonly string[]): boolean => a.some((x) => b.some((y) => overlaps(x, y)))
