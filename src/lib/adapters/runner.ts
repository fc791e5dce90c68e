import {readlinkSync} from 'node:fs'
import {hostname} from 'node:os'
import type {Runner} from '../ports.js'
import {statOf} from './process-family.js'

/** Where pids mean the same: a container has pids of its own, whatever its host name. */
function machine(): string {
  try { return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}` } catch {
    // macOS and Windows
    return hostname()
  }
}

export const thisRunner = (): Runner => ({machine: machine(), pid: process.pid, start: statOf(process.pid)?.start ?? ''})

/** Has that process ended? False where it cannot be told, as of one on another machine. */
export function isGone({machine: where, pid, start}: Runner): boolean {
  if (where !== machine()) return false
  const stat = statOf(pid)
  if (stat !== undefined) return stat.start !== start || stat.state === 'Z'
  try { return !process.kill(pid, 0) } catch (error) {
    // EPERM: somebody else's, so it was given away meanwhile or cannot be told
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
