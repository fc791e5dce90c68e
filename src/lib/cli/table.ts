import {displayWidth, truncate} from './width.js'
import {inert, type StyleName, type Ui} from './ui.js'

export type Cell = string | number | boolean | Date | null | undefined
export type Column<Row> = {
  title: string
  value(row: Row): Cell
  align?: 'left' | 'right'
  style?: (row: Row) => StyleName | undefined
  /** gives way when the terminal is too narrow; one column at most */
  flex?: boolean
}

const GAP = '  '
/** A flexible column is never squeezed below this, however narrow the terminal. */
const LEAST = 12
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** "5m ago" up to 30 days, then the date. A clock that runs ahead of ours is "just now". */
export function relativeTime(then: Date, now: Date): string {
  const past = now.getTime() - then.getTime()
  if (past < MINUTE) return 'just now'
  if (past < HOUR) return `${Math.floor(past / MINUTE)}m ago`
  if (past < DAY) return `${Math.floor(past / HOUR)}h ago`
  return past < 30 * DAY ? `${Math.floor(past / DAY)}d ago` : then.toISOString().slice(0, 10)
}

function textOf(cell: Cell, ui: Ui): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return ui.stdoutTty ? relativeTime(cell, ui.now) : cell.toISOString()
  // one row is one line and one column one field, whatever a title contains
  return inert(String(cell)).replace(/\s+/g, ' ').trim()
}

/**
 * Rows for people on a terminal (aligned, with a header), for programs otherwise: tab-separated, nothing else. Cells may
 * hold untrusted text. Ends with a newline unless there is no row.
 */
export function table<Row>(all: readonly Column<Row>[], rows: readonly Row[], ui: Ui): string {
  if (rows.length === 0) return ''
  // programs count columns, people need the room
  const columns = ui.stdoutTty ? all.filter((column) => rows.some((row) => textOf(column.value(row), ui) !== '')) : all
  const cells = rows.map((row) => columns.map((column) => textOf(column.value(row), ui)))
  if (!ui.stdoutTty) return cells.map((row) => `${row.join('\t')}\n`).join('')

  const wanted = columns.map((column, i) => cells.reduce((most, row) => Math.max(most, displayWidth(row[i]!)), displayWidth(column.title)))
  const widths = fitted(columns, wanted, ui.width)
  const line = (texts: readonly string[], paint: (text: string, i: number) => string): string =>
    texts.map((text, i) => padded(truncate(text, widths[i]!), widths[i]!, columns[i]!.align ?? 'left', (shown) => paint(shown, i)))
      .join(GAP).trimEnd()

  const header = line(columns.map((column) => column.title.toUpperCase()), (text) => ui.style.dim(text))
  const body = rows.map((row, r) => line(cells[r]!, (text, i) => {
    const style = columns[i]!.style?.(row)
    return style === undefined || text === '' ? text : ui.style[style](text)
  }))
  return [header, ...body].map((text) => `${text}\n`).join('')
}

function padded(text: string, width: number, align: 'left' | 'right', paint: (text: string) => string): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'right' ? space + paint(text) : paint(text) + space
}

function fitted(columns: readonly {flex?: boolean}[], widths: readonly number[], room: number): number[] {
  const over = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - room
  return widths.map((width, i) => columns[i]!.flex === true && over > 0 ? Math.max(Math.min(width, LEAST), width - over) : width)
}
