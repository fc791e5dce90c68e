/** Edits (insert, delete, replace, swap neighbours) from one word to the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({length: b.length + 1}, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost, swap))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The known words a mistyped one may have meant, the closest first, at most three: within a third of its length, or its beginning. */
export function nearest(word: string, known: readonly string[]): string[] {
  const typed = word.toLowerCase()
  const limit = Math.max(1, Math.floor(typed.length / 3))
  return known
    .map((name) => ({name, far: typed.length >= 2 && name.startsWith(typed) ? 0 : distance(typed, name)}))
    .filter(({far}) => far <= limit)
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({name}) => name)
}
