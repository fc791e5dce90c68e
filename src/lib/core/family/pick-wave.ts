import {mayMeet, type WaveTask} from '../plan/waves.js'

/**
 * Which of the ready sub-issues start now: at most `parallel`, all of the first of `waves` that has a ready one (those that no wave names
 * come last), and no two that may touch the same file. One that does not say what it touches runs alone.
 */
export function pickWave(ready: readonly WaveTask[], waves: readonly (readonly number[])[], parallel: number): number[] {
  const rank = ({order}: WaveTask): number => {
    const at = waves.findIndex((wave) => wave.includes(order))
    return at === -1 ? waves.length : at
  }
  const first = Math.min(...ready.map(rank))
  const picked: WaveTask[] = []
  for (const task of ready.filter((t) => rank(t) === first)) {
    if (picked.length < parallel && !picked.some((other) => mayMeet(task, other))) picked.push(task)
  }
  return picked.map(({order}) => order)
}
