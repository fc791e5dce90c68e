/** Longest stretch of one line that is read: beyond it a line is data (minified code, base64), not prose. */
export const LINE_LIMIT = 2000
/** Endings that make a token a file; a token with a slash and one of these is a path. */
const EXTENSION = new RegExp('\\.(?:go|pyi?|[cm]?[jt]sx?|vue|svelte|rs|java|kts?|rb|php|cs|fs|swift|scala|ex|exs|hs|c|h|cc|cpp|hpp|m|mm'
  + '|s?css|less|html?|xml|ya?ml|json|toml|ini|lock|sql|sh|ps1|md|rst|adoc|txt|gradle|proto|graphql|tf|dart|zig|erl|hrl|clj[cs]?|elm|nim|jl|lua|pl|pm'
  + '|groovy|sol|astro|mdx|nix|bzl|prisma|cu|mli?|razor|vb|pas|f90)$', 'i')
/** Names without a dot that are files all the same. */
export const DOTLESS_FILE = /^(?:Makefile|Dockerfile|Containerfile|Gemfile|Rakefile|Procfile|Jenkinsfile|Vagrantfile|Justfile|LICENSE|CODEOWNERS|README|CHANGELOG)$/i

const EDGE = /^[\s"'`*_([{<,;:]+|[\s"'`*_)\]}>,;:.!?]+$/g
/** A token without the punctuation around it. */
export const bare = (token: string): string => token.slice(0, 400).replace(EDGE, '')

/** `src/a.ts`, `src/auth/`, `./x/y.go:12`, `web/**`: something in a tree of files, not "and/or". */
export function isPath(token: string): boolean {
  if (!token.includes('/') || token.includes('://')) return false
  const word = token.replace(/:[0-9]+(?:[:-][0-9]+)*$/, '')
  if (/[^\w./@+*{},~\\-]/.test(word)) return false
  return EXTENSION.test(word) || DOTLESS_FILE.test(word.slice(word.lastIndexOf('/') + 1)) || word.endsWith('/') || word.endsWith('*') || word.startsWith('./') || word.startsWith('~/')
}

/** A file name without a directory, such as `epic.go`. */
export const isFileName = (token: string): boolean =>
  token.includes('.') && !token.includes('/') && /^[\w@+-][\w@+.-]*$/.test(token) && EXTENSION.test(token)

const STARTS_LOG = new RegExp('^(?:\\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:|\\[?[0-9]{2}:[0-9]{2}:[0-9]{2}|at [\\w$.<>]+\\('
  + '|at \\S+:[0-9]+|Traceback \\(|File "[^"]+", line|Caused by:|goroutine [0-9]|npm (?:ERR!|WARN)|(?:ERROR|WARN|INFO|DEBUG|TRACE'
  + '|FATAL)[:\\s\\]]|[EWIDV]/[\\w.]+|[\\w.$]+(?:Exception|Error): ?|[$%>] \\S|\\.{3} [0-9]+ more)')
/** A line of a log, a stack trace or a shell session. */
export const isLog = (line: string): boolean => STARTS_LOG.test(line.slice(0, 200).trimStart())

/** Each pattern restarts only at characters that it cannot contain, so every replacement is linear in the line. */
const IMAGE = /!\[[^[\]]*\]\([^()]*\)/g
const LINK = /\[([^[\]]*)\]\([^()]*\)/g
const TAG = /<[^<>]*>/g
const CODE = /`([^`]*)`/g
const EMPHASIS = /[*_~]+/g
const URL = /(?:https?|ftp|file):\/\/\S*|\bwww\.\S+/gi

/**
 * A line without HTML comments, and whether one is open after it. `open`: one was open before. `closes`: some line from here on ends a
 * comment; without that, one that opens inside a line is only text there, and one that opens the line hides everything below it.
 */
export function uncommented(line: string, open: boolean, closes: boolean): {line: string; open: boolean} {
  if (!open && !line.includes('<!--')) return {line, open}
  const out: string[] = []
  let from = 0
  for (let inside = open; ;) {
    const at = line.indexOf(inside ? '-->' : '<!--', from)
    const never = !inside && at >= 0 && !closes && line.slice(0, at).trim() !== ''
    if (at < 0 || never) return {line: (inside ? out : out.concat(line.slice(from))).join(''), open: inside}
    if (!inside) out.push(line.slice(from, at))
    from = at + (inside ? 3 : 4)
    inside = !inside
  }
}

/** A line with its links by their text, without images and tags. */
function unlinked(line: string): string {
  const shown = line.includes('](') ? line.replace(IMAGE, ' ').replace(LINK, '$1') : line
  return shown.includes('<') ? shown.replace(TAG, ' ') : shown
}

const isProse = (token: string): boolean => {
  if (!token.includes('/') && !token.includes('.')) return token.length > 3 || bare(token) !== ''
  const word = bare(token)
  return word !== '' && !isPath(word) && !isFileName(word)
}

/** One line as a reader would say it: no code, links by their text, no URLs, paths or markup. */
export function proseOf(line: string): string {
  if (isLog(line)) return ''
  const shown = unlinked(line.slice(0, LINE_LIMIT))
  const words = shown.includes('`') ? shown.replace(CODE, ' ') : shown
  const plain = words.includes('://') || words.includes('www.') ? words.replace(URL, ' ') : words
  return plain.split(/[\s|]+/).filter(isProse).join(' ').replace(EMPHASIS, '')
}

/** Names in code that stand in a sentence: each is a word of it. A path or a file in code is none. */
export function codeWords(line: string): number {
  if (!line.includes('`')) return 0
  const spans = line.slice(0, LINE_LIMIT).match(CODE) ?? []
  return spans.map(bare).filter((span) => /\p{L}/u.test(span) && !isPath(span) && !isFileName(span)).length
}

/** Space to be replaced by one blank, but for a blank, which is most of it. */
const SPACE = /\s{2,}|[^\S ]/g
/** One line with code and link texts kept and markup dropped: what a person would write as a title. */
export const plainOf = (line: string): string => unlinked(line.slice(0, LINE_LIMIT)).replace(/\*\*|__/g, '').replace(SPACE, ' ').trim()

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu
/** Most characters of such scripts, as a class so short that it is read much faster. */
const COMMON_UNSPACED = /[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+/g
/** In any script. */
export const hasLetter = (word: string): boolean => /\p{L}/u.test(word)
const LETTER = /[a-z]/i
const WORD_CHARACTER = /[\w'-]/

/** By character code, for ASCII: 2 for a letter, 1 for what may stand in a word, 0 for the rest. */
const ASCII_KINDS = Uint8Array.from({length: 128}, (_, code) => {
  const char = String.fromCharCode(code)
  return LETTER.test(char) ? 2 : WORD_CHARACTER.test(char) ? 1 : 0
})

/** Runs of word characters that hold a letter; counted in place, since a list of all words is most of the time of a long text. */
function asciiWords(text: string): number {
  let words = 0
  let counted = false
  for (let i = 0; i < text.length; i++) {
    const kind = ASCII_KINDS[text.charCodeAt(i)]
    if (kind === 0) counted = false
    else if (kind === 2 && !counted) { counted = true; words += 1 }
  }
  return words
}

/** Words of a text; scripts without spaces count two characters a word. */
export function wordCount(text: string): number {
  // most text is nothing but ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return asciiWords(text)
  let characters = 0
  const counted = (run: string): string => {
    characters += [...run].length
    return ' '
  }
  const spaced = text.replace(COMMON_UNSPACED, counted).replace(UNSPACED, counted)
  return (spaced.match(WORD) ?? []).filter(hasLetter).length + Math.ceil(characters / 2)
}
