/** The tab-separated rows of a piped command, aligned for a viewer; columns that are empty throughout are left out. */
export function aligned(text: string): string[] {
  const rows = text.trimEnd().split('\n').map((line) => line.split('\t'))
  if (text.trim() === '') return []
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)).concat(most.slice(row.length)), [])
  return rows.map((row) => row.map((cell, i) => (widths[i] === 0 ? '' : `${cell.padEnd(widths[i]!)}  `)).join('').trimEnd())
}
