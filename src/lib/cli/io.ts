import {randomUUID} from 'node:crypto'
import type {ExitCode} from '../errors.js'

export type Env = Readonly<Record<string, string | undefined>>
export type Sink = {isTTY?: boolean; columns?: number; write(text: string, done?: () => void): unknown}
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

/** Write and wait until it has left the process; a reader that went away (`| head -1`) is not an error. */
export const written = (sink: Sink, text: string): Promise<void> =>
  new Promise((resolve) => { sink.write(text, () => resolve()) })
