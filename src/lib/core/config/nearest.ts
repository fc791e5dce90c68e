/** Case and the choice between `a-b`, `a_b` and `aB` are the commonest slips, so they cost nothing. */
const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, '')

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The candidate that was probably meant, when one is close enough (a third of its letters, at least one edit); else undefined. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 60) return undefined
  const scored = candidates.map((candidate) => ({candidate, edits: distance(plain(word), plain(candidate))}))
    .filter(({candidate, edits}) => edits <= Math.max(1, Math.floor(plain(candidate).length / 3)))
    .sort((a, b) => a.edits - b.edits)
  return scored[0]?.candidate
}
