import {randomUUID} from 'node:crypto'
import type {ExitCode} from '../errors.js'

export type Env = Readonly<Record<string, string | undefined>>
export type Sink = {isTTY?: boolean; columns?: number; write(text: string, done?: (error?: Error | null) => void): unknown}
export type Stdin = AsyncIterable<string | Uint8Array>
/** What asks pilot to stop: Ctrl-C, whoever runs it, and the terminal that it runs in being closed. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type StopSignal = (typeof SIGNALS)[number]

/** Everything of the process that a command touches, so that a test can hand in its own. */
export type Io = {
  env: Env
  stdin: Stdin
  stdout: Sink
  stderr: Sink
  now(): Date
  /** unpredictable text for heredoc delimiters */
  random(): string
  /** the exit code the process will end with once it has nothing left to do */
  setExit(code: ExitCode): void
  onSignal(signal: StopSignal, listener: () => void): void
  offSignal(signal: StopSignal, listener: () => void): void
  /** end at once, as the signal would have without us */
  die(signal: StopSignal): void
}

/** The real process. */
export const processIo = (host: NodeJS.Process): Io => ({
  env: host.env,
  stdin: host.stdin,
  stdout: host.stdout,
  stderr: host.stderr,
  now: () => new Date(),
  random: () => randomUUID(),
  setExit: (code) => { host.exitCode = code },
  onSignal: (signal, listener) => { host.on(signal, listener) },
  offSignal: (signal, listener) => { host.off(signal, listener) },
  die: (signal) => { host.kill(host.pid, signal) },
})

/** A reader or a terminal that went away, and every write after that. */
const GONE: readonly unknown[] = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']

/** What became of a write by what the system says of it, with its `code`; undefined: it is written, or its reader went away (`| head -1`), which is no error. */
export function unwritten(error: Error | null | undefined): Error | undefined {
  const code = (error as NodeJS.ErrnoException | null | undefined)?.code
  return !error || GONE.includes(code) ? undefined : Object.assign(new Error(`the answer could not be written: ${error.message}`, {cause: error}), {code})
}

/** Write and wait until it has left the process. Rejects with what `unwritten` answers: a full disk above all. */
export const written = (sink: Sink, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    sink.write(text, (error) => {
      const lost = unwritten(error)
      if (lost === undefined) resolve()
      else reject(lost)
    })
  })
