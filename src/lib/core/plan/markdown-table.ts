import {complexityFrom} from './complexity-word.js'
import type {PlanDraft} from './draft.js'
import {pathsOf, settle, type ItemText} from './markdown-fields.js'

const COLUMNS = {
  title: /^(?:sub-?tasks?|title|task|name|step|what|titel|aufgabe|teilaufgabe|タイトル|タスク|サブタスク)$/i,
  description: /^(?:description|details?|scope|summary|work|what to (?:do|build)|beschreibung|説明|概要)$/i,
  depends: /^(?:depends(?: on)?|dependenc(?:y|ies)|deps?|after|blocked by|requires|abhängig(?:keiten)?(?: von)?|依存(?:関係)?)$/i,
  touches: /^(?:files?(?: .{1,20})?|touches|paths?|areas?|dateien|ファイル|対象ファイル)$/i,
  acceptance: /^(?:acceptance(?: criteria)?|done when|criteria|akzeptanzkriterien|受け入れ基準)$/i,
  complexity: /^(?:complexity|size|komplexität|複雑度)$/i,
} as const
type Column = keyof typeof COLUMNS

/** Cells of a row; a bar behind a backslash or in a code span is text. */
const cellsOf = (line: string): string[] => line.trim().replace(/^\|/, '').replace(/\|$/, '').replace(/`[^`]*`/g, (span) => span.replace(/\\?\|/g, '\0'))
  .replace(/\\\|/g, '\0').split('|').map((cell) => cell.replaceAll('\0', '|').replace(/<br\s*\/?>/gi, '\n').trim())
const isRow = (line: string | undefined): boolean => line !== undefined && /^\s*\|.*\|/.test(line)

/** The subtasks of the first table that has a column of titles and another that says more; undefined when there is none. */
export function draftFromTable(lines: readonly string[]): PlanDraft | undefined {
  for (const [at, line] of lines.entries()) {
    if (!isRow(line) || !/^\s*\|?\s*:?-{2,}[\s|:-]*$/.test(lines[at + 1] ?? '')) continue
    const heads = cellsOf(line).map((cell) => cell.replace(/[*_`]/g, '').trim())
    const place = (column: Column): number => heads.findIndex((head) => COLUMNS[column].test(head))
    if (place('title') < 0 || (place('description') < 0 && place('depends') < 0 && place('acceptance') < 0)) continue
    const end = lines.findIndex((other, i) => i > at + 1 && !isRow(other))
    const rows = lines.slice(at + 2, end < 0 ? lines.length : end).map(cellsOf)
    const items = rows.map((cells, i): ItemText => {
      const cell = (column: Column): string => (place(column) < 0 ? '' : cells[place(column)] ?? '')
      const subtask = {
        order: i + 1, title: cell('title').replace(/\n/g, ' '), description: cell('description'), acceptance: cell('acceptance').split(/\n|;\s/).map((text) => text.trim()).filter((text) => text !== ''),
        dependsOn: [], touches: pathsOf(cell('touches')), complexity: complexityFrom(cell('complexity')),
      }
      return {subtask, depends: [cell('depends')], spoken: []}
    }).filter(({subtask}) => subtask.title !== '')
    if (items.length < 2) continue
    settle(items)
    return {reason: '', effort: '', subtasks: items.map(({subtask}) => subtask)}
  }
  return undefined
}
