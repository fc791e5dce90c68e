/** Runs `work` when fewer than the most allowed run; what waits begins in the order in which it came. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>

/** At most `most` at a time, wherever they are asked for. */
export function openSlots(most: number): Slots {
  const waiting: (() => void)[] = []
  let free = most
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => { waiting.push(resolve) })
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
