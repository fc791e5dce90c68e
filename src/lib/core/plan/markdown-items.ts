import {RANK, startsIn, type Start} from './markdown-lines.js'

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
    const goesOn = nested !== undefined && start.ordinal === nested.ordinal + 1 && start.at === nested.at + 1
    if (last === undefined || (start.ordinal === last.ordinal + 1 && !goesOn)) {
      out.push(start)
      nested = undefined
    } else if (goesOn || start.ordinal === 1) nested = start
  }
  return out
}

/** A list without numbers: the items that are as far left as the first. */
const flat = (starts: readonly Start[]): Start[] => starts.filter((s) => s.indent <= starts[0]!.indent)

/** The items of the list that is most likely the plan: the highest rank, longest first within a rank; one item only where it has a number. */
export function planItems(lines: readonly string[]): Start[] {
  const groups = new Map<string, Start[]>()
  const {starts: all, from} = startsIn(lines)
  for (const start of all) (groups.get(start.style) ?? groups.set(start.style, []).get(start.style)!).push(start)
  const lists = [...groups.values()].map((starts) => {
    if (starts[0]!.rank <= RANK.bold) return flat(starts)
    // what was read or found before may be numbered too
    const behind = starts.filter((s) => s.at > from)
    const list = from >= 0 && starts[0]!.rank === RANK.number && behind[0]?.ordinal === 1 && behind.length >= 2 && !starts.some((s) => s.at < from && s.boldTitle) ? behind : starts
    const [counted, bold] = [counting(list), counting(list.filter((s) => s.boldTitle))]
    return bold.length >= 2 && !bold.every((s) => counted.includes(s)) ? bold : counted
  }).filter((list) => list.length > 0)
  const sorted = lists.sort((a, b) => b[0]!.rank - a[0]!.rank || b.length - a.length)
  return sorted.find((list) => list.length >= 2) ?? sorted.find((list) => list[0]!.rank > RANK.bold) ?? []
}
