/** One thing that a command does to the world outside its memory. */
export type Step = {kind: 'api' | 'remote' | 'git' | 'file' | 'agent' | 'command'; name: string; writes: boolean}
/** The end of a process: just before or just after its nth step (from 1). */
export type Death = {step: number; when: 'before' | 'after'}
export type Gate = {
  pass: <T>(step: Step, work: () => Promise<T>) => Promise<T>
  steps: readonly Step[]
  /** resolves when the process is dead */
  died: Promise<void>
}

/**
 * Lets everything through and counts it, up to the death that was ordered. A process that was killed does nothing more, not even its
 * clean-up: its promises never settle.
 */
export function gate(death?: Death): Gate {
  const steps: Step[] = []
  let dead = false
  let tell = (): void => undefined
  const died = new Promise<void>((resolve) => { tell = resolve })
  const never = <T>(): Promise<T> => {
    dead = true
    tell()
    return new Promise<T>(() => undefined)
  }
  return {
    steps, died,
    async pass(step, work) {
      if (dead) return never()
      const mine = steps.push(step)
      if (death?.step === mine && death.when === 'before') return never()
      const value = await work()
      return dead || (death?.step === mine) ? never() : value
    },
  }
}
