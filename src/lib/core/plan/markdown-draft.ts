import type {PlanDraft} from './draft.js'
import {readBody, settle, type ItemText} from './markdown-fields.js'
import {planItems} from './markdown-items.js'
import {RANK, type Start} from './markdown-lines.js'
import {draftFromTable} from './markdown-table.js'
import {bracketed, stated} from './references.js'
import {singleByLine} from './single-prose.js'

const CONVENTIONAL = /^[a-z]{2,12}(?:\([^()]{0,60}\))?!?:\s/i
/** `**Title** - text`, `Title — text`, `feat(x): title: text`: title and what follows it. */
export function splitTitle(rest: string): {title: string; text: string} {
  const mark = /^(\*\*|__)/.exec(rest)?.[1]
  const close = mark === undefined ? -1 : rest.indexOf(mark, 2)
  if (mark !== undefined && close > 2) {
    return {title: rest.slice(2, close).replace(/[:：]\s*$/, '').trim(), text: rest.slice(close + 2).replace(/^\s*[—–:：-]+\s*/, '').trim()}
  }
  const plain = rest.replace(/\*\*|__/g, '')
  const from = CONVENTIONAL.exec(plain)?.[0].length ?? 0
  for (const separator of [' — ', ' - ', ': ', ' – ', '— ', '：']) {
    const at = plain.indexOf(separator, from)
    if (at > 0) return {title: plain.slice(0, at).trim(), text: plain.slice(at + separator.length).trim()}
  }
  return {title: plain.replace(/[:：]\s*$/, '').trim(), text: ''}
}

function itemOf(start: Start, i: number, body: readonly string[]): ItemText {
  // the words of a heading are its title, however many colons they have
  const {title, text} = start.level > 0 && !/^(?:\*\*|__)/.test(start.rest) && !/ (?:—|–|-) /.test(start.rest)
    ? {title: start.rest.replace(/[:：]\s*$/, '').trim(), text: ''} : splitTitle(start.rest)
  const bare = bracketed(title)
  const item: ItemText = {
    subtask: {order: i + 1, title: bare.title, description: text, acceptance: [], dependsOn: [], touches: [], complexity: 'medium'}, depends: [], spoken: bare.numbers,
  }
  readBody(body, item)
  return item
}

/** The lines of an item end where the next section begins, or where the dependencies of all are listed. */
function bodyOf(lines: readonly string[], start: Start, next: number): string[] {
  const body = lines.slice(start.at + 1, next)
  const section = new RegExp(`^#{1,${start.level || 6}}\\s`)
  const end = body.findIndex((line) => section.test(line))
  return (end < 0 ? body : body.slice(0, end)).filter((line) => stated(line) === undefined)
}

const OPENING = /^[ \t]*(```|~~~)(?:[ \t]*(?:markdown|md|text|txt|plaintext))?[ \t]*$/i

/** The longest fence that may hold a plan: a whole answer in a code block. One that is never closed opens none. */
function fencedText(lines: readonly string[]): string | undefined {
  const bare = lines.map((line) => line.trim())
  const last = {'```': bare.lastIndexOf('```'), '~~~': bare.lastIndexOf('~~~')}
  const blocks: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const mark = OPENING.exec(lines[at]!)?.[1] as keyof typeof last | undefined
    if (mark === undefined || last[mark] < at + 2) continue
    const close = bare.indexOf(mark, at + 2)
    blocks.push(lines.slice(at + 1, close).join('\n'))
    at = close
  }
  return blocks.sort((a, b) => b.length - a.length)[0]
}

/** The plan in Markdown, in the shapes that planning models write; undefined when there is none. Linear in the length; never throws. */
export function draftFromMarkdown(text: string): PlanDraft | undefined {
  const decided = singleByLine(text)
  if (decided !== undefined) return decided
  const lines = text.split('\n')
  const starts = planItems(lines)
  const table = starts.length === 0 || starts[0]!.rank <= RANK.number ? draftFromTable(lines) : undefined
  if (table !== undefined) return table
  if (starts.length === 0) {
    const inner = fencedText(lines)
    return inner === undefined ? undefined : draftFromMarkdown(inner)
  }
  const items = starts.map((start, i) => itemOf(start, i, bodyOf(lines, start, starts[i + 1]?.at ?? lines.length)))
  for (const line of lines) {
    const edge = stated(line)
    if (edge !== undefined) items[edge.order - 1]?.spoken.push(...edge.on)
  }
  settle(items)
  const effort = /^\W{0,6}(?:total |estimated )?effort\W{1,6}(\S.{0,200})$/im.exec(text.slice(-20_000))?.[1] ?? ''
  return {reason: '', effort, subtasks: items.map(({subtask}) => subtask)}
}
