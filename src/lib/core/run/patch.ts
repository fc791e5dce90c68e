/** Folders and files whose change could steer the machine that runs pilot, or the agents after this one (SPEC §16). */
const PROTECTED: readonly RegExp[] = [
  /^\.github\//, /^\.pilot\//, /^\.claude\//, /^\.codex\//, /^\.gemini\//, /^\.opencode\//, /^\.cursor\//, /^\.githooks\//, /^\.husky\//, /^\.mcp\.json$/,
  /(^|\/)(CLAUDE|AGENTS|GEMINI|CODEX)(\.local)?\.md$/i, /^\.git(modules|attributes)$/,
]

/** `**` crosses folders, `*` and `?` do not. */
const globToRegExp = (glob: string): RegExp => new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  .replace(/\*\*\/?|\*|\?/g, (m) => (m.startsWith('**') ? (m.endsWith('/') ? '(?:.*/)?' : '.*') : m === '*' ? '[^/]*' : '[^/]'))}$`)

/** Changed files that must not reach a pull request unless the configuration allows them. */
export function protectedPaths(files: readonly string[], allow: readonly string[]): string[] {
  const allowed = allow.map(globToRegExp)
  return files.filter((file) => PROTECTED.some((pattern) => pattern.test(file)) && !allowed.some((pattern) => pattern.test(file)))
}

const TEST_FILE = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[a-z]+$|_test\.(go|py)$|(^|\/)test_[^/]+\.py$/i
const SKIPS = /\b(?:it|test|describe|context)\.(?:skip|todo|only)\b|\bx(?:it|describe)\s*\(|@(?:pytest\.mark\.skip|unittest\.skip|Disabled|Ignore)\b|\bt\.Skip(?:Now|f)?\(|#\[ignore\]/

/** What a reviewer should look at twice: tests that the patch removes or switches off. Reads a unified diff. */
export function testFlags(patch: string): string[] {
  const flags = new Set<string>()
  let file = ''
  for (const line of patch.split('\n')) {
    const header = /^diff --git a\/(.+) b\/(.+)$/.exec(line)
    if (header) { file = header[2]!; continue }
    if (!TEST_FILE.test(file)) continue
    if (line.startsWith('deleted file mode')) flags.add(`test file removed: ${file}`)
    else if (line.startsWith('+') && !line.startsWith('+++') && SKIPS.test(line)) flags.add(`test switched off: ${file}`)
  }
  return [...flags]
}

/** What a patch changes, without where: blob ids and line numbers move when the base does, the change itself must not. */
const content = (patch: string): string => patch.split('\n').filter((line) => !line.startsWith('index ')).map((line) => line.replace(/^@@ -\S+ \+\S+ @@.*$/, '@@')).join('\n')

/** Do two patches make the same change? Context lines count: they are what the reviewer saw. */
export const samePatch = (a: string, b: string): boolean => content(a) === content(b)
