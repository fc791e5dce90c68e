import {fileURLToPath} from 'node:url'
import type {Command, Config} from '@oclif/core'
import type {Outcome} from '../../src/lib/cli/outcome.js'
import {SIGNALS, type Env, type Io, type StopSignal} from '../../src/lib/cli/io.js'

/** What the outside world saw of one command. `json` is stdout parsed, and throws unless it is exactly one document. */
export type Ran<T> = {stdout: string; stderr: string; exit: number | undefined; outcome: Outcome<T>; json(): Record<string, unknown>; died: StopSignal[]}
export type World = {
  env?: Env; stdin?: string; tty?: boolean; now?: Date; onStart?: (send: (signal: StopSignal) => void) => void
  /** what the system says of every write to stdout, of which nothing arrives then */
  stdoutFails?: string
}

type CommandClass<T> = (new (argv: string[], config: Config) => Command & {run(): Promise<Outcome<T>>}) & {run: typeof Command.run}

/** A root without commands: Config.load has nothing to discover. */
const ROOT = fileURLToPath(new URL('fixtures/root', import.meta.url))
const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase()

/** A process made of strings, for commands and for the pieces below them. */
export function fakeIo({env = {}, stdin = '', tty = false, now = new Date('2026-01-02T03:04:05Z'), stdoutFails}: World = {}) {
  const seen = {stdout: '', stderr: '', exit: undefined as number | undefined, died: [] as StopSignal[]}
  const listeners = new Map<StopSignal, Set<() => void>>(SIGNALS.map((signal) => [signal, new Set()]))
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: tty, columns: 80,
    write: (text: string, done?: (error?: Error) => void) => {
      if (name === 'stdout' && stdoutFails !== undefined) return void done?.(Object.assign(new Error(`${stdoutFails}: as the system says it, write`), {code: stdoutFails}))
      seen[name] += text
      done?.()
    },
  })
  let drawn = 0
  const io: Io = {
    env, stdin: (async function* () { yield stdin })(), stdout: sink('stdout'), stderr: sink('stderr'),
    now: () => now, random: () => `random-${++drawn}`,
    setExit: (code) => { seen.exit = code },
    onSignal: (signal, listener) => { listeners.get(signal)!.add(listener) },
    offSignal: (signal, listener) => { listeners.get(signal)!.delete(listener) },
    die: (signal) => { seen.died.push(signal) },
  }
  const send = (signal: StopSignal): void => { for (const listener of [...listeners.get(signal)!]) listener() }
  return {io, seen, send, listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0)}
}

/** Run a command class from src in this process, with its own streams, environment, clock and signals. */
export async function runCommand<T>(Class: CommandClass<T>, argv: readonly string[], world: World = {}): Promise<Ran<T>> {
  const {io, seen, send, listening} = fakeIo(world)
  const id = kebab(Class.name)
  class Captured extends (Class as unknown as new (argv: string[], config: Config) => Command & {run(): Promise<Outcome<T>>}) {
    static id = id
    protected openIo(): Io { return io }
  }
  world.onStart?.(send)
  const outcome = await (Captured as unknown as {run(argv: string[], options: {root: string}): Promise<Outcome<T>>}).run([...argv], {root: ROOT})
  if (listening() !== 0) throw new Error('the command left signal listeners behind')
  return {...seen, outcome, json: () => JSON.parse(seen.stdout) as Record<string, unknown>}
}
