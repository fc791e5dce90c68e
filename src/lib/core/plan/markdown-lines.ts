import {PART_WORD} from './references.js'

/** A line that may begin a subtask. `style` tells lists of one text apart; `rank` says which kind of list is likelier to be the plan. */
export type Start = {at: number; ordinal: number; indent: number; style: string; rank: number; level: number; boldTitle: boolean; rest: string}
/** Headings before words before bold before plain; a list without numbers comes last, plain bullets only under a heading that announces them. */
export const RANK = {heading: 5, word: 4, boldNumber: 3, number: 2, bold: 1, box: 0, bullet: -1} as const

const EMOJI = '(?:[\\p{Extended_Pictographic}\\uFE0F\\u200D]{1,8}\\s*)?'
const BEFORE = `^(\\s{0,12})(?:(#{1,6})\\s+)?([-*+•]\\s+)?(?:\\[[ xX]?\\]\\s+)?${EMOJI}(\\*\\*|__)?${EMOJI}\\s{0,3}`
const NUMBERED = new RegExp(`${BEFORE}[([]?((?:${PART_WORD})\\s*)?#?([0-9]{1,3})(?:\\s*(?:of|/|von)\\s*[0-9]{1,3})?[)\\]]?(\\*\\*|__)?\\s{0,3}`
  + '(?:[.)\\]:：、．](?!\\d)|[—–-](?=\\s))(\\*\\*|__)?\\s{0,3}(\\S.*)$', 'iu')
/** `### Subtask 1` and `**Task 2**`: the title follows below. `[1] Title` and `### Task 1 Title` have no mark after the number. */
const BARE = new RegExp(`${BEFORE}((?:${PART_WORD})\\s*)#?([0-9]{1,3})(?:\\s*(?:of|/|von)\\s*[0-9]{1,3})?\\s*[.):：]?\\s*(?:\\*\\*|__)?\\s*[.):：]?\\s*$`, 'iu')
const UNMARKED = new RegExp(`^(\\s{0,12})(?:(#{1,6})\\s+)?([-*+•]\\s+)?(\\*\\*|__)?(?:\\[([0-9]{1,3})\\]|\\(([0-9]{1,3})\\)|(?:${PART_WORD})\\s+#?([0-9]{1,3})(?=\\s+\\S))(\\*\\*|__)?\\s+(\\S.*)$`, 'iu')
const BOLD = new RegExp(`^(\\s{0,12})(?:(#{1,6})\\s+)?([-*+•]\\s+)?(?:\\[[ xX]?\\]\\s+)?${EMOJI}(?:\\*\\*|__)(\\S.*)$`, 'u')
const BOX = /^(\s{0,12})[-*+•]\s+\[[ xX]?\]\s+(\S.*)$/
const BULLET = /^(\s{0,12})[-*+•]\s+(\S.*)$/
const HEADING = /^(#{1,6})\s+(\S.*)$/
const CONVENTIONAL = /^(?:\*\*|`)?[a-z]{2,12}(?:\([^()]{0,60}\))?!?:\s/i

function numbered(line: string, at: number): Start | undefined {
  const m = NUMBERED.exec(line)
  if (m) return startOf({at, m, word: m[5], ordinal: m[6]!, rest: `${m[4] !== undefined && m[7] === undefined && m[8] === undefined ? '**' : ''}${m[9]!}`})
  const bare = BARE.exec(line)
  // "Task 1" alone on a line is a title only where something marks it as one
  if (bare && (bare[2] !== undefined || bare[4] !== undefined || /[:：]\s*$/.test(line))) return startOf({at, m: bare, word: bare[5], ordinal: bare[6]!, rest: ''})
  const unmarked = UNMARKED.exec(line)
  if (!unmarked || (unmarked[7] !== undefined && unmarked[2] === undefined)) return undefined
  return startOf({at, m: unmarked, word: unmarked[7], ordinal: (unmarked[5] ?? unmarked[6] ?? unmarked[7])!, rest: `${unmarked[4] !== undefined && unmarked[8] === undefined ? '**' : ''}${unmarked[9]!}`})
}

type Matched = {at: number; m: RegExpExecArray; word: string | undefined; ordinal: string; rest: string}
function startOf({at, m, word, ordinal, rest}: Matched): Start {
  const level = m[2]?.length ?? 0
  const bold = m[4] !== undefined
  const rank = level > 0 ? RANK.heading : word !== undefined ? RANK.word : bold ? RANK.boldNumber : RANK.number
  const style = [level, m[3] === undefined ? '' : 'bullet', bold ? 'bold' : '', word === undefined ? '' : 'word'].join('|')
  return {at, ordinal: Number(ordinal), indent: m[1]!.length, style, rank, level, boldTitle: /^(?:\*\*|__)/.test(rest), rest}
}

/** `announced`: a heading or line above says that what follows are the subtasks. */
function unnumbered(line: string, at: number, announced: boolean): Start | undefined {
  const make = (kind: 'heading' | 'bold' | 'bold item' | 'box' | 'bullet', indent: string, rest: string, level = 0): Start =>
    ({at, ordinal: 0, indent: indent.length, style: `unnumbered ${kind} ${level}`, rank: kind === 'box' || kind === 'bullet' ? RANK[kind] : RANK.bold, level, boldTitle: kind.startsWith('bold'), rest})
  const heading = HEADING.exec(line)
  if (heading) return (announced && heading[1]!.length > 2) || CONVENTIONAL.test(heading[2]!) ? make('heading', '', heading[2]!, heading[1]!.length) : undefined
  const bold = BOLD.exec(line)
  const titled = bold && (bold[3] !== undefined || /^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[—–:：-]\s*\S/.test(line.slice(0, 400)))
  if (titled) return make(bold[3] === undefined ? 'bold' : 'bold item', bold[1]!, `**${bold[4]!}`)
  const box = BOX.exec(line)
  if (box) return make('box', box[1]!, box[2]!)
  const bullet = announced ? BULLET.exec(line) : null
  return bullet ? make('bullet', bullet[1]!, bullet[2]!) : undefined
}

const PLAN_WORDS = '(?:(?:the|proposed|suggested|implementation|ordered|final|recommended)\\s+){0,3}(?:sub[- ]?tasks|sub[- ]?issues|tasks|steps|phases|parts|tickets|work items|plan|(?:work |task )?breakdown'
  + '|decomposition|aufteilung|teilaufgaben|unteraufgaben|aufgaben|サブタスク|タスク一覧|子任务)'
/** A heading or a line with a colon that announces the list of subtasks. */
const ANNOUNCES = new RegExp(`^\\s*(?:#{1,6}\\s+|\\*\\*|__)?(?:${PLAN_WORDS}|here (?:is|are) .{0,60}|.{0,60}\\b(?:subtasks|sub-tasks|breakdown|plan))(?:\\*\\*|__)?\\s*[:：]?\\s*(?:\\*\\*|__)?\\s*(?:\\([^)]{0,40}\\))?$`, 'iu')
const ANNOUNCED_BY = (line: string): boolean => (/^\s*#|[:：]\s*(?:\*\*|__)?\s*$/.test(line)) && ANNOUNCES.test(line)

const SECTIONS = 'acceptance(?: criteria)?|definition of done|done when|notes?|remarks?|out of scope|non-goals|risks?.{0,30}|assumptions?|(?:open )?questions?|testing.{0,20}|tests?|test plan|verification.{0,20}'
  + '|rationale|reason(?:ing|s)?|why.{0,40}|summary|overview|context|background|analysis|findings|what i (?:read|found|looked at).{0,20}|execution order|order|dependenc(?:y|ies).{0,20}|effort'
  + '|conclusion|next steps|references|akzeptanzkriterien|hinweise?|annahmen|risiken|zusammenfassung|受け入れ(?:基準|条件)|備考|前提|概要'
/** A heading whose lists are no subtasks. */
const CLOSES = new RegExp(`^(#{1,6})\\s+(?:\\*\\*|__)?${EMOJI}(?:${SECTIONS})(?:\\*\\*|__)?\\s*[:：]?\\s*$`, 'iu')

/** Every line that may begin a subtask, outside fences, tables and sections that are about something else; `from` is where the list was announced, -1: nowhere. */
export function startsIn(lines: readonly string[]): {starts: Start[]; from: number} {
  const out: Start[] = []
  let from = -1
  let fenced = false
  let announced = 0
  let closed = 0
  for (const [at, full] of lines.entries()) {
    const line = full.slice(0, 2000)
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced
    if (fenced || /^\s*\|/.test(line)) continue
    const level = HEADING.exec(line)?.[1]?.length ?? 0
    if (level > 0 && closed > 0 && level <= closed) closed = 0
    if (level > 0 && announced > 0 && level <= announced) announced = 0
    const closes = CLOSES.exec(line)
    if (closes) { closed = closes[1]!.length; continue }
    const start = numbered(line, at)
    if (start === undefined && ANNOUNCED_BY(line)) {
      announced = level > 0 ? level : 6
      closed = 0
      if (lines[at - 1]?.trim() === '' && from < 0) from = at
      continue
    }
    const found = start ?? unnumbered(line, at, announced > 0)
    if (found !== undefined && (closed === 0 || found.rank >= RANK.word)) out.push(found)
  }
  return {starts: out, from}
}
