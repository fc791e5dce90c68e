import {PilotError} from '../../errors.js'
import {closeFences, codeSpans, fencedLines, literal, toLines} from './markdown.js'

/** GitHub refuses longer issue and comment bodies ("body is too long (maximum is 65536 characters)"). */
export const MAX_BODY = 65_536

// Format characters (bidi, zero width, tags), fillers, variation selectors, and control characters but tab and newline.
const INVISIBLE = new RegExp(String.raw`[\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}`
  + String.raw`\u0000-\u0008\u000E-\u001F\u007F-\u009F]`, 'gu')

// The same and all that Unicode calls ignorable, line ends that an editor does not show as one, and half characters: everything that a model
// or a person could take for something else than a compiler does.
const UNSEEN = new RegExp(String.raw`[\p{DI}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u0000-\u0008\u000B-\u001F\u007F-\u009F]`, 'gu')

/** Nothing is taken out: a character that nobody sees reads `\u{202e}`, and HTML comments stay, since in code they may be a string. */
export const shown = (text: string): string => text.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`)

/** A joiner or selector inside an emoji is what makes it that emoji. */
function inEmoji(char: string, at: number, all: string): boolean {
  const before = [...all.slice(Math.max(0, at - 2), at)].at(-1) ?? ''
  if (char === '\uFE0F') return /[\p{Extended_Pictographic}#*0-9]/u.test(before)
  return char === '\u200D' && /[\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}]/u.test(before)
    && /^\p{Extended_Pictographic}/u.test(all.slice(at + 1, at + 3))
}

/** Newlines as `\n`, no half characters, and nothing that a reader cannot see. */
const visible = (text: string): string => toLines(text).join('\n').replace(/\p{Cs}/gu, '\uFFFD')
  .replace(INVISIBLE, (char, at: number, all: string) => (inEmoji(char, at, all) ? char : ''))

/** One pass over HTML comments; one that opens a line and never ends hides the rest on GitHub, so the rest goes too. */
function withoutComments(text: string): string {
  let out = ''
  for (let from = 0; ;) {
    const start = text.indexOf('<!--', from)
    if (start < 0) return out + text.slice(from)
    const end = text.indexOf('-->', start + 2)
    if (end < 0) {
      const opensLine = /(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, start - 4), start))
      return out + (opensLine ? text.slice(from, start) : text.slice(from))
    }
    out += text.slice(from, start)
    from = end + 3
  }
}

/** Comments and entities nested deeper than any honest text has them: from there on they are broken instead of resolved, to bound the work. */
const MAX_PASSES = 8

/**
 * Untrusted text before it is shown to a model: NFC, without invisible and bidi characters and without HTML comments, to a fixed point,
 * because taking one out may put another together.
 */
export function normaliseUntrusted(text: string): string {
  for (let now = text, pass = 0; ; pass++) {
    const clean = visible(now).normalize('NFC')
    const next = pass < MAX_PASSES ? withoutComments(clean) : clean.replaceAll('<!--', '<! --')
    if (next === now) return now
    now = next
  }
}

/** Untrusted text between two lines that its author cannot know. `nonce`: 8 or more letters, digits or dashes, new each run. */
function between(text: string, nonce: string): string {
  if (!/^[A-Za-z0-9-]{8,}$/.test(nonce)) throw new PilotError('INTERNAL', 'a fence needs a nonce of at least 8 letters, digits or dashes')
  return `<untrusted-${nonce}>\n${text.replaceAll(nonce, '[…]')}\n</untrusted-${nonce}>`
}

/** Normalised untrusted text inside a fence: prose, of which a model should read what a person sees. */
export const fence = (text: string, nonce: string): string => between(normaliseUntrusted(text), nonce)

/** Text inside a fence as `shown`: code and output, which a model judges. */
export const fenceExact = (text: string, nonce: string): string => between(shown(text), nonce)

/** One line of at most `max` UTF-16 units, cut at a word with `…`, never inside a character. */
export function cutTitle(text: string, max = 80): string {
  const line = visible(text).replace(/\s+/g, ' ').trim()
  if (line.length <= max) return line
  const head = headOf(line, max - 1)
  const word = line[head.length] === ' ' ? head.length : head.lastIndexOf(' ')
  return `${(word > max / 2 ? head.slice(0, word) : head).replace(/[\s,;:.–-]+$/u, '')}…`
}

/** At most `max` units from the start, without half a character. */
const headOf = (text: string, max: number): string => text.slice(0, Math.max(0, max)).replace(/[\uD800-\uDBFF]$/, '')

const notice = (cut: number): string => `\n[… ${cut.toLocaleString('en-US')} characters cut]`

/** At most `max` UTF-16 units; what was cut is said at the end. */
export function cap(text: string, max: number): string {
  if (text.length <= max) return text
  const room = max - notice(text.length).length
  if (room <= 0) return headOf(text, max)
  const head = headOf(text, room)
  return head + notice(text.length - head.length)
}

const AT = /&(?:#0*64|#x0*40|commat);?/gi
const HASH = /&(?:#0*35|#x0*23|num);?/gi
const FIELD = /^([ \t]*)(Parent|Depends on)(\s*):/i
const FIELD_WITH_REF = /^([ \t]*)(Parent|Depends on)(\s*):(?=\s*(?:GH-|#)\d)/i
// A URL that GitHub links as a whole, or an @ that could begin a mention: not after a letter or digit, before a name or an entity
// that spells one.
const URL_OR_MENTION = /(?<![^\s*_~(])https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+\/[\w\-./@%~+=&?#:,;!]*|(?<![a-z0-9])@(?=[a-z0-9&])/gi
const ISSUE_REF = String.raw`(?:#\d|GH-\d|[\w.-]{1,100}\/[\w.-]{1,100}#\d|https?:\/\/[^\s/]+\/[^\s/]+\/[^\s/]+\/(?:issues|pull)\/\d)`
const BETWEEN = String.raw`(?:[^\p{L}\p{N}<&]|<(?:[^>\n]{0,80}>)?|&(?:nbsp;|#\w{1,6};)?){1,20}?`
const CLOSING = new RegExp(String.raw`(?<![\p{L}\p{N}])(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=${BETWEEN}${ISSUE_REF})`, 'giu')

const unmention = (text: string): string => text.replace(URL_OR_MENTION, (found) => (found === '@' ? '@ ' : found))

/** Mentions outside the code spans that are certain. */
function unmentionLine(text: string, spans: readonly [number, number][]): string {
  let out = ''
  let from = 0
  for (const [start, end] of spans) {
    out += unmention(text.slice(from, start)) + text.slice(start, end)
    from = end
  }
  return out + unmention(text.slice(from))
}

/** A line without these ranges. */
const outsideOf = (spans: readonly [number, number][], line: string): string =>
  [...spans, [line.length, line.length] as const].map(([start], i) => line.slice(spans[i - 1]?.[1] ?? 0, start)).join('')

const unfield = (text: string, field: RegExp): string => text.replace(field, '$1$2$3\\:')

/** `&&#35;64;` spells an `@` in two passes, and many such may be nested. */
const resolved = (line: string, pass: number): string =>
  pass < MAX_PASSES ? line.replace(AT, '@').replace(HASH, '#') : [AT, HASH].reduce((now, entity) => now.replace(entity, (found) => `&amp;${found.slice(1)}`), line)

function defuse(text: string, pass: number): string {
  let believed = true // code is believed to be code until HTML, inside which a fence may be no fence
  let paired = true // every backtick of this paragraph so far is paired on its own line
  const lines = fencedLines(toLines(text)).lines.map(({text: line, fenced}) => {
    if (fenced && believed) {
      paired = true
      return unfield(line.replace(/<!--(?=\s*pilot:)/gi, '<! --'), FIELD_WITH_REF)
    }
    if (/^\s*$/.test(line)) paired = true
    const plain = unfield(resolved(line, pass).replace(/<!--/g, '<! --'), FIELD)
    const spans = codeSpans(plain)
    paired &&= spans !== null
    const code = believed && paired && spans !== null ? spans : []
    believed &&= !/<[a-z!?/]/i.test(outsideOf(code, plain))
    return unmentionLine(plain, code)
  })
  return closeFences(lines.join('\n')).replace(CLOSING, '$1 issue')
}

/**
 * Model or foreign text before it reaches GitHub: markers, `Parent:` and `Depends on:` lines, mentions and closing keywords are still
 * readable, but none acts; an open fence is closed. Certain code keeps its @ signs. To a fixed point, hence idempotent.
 */
export function neutralise(text: string): string {
  for (let now = visible(text), pass = 0; ; pass++) {
    const next = defuse(now, pass)
    if (next === now) return now
    now = next
  }
}

/** Neutral text of at most `max` units; cutting may free what a code span held, hence the second look. */
export function capNeutral(text: string, max: number): string {
  const neutral = neutralise(text)
  for (let room = max; room > 0;) {
    const out = neutralise(cap(neutral, room))
    if (out.length <= max) return out
    room -= out.length - max
  }
  return ''
}

/** A title or other short text as one literal line of Markdown in which nothing acts. */
export const inline = (text: string, max = 120): string => neutralise(literal(cutTitle(text, max)))
