/** The tab-separated rows of a piped command, aligned for a viewer; columns that are empty throughout are left out. */
export function aligned(text: string): string[] {
  const rows = text.trimEnd().split('\n').map((line) => line.split('\t'))
  if (text.trim() === '') return []
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({length: columns}, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) => row.map((cell, i) => (widths[i] === 0 ? '' : `${cell.padEnd(widths[i]!)}  `)).join('').trimEnd())
}
