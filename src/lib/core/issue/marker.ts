import type {z} from 'zod'
import {PilotError} from '../../errors.js'
import {jsonOf} from '../json.js'
import type {Comment} from './issue.js'
import {MAX_BODY} from './text.js'

/** Comments that pilot keeps its state in, one of each kind an issue. */
export const COMMENT_KINDS = ['plan', 'attempts', 'progress', 'summary'] as const
export type CommentKind = (typeof COMMENT_KINDS)[number]
export const VERSION = 1

/** The first line of a state comment. */
export const head = (kind: CommentKind): string => `<!-- pilot:${kind} v${VERSION} -->`

/**
 * Which state comment this is, and of which version. Only the very beginning of the body counts (white space and a byte order mark aside):
 * quoting a state comment must not make another one.
 */
export function markerOf(body: string): {kind: CommentKind; version: number} | undefined {
  const found = /^\s*<!--[ \t]*pilot:([a-z]+) v(\d{1,6})[ \t]*-->/.exec(body)
  const kind = COMMENT_KINDS.find((k) => k === found?.[1])
  return kind === undefined ? undefined : {kind, version: Number(found![2])}
}

export type OwnMarker = {
  comment: Comment | undefined
  /** own ones that lost a race against `comment`: left alone, said in a warning */
  duplicates: Comment[]
  /** written by strangers: never read, said in a warning */
  ignored: Comment[]
}

/** The state comment of a kind by an own account. Two runners may have raced to make it: the oldest is what every later run picks. */
export function ownMarker(comments: readonly Comment[], isOwn: (login: string) => boolean, kind: CommentKind): OwnMarker {
  const marked = comments.filter((comment) => markerOf(comment.body)?.kind === kind).sort((a, b) => a.id - b.id)
  const [comment, ...duplicates] = marked.filter((c) => isOwn(c.author))
  return {comment, duplicates, ignored: marked.filter((c) => !isOwn(c.author))}
}

/**
 * JSON that survives Markdown: no backtick that could end its fence, no `<` that could end its `<details>` or start a comment,
 * nothing invisible. The escapes are JSON's own, so that any JSON reader undoes them.
 */
export const safeJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(/[<>`\u007f-\u009f\u2028\u2029\uFE00-\uFE0F]|\p{Cf}/gu, (char) =>
    [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))

const details = (label: string, json: string): string =>
  `<details><summary>${label}</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>\n`

/**
 * A state comment: marker, what people read, and the data. Too long for GitHub: the parts go, last first, then the JSON loses its
 * indentation; undefined where the data alone does not fit.
 */
export function printComment(kind: CommentKind, parts: readonly string[], value: unknown): string | undefined {
  const body = (shown: readonly string[], indent: number): string =>
    [head(kind), ...shown.filter((part) => part !== ''), details(`${kind} data`, safeJson(value, indent))].join('\n\n')
  for (let n = parts.length; n >= Math.min(1, parts.length); n--) {
    const shown = n === parts.length ? parts : [...parts.slice(0, n), SHORTENED]
    const fitting = [1, 0].map((indent) => body(shown, indent)).find((text) => text.length <= MAX_BODY)
    if (fitting !== undefined) return fitting
  }
  return undefined
}
const SHORTENED = '_Shortened to fit into a comment._'

/** The data of a state comment, or undefined: another kind or version, damaged, or not of this shape. */
export function parseComment<T>(kind: CommentKind, body: string, schema: z.ZodType<T>): T | undefined {
  const marker = markerOf(body)
  if (marker?.kind !== kind || marker.version !== VERSION) return undefined
  const json = /```json\r?\n([^`]*)\r?\n```(?![\s\S]*```json)/.exec(body)?.[1]
  const parsed = json === undefined ? undefined : schema.safeParse(jsonOf(json))
  return parsed?.success ? parsed.data : undefined
}

export const tooLong = (what: string, suggestion: string): PilotError =>
  new PilotError('NEEDS_HUMAN', `${what} does not fit into a GitHub comment (at most ${MAX_BODY} characters)`, [suggestion])
