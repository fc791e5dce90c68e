import {z} from 'zod'
import {shortHash} from '../plan/plan.js'
import {fencedLines, plainLines, toLines} from './markdown.js'
import {jsonOf} from '../json.js'
import {capNeutral, MAX_BODY, neutralise} from './text.js'

const markSchema = z.strictObject({parent: z.int().min(1), plan: shortHash, key: shortHash, order: z.int().min(1)})
/** What makes an issue the child of a plan: written once, read by every later run. */
export type ChildMark = z.infer<typeof markSchema>

export type ChildBody = {
  parent: number
  description: string
  acceptance: readonly string[]
  /** issue numbers */
  dependsOn: readonly number[]
  mark: ChildMark
}

const HEADING = '### Acceptance criteria'
/** One criterion, and all of them together: beyond that the description would have no room. */
const ITEM_MAX = 1000
const ITEMS_MAX = 20_000

function items(acceptance: readonly string[]): string[] {
  const lines: string[] = []
  let room = ITEMS_MAX
  for (const item of acceptance) {
    // made neutral as the list item that it becomes: on its own it could look like the start of a fence
    const line = capNeutral(`- [ ] ${item.replace(/\s+/g, ' ').trim()}`, ITEM_MAX).replace(/\s+/g, ' ').trim()
    if (line === '- [ ]') continue
    room -= line.length
    if (room < 0) return [...lines, `- [ ] … and ${acceptance.length - lines.length} more, see the plan comment of the parent`]
    lines.push(line)
  }
  return lines
}

/**
 * The body of a child issue. Description and criteria are made neutral here, whoever wrote them, so that the lines which mean something
 * are the ones printed here; a description that is neutral already comes out as it went in.
 */
export function printChildBody({parent, description, acceptance, dependsOn, mark}: ChildBody): string {
  const criteria = items(acceptance)
  const tail = [
    ...(criteria.length > 0 ? [HEADING, ...criteria, ''] : []), ...[...new Set(dependsOn)].map((issue) => `Depends on: #${issue}`),
    `<!-- pilot:child ${JSON.stringify({parent: mark.parent, plan: mark.plan, key: mark.key, order: mark.order})} -->`, '',
  ].join('\n')
  const top = `Parent: GH-${parent}\n\n`
  const text = capNeutral(demoted(neutralise(description.trim())), MAX_BODY - top.length - tail.length - 10).trim()
  return `${top}${text === '' ? '' : `${text}\n\n`}${tail}`
}

/** A heading like our own goes one level down, so that the last one of its level is ours. */
const demoted = (text: string): string =>
  fencedLines(toLines(text)).lines.map((line) => (!line.fenced && isHeading(line.text) ? `#${line.text}` : line.text)).join('\n')

/** The parent that the body names, `Parent: GH-n` or `Parent: #n` at the start of a line; the first counts, as it is the one printed. */
export function parentOf(body: string): number | undefined {
  const numbers = plainLines(body).map((line) => Number(/^Parent:[ \t]*(?:GH-|#)([1-9]\d{0,9})(?![\w-])/i.exec(line)?.[1]))
  return numbers.find((number) => !Number.isNaN(number))
}

/** Issue numbers that the body depends on, from `Depends on: #n` lines (`GH-n`, and several in a line, are accepted), each once. */
export function dependsOn(body: string): number[] {
  const lines = plainLines(body).map((line) => /^Depends on:(.*)$/i.exec(line)?.[1] ?? '')
  const numbers = lines.flatMap((rest) => [...rest.matchAll(/(?<![\w/.-])(?:GH-|#)([1-9]\d{0,9})(?![\w-])/gi)])
  return [...new Set(numbers.map((found) => Number(found[1])))]
}

const MARK = /^<!-- pilot:child (\{[^<>]*\}) -->[ \t]*$/

/**
 * The child mark: an HTML comment on a line of its own, outside closed code fences. The last one counts: pilot prints it below the
 * description, so whatever a description smuggled in stands above it.
 */
export function childMark(body: string): ChildMark | undefined {
  const {lines, open, openedAt} = fencedLines(toLines(body))
  const marks = lines.filter(({fenced}, at) => !fenced || (open !== null && at >= openedAt)).map(({text}) => MARK.exec(text)?.[1])
  const last = marks.findLast((json) => json !== undefined)
  const parsed = last === undefined ? undefined : markSchema.safeParse(jsonOf(last))
  return parsed?.success ? parsed.data : undefined
}

/** Criteria below the last `### Acceptance criteria` heading, ticked or not, up to the first line that is none. */
export function acceptanceOf(body: string): string[] {
  const lines = plainLines(body)
  const heading = lines.findLastIndex((line) => isHeading(line))
  if (heading < 0) return []
  const found: string[] = []
  for (const line of lines.slice(heading + 1)) {
    const item = /^[-*] \[[ xX]\] +(.*)$/.exec(line)?.[1]
    if (item === undefined && line.trim() !== '') break
    if (item !== undefined) found.push(item.trim())
  }
  return found
}

const isHeading = (line: string): boolean => /^### Acceptance criteria[ \t]*$/i.test(line)
