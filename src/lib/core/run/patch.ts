/** What coding agents read by themselves: instructions, settings, hooks, servers to start. The folder itself too, which may have become a link. */
const STEERING: readonly RegExp[] = [
  /(^|\/)\.(?:claude|codex|gemini|opencode|cursor|agents)(\/|$)/i, /(^|\/)(CLAUDE|AGENTS|GEMINI|CODEX)(\.local|\.override)?\.md$/i,
  /(^|\/)\.mcp\.json$/i, /(^|\/)opencode\.jsonc?$/i, /(^|\/)\.(?:cursorrules|clinerules|windsurfrules)(\/|$)/i,
]
/** Folders and files whose change could steer the machine that runs pilot, or the agents after this one (SPEC §16). */
const PROTECTED: readonly RegExp[] = [
  ...STEERING, /^\.github(\/|$)/i, /^\.pilot(\/|$)/i, /(^|\/)\.(?:githooks|husky)(\/|$)/i, /(^|\/)\.git(modules|attributes)$/i,
]

/** Would an agent that starts in this folder read the file as instructions or settings? */
export const steering = (path: string): boolean => STEERING.some((pattern) => pattern.test(path))

/** `**` crosses folders, `*` and `?` do not. */
const globToRegExp = (glob: string): RegExp => new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  .replace(/\*\*\/?|\*|\?/g, (m) => (m.startsWith('**') ? (m.endsWith('/') ? '(?:.*/)?' : '.*') : m === '*' ? '[^/]*' : '[^/]'))}$`)

/** Changed files that must not reach a pull request unless the configuration allows them. */
export function protectedPaths(files: readonly string[], allow: readonly string[]): string[] {
  const allowed = allow.map(globToRegExp)
  return files.filter((file) => PROTECTED.some((pattern) => pattern.test(file)) && !allowed.some((pattern) => pattern.test(file)))
}

/** The new name in a `diff --git` line; git puts one with control characters or quotes in quotes. undefined for any other line. */
export const fileOf = (line: string): string | undefined => {
  const names = /^diff --git (?:a\/.+ b\/(.+)|.+ "b\/((?:[^"\\]|\\.)+)"|"a\/.+" b\/(.+))$/.exec(line)
  return names === null ? undefined : names[2] ?? names[3] ?? names[1]
}

/**
 * Links of a patch that lead out of the repository: they mean something else on every machine, and reach files that nobody reviewed. A rename that changes
 * nothing shows neither its mode nor its target: a link that leads out only from its new place is found in a patch without renames (`--no-renames`).
 */
export function escapingLinks(patch: string): string[] {
  const found: string[] = []
  let file = ''
  let link = false
  for (const line of patch.split('\n')) {
    const name = fileOf(line)
    if (name !== undefined) [file, link] = [name, false]
    else if (/^(?:new(?: file)? mode 120000|index \S+ 120000)$/.test(line)) link = true
    else if (link && line.startsWith('+') && !line.startsWith('+++ ') && leavesRoot(file, line.slice(1))) found.push(file)
  }
  return found
}

/** Up from where the link lies, which is a real folder, and then down only: behind a name that may be a link itself `..` leads anywhere. */
function leavesRoot(file: string, target: string): boolean {
  if (target.startsWith('/')) return true
  const parts = target.split('/').filter((part) => part !== '.' && part !== '')
  const down = parts.findIndex((part) => part !== '..')
  const up = down === -1 ? parts.length : down
  return up > file.split('/').length - 1 || parts.slice(up).includes('..')
}

/** What a patch changes, without where: blob ids and line numbers move when the base does, the change itself must not. */
const content = (patch: string): string => patch.split('\n').filter((line) => !line.startsWith('index ')).map((line) => line.replace(/^@@ -\S+ \+\S+ @@.*$/, '@@')).join('\n')

/** Do two patches make the same change? Context lines count: they are what the reviewer saw. */
export const samePatch = (a: string, b: string): boolean => content(a) === content(b)
