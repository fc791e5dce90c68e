import {closing, closingIn, withoutClosing} from './closing.js'
import {withCode} from './code-lines.js'
import {complexityFrom} from './complexity-word.js'
import {DEPENDENCY_READ, SUBTASKS_READ, TITLE_READ, type SubtaskDraft} from './draft.js'
import {codePathsIn} from './item-paths.js'
import {plain, referencesIn, spoken} from './references.js'

const NAMES = {
  title: 'title|titel|タイトル|标题',
  description: 'description|details?|what(?: to build)?|scope|goal|objective|beschreibung|説明|概要|内容|描述',
  depends: 'depends(?: up)?(?: on)?|dependenc(?:y|ies)|blocked by|after|requires|prerequisites?|abhängig(?:keit(?:en)?)?(?: von)?|hängt ab von|voraussetzung(?:en)?|依存(?:関係|先)?|依赖',
  touches: 'touches|touched files|(?:affected |changed |relevant |key )?(?:files?|paths?)(?: (?:to (?:change|touch|modify|edit|create)|touched|changed|affected|involved))?|(?:betroffene )?dateien|対象ファイル|ファイル|文件',
  complexity: 'complexity|size|komplexität|複雑度|复杂度',
  acceptance: 'acceptance(?: criteria)?|definition of done|done when|criteria|ac|akzeptanzkriterien|abnahmekriterien|受け入れ(?:基準|条件)|完了条件|验收标准',
} as const
type Name = keyof typeof NAMES
const EDGE = '(?:\\*\\*|__|\\*|_)?'
const FIELDS = (Object.keys(NAMES) as Name[]).map((name) => [name, new RegExp(
  `^\\s*(?:[-*+•]\\s+)?${EDGE}(?:${NAMES[name]})${EDGE}\\s{0,3}[:：]${EDGE}\\s{0,3}(.*)$|^\\s*(?:[-*+•]\\s+)?(?:#{2,6}\\s+|\\*\\*|__)(?:${NAMES[name]})(?:\\*\\*|__)?\\s*$`, 'iu')] as const)

/** `**Files:** …`, `- Depends on: …`, `#### Acceptance criteria`: which field a line is and what it says itself. */
export function fieldOf(line: string): {name: Name; value: string} | undefined {
  for (const [name, pattern] of FIELDS) {
    const found = pattern.exec(line.slice(0, 2000))
    if (found) return {name, value: (found[1] ?? '').trim()}
  }
  return undefined
}

const ITEM = /^(\s*)(?:[-*+•]|[0-9]{1,3}[.)]|\([0-9]{1,3}\))\s+(?:\[[ xX]?\]\s+)?(\S.*)$/
const RULE = /^\s*(?:-{3,}|={3,}|\*{3,}|_{3,})\s*$/
/** What a chat model says after its plan. */
const CHAT = /^(?:let me know|would you like|shall i|should i|do you want|feel free|if you(?:'d| would)? (?:like|want|need)|i can also|happy to|lass mich wissen)\b/i
const PATH = /^[^\s]*[/.*][^\s]*$|^(?:Makefile|Dockerfile|Gemfile|Rakefile|LICENSE|CODEOWNERS)$/

/** Paths of a line: what is in code spans, else each word that looks like one. */
export function pathsOf(value: string): string[] {
  const spans = [...value.matchAll(/`([^`\s]{1,200})`/g)].map((span) => span[1]!)
  return spans.length > 0 ? spans : value.split(/[\s,;、，()]+/).map((word) => word.replace(/^["'*_]+(?=\w)|["':.]+$/g, '')).filter((word) => PATH.test(word) && /[\p{L}\p{N}*]/u.test(word))
}

export type ItemText = {subtask: SubtaskDraft; /** values of dependency fields, to be read once all titles are known */ depends: string[]; spoken: number[]}

/** Fills a subtask from the lines below its title. What no field claims is the description. */
export function readBody(lines: readonly string[], item: ItemText): void {
  const {subtask} = item
  const text: string[] = []
  let list: Name | undefined
  for (const {line, isCode} of withCode(lines)) {
    const field = isCode ? undefined : fieldOf(line)
    if (field !== undefined) { list = take(field, item, text); continue }
    const entry = isCode ? null : ITEM.exec(line)
    if (list !== undefined && line.trim() === '') continue
    if (list !== undefined && entry !== null) { put(list, entry[2]!.trim(), item); continue }
    if (list === 'acceptance' && /^\s{2,}\S/.test(line) && subtask.acceptance.length > 0) { subtask.acceptance.push(`${subtask.acceptance.pop()!} ${line.trim()}`); continue }
    if (list !== undefined && text.length > 0) text.push('')
    list = undefined
    text.push(isCode ? line : line.replace(/^ {1,4}/, ''))
  }
  const kept = text.filter((line) => !RULE.test(line)).join('\n').trim().split(/\n{2,}/)
  while (kept.length > 0 && CHAT.test(kept.at(-1)!.trim())) kept.pop()
  if (subtask.title === '') subtask.title = (kept[0] ?? '').split('\n')[0]!.trim()
  const body = kept.join('\n\n').replace(subtask.title === kept[0]?.split('\n')[0]!.trim() ? kept[0].split('\n')[0]! : '\0', '').trim()
  subtask.description = [subtask.description, body].filter((part) => part !== '').join('\n\n')
  item.spoken.push(...subtask.description.split('\n').flatMap(spoken))
}

/** A field's own line; answers which field the list items that follow belong to. */
function take({name, value}: {name: Name; value: string}, item: ItemText, text: string[]): Name | undefined {
  if (name === 'title') { item.subtask.title = value; return undefined }
  if (name === 'description') { if (value !== '') text.push(value); return undefined }
  if (value !== '') put(name, value, item)
  return value === '' || name === 'acceptance' ? name : undefined
}

function put(name: Name, value: string, item: ItemText): void {
  const {subtask} = item
  if (name === 'acceptance') subtask.acceptance.push(value)
  else if (name === 'depends') item.depends.push(value)
  else if (name === 'complexity') subtask.complexity = complexityFrom(value)
  else if (name === 'touches') subtask.touches.push(...pathsOf(value))
}

/**
 * Dependencies of the items, once the titles of all are known. So many that they are no plan, and will be refused, are left as they are: what waits for
 * what costs the square of their number.
 */
export function settle(items: readonly ItemText[]): void {
  if (items.length > SUBTASKS_READ) return
  const titles = items.map(({subtask}) => plain(subtask.title.slice(0, TITLE_READ)))
  for (const item of items) settleOne(item, titles)
}

/**
 * What a field says of other things stays in the description. What its sentences end with is taken out of it, where that is nothing but orders. Where no
 * field names files, those in code spans are what is touched.
 */
function settleOne({subtask, depends, spoken: said}: ItemText, titles: readonly string[]): void {
  const isOrder = (n: number): boolean => n >= 1 && n <= titles.length && n !== subtask.order
  const ended = [...closing(subtask.title).numbers, ...closingIn(subtask.description)]
  subtask.title = withoutClosing(subtask.title, isOrder)
  subtask.description = withoutClosing(subtask.description, isOrder)
  if (subtask.touches.length === 0) subtask.touches.push(...codePathsIn(`${subtask.title}\n${subtask.description}`))
  for (const value of depends.slice(0, SUBTASKS_READ)) {
    const {orders, left} = referencesIn(value.slice(0, DEPENDENCY_READ), subtask.order, titles)
    subtask.dependsOn.push(...orders)
    if (left) subtask.description = [subtask.description, `Depends on: ${value}`].filter((part) => part !== '').join('\n\n')
  }
  subtask.dependsOn = [...new Set([...subtask.dependsOn, ...[...said, ...ended].filter(isOrder)])]
}
