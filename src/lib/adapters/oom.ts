import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Where the kernel counts the processes that it killed for lack of memory, by cgroup version. */
const COUNTERS = [{line: /^0::(\/.*)$/m, dir: '', file: 'memory.events'}, {line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m, dir: 'memory', file: 'memory.oom_control'}] as const

/**
 * How many processes of this cgroup the kernel has killed for lack of memory so far; null where nothing counts them (macOS, a hidden cgroup).
 * A container may not see its own path, so the root of what it sees is asked too.
 */
export async function oomKills(o: {own?: string; mount?: string} = {}): Promise<number | null> {
  const own = await read(o.own ?? '/proc/self/cgroup')
  if (own === null) return null
  for (const {line, dir, file} of COUNTERS) {
    const path = line.exec(own)?.[1]
    if (path === undefined) continue
    for (const at of [path, '/']) {
      const count = /^oom_kill (\d+)$/m.exec(await read(join(o.mount ?? '/sys/fs/cgroup', dir, at, file)) ?? '')?.[1]
      if (count !== undefined) return Number(count)
    }
  }
  return null
}

/** Absent and unreadable are the same here: no evidence. */
const read = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)
