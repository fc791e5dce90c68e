type Node = {order: number; dependsOn: readonly number[]}

/**
 * Members of one dependency cycle in the order in which they wait for each other, or null. Unknown dependencies are ignored. Iterative:
 * plans may be long.
 */
export function cycleIn(nodes: readonly Node[]): number[] | null {
  const byOrder = new Map(nodes.map((node) => [node.order, node]))
  const state = new Map<number, 'open' | 'done'>()
  for (const root of nodes) {
    const path: {order: number; next: number}[] = state.has(root.order) ? [] : [{order: root.order, next: 0}]
    while (path.length > 0) {
      const top = path.at(-1)!
      state.set(top.order, 'open')
      const dependency = byOrder.get(top.order)!.dependsOn[top.next]
      top.next += 1
      if (dependency === undefined) { state.set(top.order, 'done'); path.pop(); continue }
      if (!byOrder.has(dependency) || state.get(dependency) === 'done') continue
      if (state.get(dependency) === 'open') return path.slice(path.findIndex(({order}) => order === dependency)).map(({order}) => order)
      path.push({order: dependency, next: 0})
    }
  }
  return null
}

/** Nodes so that each comes after what it depends on, otherwise in the order given. Takes an acyclic graph with unique orders. */
export function topological<T extends Node>(nodes: readonly T[]): T[] {
  const known = new Set(nodes.map((node) => node.order))
  const done = new Set<number>()
  const out: T[] = []
  let left = [...nodes]
  while (left.length > 0) {
    const at = left.findIndex((node) => node.dependsOn.every((d) => done.has(d) || !known.has(d)))
    const node = left[Math.max(0, at)]!
    done.add(node.order)
    out.push(node)
    left = left.filter((other) => other !== node)
  }
  return out
}

function reaches(before: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from])
  for (const place of seen) for (const next of before[place]!) seen.add(next)
  return seen.has(to)
}

/**
 * For each place of a list (from 0) the places before it: those that are `given`, and the `implied` ones that close no circle with them. Implied
 * are only earlier places, so there is a circle only where a later one is given.
 */
export function withImplied(given: readonly (readonly number[])[], implied: readonly (readonly number[])[]): number[][] {
  const all = given.map((places) => [...places])
  const isForward = given.some((places, self) => places.some((place) => place > self))
  implied.forEach((places, self) => {
    for (const place of places) if (!all[self]!.includes(place) && !(isForward && reaches(all, place, self))) all[self]!.push(place)
  })
  return all.map((places) => places.sort((a, b) => a - b))
}
