import {readFileSync, readdirSync, readlinkSync, realpathSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {isInside} from './worktree-files.js'

/** All processes of this machine but this one. None where there is no /proc: macOS and Windows. */
function others(): number[] {
  try { return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => pid !== process.pid) } catch { return [] }
}

/** What /proc tells of a process; undefined when it is gone meanwhile, or somebody else's. */
function ask<T>(read: () => T): T | undefined {
  try { return read() } catch { return undefined }
}

/**
 * Processes that still carry a variable of a run's environment. A command that an agent left in the background is nobody's child any more and in a
 * session of its own, so neither its group nor its parent leads to it; what it inherited does.
 */
export const carriersOf = (name: string, value: string): number[] =>
  others().filter((pid) => ask(() => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'))?.includes(`${name}=${value}`))

/** Does a process have a terminal? Field 7 of `stat`, where fields count from the closing parenthesis of the name. */
const hasTerminal = (stat: string): boolean => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0'

/**
 * Processes whose current directory is inside `folder`, which is how one is found that was started with an empty environment. One with a terminal is
 * a person looking around and is left alone. The way to `folder` may be by links, which no current directory has; `folder` itself is not followed: an
 * agent may have made it a link to anywhere.
 */
export const dwellersOf = (folder: string): number[] => {
  const parent = ask(() => realpathSync(dirname(folder)))
  return parent === undefined ? [] : others().filter((pid) => {
    const cwd = ask(() => readlinkSync(`/proc/${pid}/cwd`))
    const stat = cwd !== undefined && isInside(join(parent, basename(folder)), cwd) ? ask(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) : undefined
    return stat !== undefined && !hasTerminal(stat)
  })
}

/** Ends what a run left behind. Answers how many processes there were. */
export const endStrays = (name: string, value: string): number => endAll(() => carriersOf(name, value))

/** Ends what still runs in a worktree: what it writes now would be in no commit, or in the wrong one. */
export const endDwellers = (folder: string): number => endAll(() => dwellersOf(folder))

/** One that starts another just then is found in the next round. */
function endAll(find: () => number[]): number {
  const ended = new Set<number>()
  for (let round = 0; round < 5; round++) {
    const pids = find()
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
