import {mkdir} from 'node:fs/promises'
import type {Commands} from '../ports.js'
import {endStrays} from './agent-strays.js'
import {CommandsHome} from './commands-home.js'
import {surroundings} from './environment.js'
import {spawnChild} from './process.js'
import {maskedStart, openLog} from './process-output.js'

/** What a fix round and the counting of failures look at; comments and results take less of it. Characters. */
const TAIL = 32_000

/**
 * Runs the user's own command lines (setup, baseline, verify) through the shell, in the allow-listed environment and with a HOME of the worktree's own.
 * `scratch` lies outside the user's checkout; `mask` is applied to log and tail.
 */
export function openCommands(o: {env: Readonly<Record<string, string | undefined>>; scratch: string; mask?: (text: string) => string}): Commands {
  const mask = o.mask ?? ((text: string) => text)
  const homes = new Map<string, CommandsHome>()
  const home = (cwd: string): CommandsHome => {
    const known = homes.get(cwd) ?? new CommandsHome(o.scratch, cwd)
    homes.set(cwd, known)
    return known
  }
  return {
    home,
    async run(command, {cwd, timeoutMs, log, signal}) {
      await mkdir(o.scratch, {recursive: true, mode: 0o700})
      const around = await surroundings({env: o.env, scratch: o.scratch, home: home(cwd).path, executor: null})
      const file = openLog(log, {mask})
      let tail = ''
      const keep = (line: string, cut = false) => {
        const shown = cut ? maskedStart(line, mask) : line
        file.write(shown)
        tail += `${shown}\n`
        // before the cut, or half a secret would be left at the beginning
        if (tail.length > 4 * TAIL) tail = mask(tail).slice(-2 * TAIL)
      }
      try {
        file.write(`$ ${command}`)
        const result = await spawnChild({
          argv: ['sh', '-c', command], cwd, env: around.env, timeoutMs, onLine: (line, _from, cut) => { keep(line, cut) }, ...(signal === undefined ? {} : {signal}),
        }).done
        if (result.kind !== 'exited') {
          keep(result.message)
          return {exitCode: null, signal: null, timedOut: false, durationMs: 0, tail: mask(tail).slice(-TAIL)}
        }
        return {
          exitCode: result.exitCode, signal: result.signal, timedOut: result.killedBy === 'timeout', durationMs: result.wallMs, tail: mask(tail).slice(-TAIL),
        }
      } finally {
        file.close()
        endStrays('TMPDIR', around.tmp)
        await around.leave()
      }
    },
  }
}
