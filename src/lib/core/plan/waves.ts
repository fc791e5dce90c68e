import {touchSame} from './overlap.js'

export type WaveTask = {order: number; dependsOn: readonly number[]; touches: readonly string[]}

/** Not known to keep apart: a subtask that does not say what it touches could touch anything. */
export const mayMeet = (a: WaveTask, b: WaveTask): boolean =>
  a.touches.length === 0 || b.touches.length === 0 || touchSame(a.touches, b.touches)

/**
 * Orders that may run at the same time, wave after wave: all dependencies lie in earlier waves, and no two of a wave can touch the same
 * file. Deterministic: lowest order first, each as early as it can. Dependencies outside the list count as met; members of a cycle come
 * last, one a wave.
 */
export function wavesOf(subtasks: readonly WaveTask[]): number[][] {
  const known = new Set(subtasks.map((task) => task.order))
  const done = new Set<number>()
  const waves: number[][] = []
  let left = [...subtasks].sort((a, b) => a.order - b.order)
  while (left.length > 0) {
    const ready = left.filter((task) => task.dependsOn.every((d) => done.has(d) || !known.has(d)))
    const wave: WaveTask[] = []
    for (const task of ready.length > 0 ? ready : left.slice(0, 1)) {
      if (!wave.some((other) => mayMeet(task, other))) wave.push(task)
    }
    for (const task of wave) done.add(task.order)
    left = left.filter((task) => !done.has(task.order))
    waves.push(wave.map((task) => task.order))
  }
  return waves
}
