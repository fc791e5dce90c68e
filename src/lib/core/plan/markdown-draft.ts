import {complexityFrom} from './json-draft.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'

/** A line that may begin a subtask. `style` tells lists of one text apart; `rank` says which kind of list is likelier to be the plan. */
type Start = {at: number; ordinal: number; indent: number; style: string; rank: number; boldTitle: boolean; rest: string}

const NUMBERED = new RegExp('^(\\s{0,12})(#{1,6}\\s+)?([-*+]\\s+)?(?:\\[[ xX]\\]\\s+)?(\\*\\*|__)?\\s{0,3}((?:sub-?task|step|phase|task'
  + '|part|stage)\\s+)?#?([0-9]{1,3})(\\*\\*|__)?\\s{0,3}([.):]|[—–-](?=\\s))(\\*\\*|__)?\\s{0,3}(\\S.*)$', 'i')
const BOLD_ONLY = /^(\s{0,12})(#{1,6}\s+)?([-*+]\s+)?(?:\[[ xX]\]\s+)?(\*\*|__)(\S.*)$/

function startOf(line: string, at: number): Start | undefined {
  const m = NUMBERED.exec(line.slice(0, 2000))
  if (m) {
    const heading = (m[2] ?? '').trim().length
    const boldNumber = m[4] !== undefined
    const rank = heading > 0 ? 4 : m[5] !== undefined ? 3 : boldNumber ? 2 : 1
    const style = [heading, m[3] === undefined ? '' : 'bullet', boldNumber ? 'bold' : '', m[5] === undefined ? '' : 'word'].join('|')
    const rest = `${boldNumber && m[7] === undefined && m[9] === undefined ? '**' : ''}${m[10]!}`
    return {at, ordinal: Number(m[6]), indent: m[1]!.length, style, rank, boldTitle: /^(?:\*\*|__)/.test(m[10]!), rest}
  }
  const bold = BOLD_ONLY.exec(line.slice(0, 2000))
  if (!bold || (bold[2] === undefined && bold[3] === undefined && !/^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[—–:-]\s*\S/.test(line.slice(0,
    400)))) return undefined
  return {at, ordinal: 0, indent: bold[1]!.length, style: `unnumbered|${(bold[2] ?? '').trim().length}|${bold[3] ? 'bullet' : ''}`,
    rank: 0, boldTitle: true, rest: `**${bold[5]!}`}
}

/**
 * Of one list the items that count up from its first. A list that starts again inside an item is that item's detail:
 * its lines follow each other, so it ends with the first line that does not go on counting.
 */
function counting(starts: readonly Start[]): Start[] {
  const indent = starts.reduce((least, s) => Math.min(least, s.indent), Infinity)
  const out: Start[] = []
  let nested: Start | undefined
  for (const start of starts) {
    if (start.indent > indent + 1) continue
    const last = out.at(-1)
    if (last === undefined) { out.push(start); continue }
    const goesOn = nested !== undefined && start.ordinal === nested.ordinal + 1 && start.at === nested.at + 1
    if (start.ordinal === last.ordinal + 1 && !goesOn) { out.push(start); nested = undefined } else if (goesOn
      || start.ordinal === 1) nested = start
  }
  return out
}

/** The items of the list that is most likely the plan: headings before words before bold before plain; longest first within a rank. */
function planItems(lines: readonly string[]): Start[] {
  const groups = new Map<string, Start[]>()
  let fenced = false
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced
    const start = fenced ? undefined : startOf(line, at)
    if (start) (groups.get(start.style) ?? groups.set(start.style, []).get(start.style)!).push(start)
  }
  const lists = [...groups.values()].map((starts) => {
    if (starts[0]!.rank === 0) return starts.filter((s) => s.indent <= starts[0]!.indent)
    const bold = counting(starts.filter((s) => s.boldTitle))
    return bold.length >= 2 ? bold : counting(starts)
  })
  const best = (least: number): Start[] | undefined =>
    lists.filter((l) => l.length >= least).sort((a, b) => b[0]!.rank - a[0]!.rank || b.length - a.length)[0]
  return best(2) ?? lists.filter((l) => l.length === 1 && l[0]!.rank > 0).sort((a, b) => b[0]!.rank - a[0]!.rank)[0] ?? []
}

const CONVENTIONAL = /^[a-z]{2,12}(?:\([^()]{0,60}\))?!?:\s/i
/** `**Title** - text`, `Title — text`, `feat(x): title: text`: title and what follows it. */
export function splitTitle(rest: string): {title: string; text: string} {
  const mark = /^(\*\*|__)/.exec(rest)?.[1]
  const close = mark === undefined ? -1 : rest.indexOf(mark, 2)
  if (mark !== undefined && close > 2) {
    return {title: rest.slice(2, close).replace(/:\s*$/, '').trim(), text: rest.slice(close + 2).replace(/^\s*[—–:-]+\s*/, '').trim()}
  }
  const plain = rest.replace(/\*\*|__/g, '')
  const from = CONVENTIONAL.exec(plain)?.[0].length ?? 0
  for (const separator of [' — ', ' - ', ': ', ' – ', '— ']) {
    const at = plain.indexOf(separator, from)
    if (at > 0) return {title: plain.slice(0, at).trim(), text: plain.slice(at + separator.length).trim()}
  }
  return {title: plain.replace(/:\s*$/, '').trim(), text: ''}
}

const FIELD = new RegExp('^\\s*(?:[-*+]\\s+)?(?:\\*\\*|__)?(depends on|dependencies|touches|files|complexity'
  + '|acceptance(?: criteria)?)(?:\\*\\*|__)?\\s{0,3}:(?:\\*\\*|__)?\\s{0,3}(.*)$', 'i')
const LIST_ITEM = /^\s*(?:[-*+]|[0-9]{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/

function bodyOf(lines: readonly string[], subtask: SubtaskDraft): void {
  const text: string[] = []
  let inAcceptance = false
  for (const line of lines) {
    const field = FIELD.exec(line.slice(0, 2000))
    const item = LIST_ITEM.exec(line)?.[1]
    if (field === null) {
      if (inAcceptance && item !== undefined) subtask.acceptance.push(item.trim())
      else if (!(inAcceptance && line.trim() === '')) { inAcceptance = false; text.push(line.replace(/^ {1,4}/, '')) }
      continue
    }
    const [, name = '', value = ''] = field
    inAcceptance = /^acceptance/i.test(name)
    if (inAcceptance) { if (value.trim() !== '') subtask.acceptance.push(value.trim()) }
    else if (/^depend/i.test(name)) subtask.dependsOn.push(...(value.match(/(?<![#\w-])[0-9]{1,3}\b/g) ?? []).map(Number))
    else if (/^complexity/i.test(name)) subtask.complexity = complexityFrom(value.replace(/[^a-z]/gi, ''))
    else subtask.touches.push(...value.split(/[,\s]+/).map((glob) => glob.replace(/^[`'"]+|[`'"]+$/g, '')).filter((glob) => glob !== ''))
  }
  subtask.description = [subtask.description, text.join('\n').trim()].filter((part) => part !== '').join('\n\n')
}

/** The plan in Markdown, in the shapes that planning models write; undefined when there is none. Linear in the length; never throws. */
export function draftFromMarkdown(text: string): PlanDraft | undefined {
  const lines = text.split(/\r\n|\r|\n/)
  const items = planItems(lines)
  const effort = /^\W{0,6}(?:total |estimated )?effort\W{1,6}(\S.{0,200})$/im.exec(text.slice(-20_000))?.[1] ?? ''
  if (items.length === 0) {
    const single = /^\W{0,6}decision\W{1,6}single\b\W{0,6}(.{0,500})$/im.exec(text.slice(0, 20_000))
    return single ? {decision: 'single', reason: single[1]!.trim(), effort, subtasks: []} : undefined
  }
  const level = items[0]!.style.startsWith('unnumbered') ? 6 : Number(items[0]!.style.split('|')[0]) || 6
  const nextSection = new RegExp(`^#{1,${level}}\\s`)
  const subtasks = items.map((item, i): SubtaskDraft => {
    const {title, text: description} = splitTitle(item.rest)
    const subtask: SubtaskDraft = {order: i + 1, title, description, acceptance: [], dependsOn: [], touches: [], complexity: 'medium'}
    const body = lines.slice(item.at + 1, items[i + 1]?.at ?? lines.length)
    const end = body.findIndex((line) => nextSection.test(line))
    bodyOf(end < 0 ? body : body.slice(0, end), subtask)
    return subtask
  })
  return {reason: '', effort, subtasks}
}
