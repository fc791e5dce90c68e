import {readFileSync, readdirSync} from 'node:fs'

/**
 * Processes that still carry a variable of a run's environment. A command that an agent left in the background is nobody's child any more and in a
 * session of its own, so neither its group nor its parent leads to it; what it inherited does. Empty where there is no /proc.
 */
export function carriersOf(name: string, value: string): number[] {
  let names: string[]
  try { names = readdirSync('/proc') } catch {
    // macOS and Windows
    return []
  }
  const line = `${name}=${value}`
  return names.filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => pid !== process.pid && environOf(pid).includes(line))
}

function environOf(pid: number): string[] {
  try { return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0') } catch {
    // gone meanwhile, or somebody else's
    return []
  }
}

/** Ends what a run left behind; one that starts another just then is found in the next round. Answers how many there were. */
export function endStrays(name: string, value: string): number {
  const ended = new Set<number>()
  for (let round = 0; round < 5; round++) {
    const pids = carriersOf(name, value)
    if (pids.length === 0) break
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
        ended.add(pid)
      } catch (error) {
        if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
  }
  return ended.size
}
