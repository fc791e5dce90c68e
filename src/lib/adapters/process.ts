import {spawn, type ChildProcess} from 'node:child_process'
import {existsSync} from 'node:fs'
import {performance} from 'node:perf_hooks'
import {keeper, lineReader, type Kept} from './process-output.js'
import {openPipes, type Pipe} from './process-pipes.js'
import {familyOf, signalFamily, type Member} from './process-family.js'

/** Who ended a child that did not end by itself. `settled`: it had already said all that it had to say. */
export type StopReason = 'timeout' | 'stall' | 'budget' | 'interrupt' | 'settled'

export type ChildOptions = {
  argv: readonly string[]
  cwd: string
  /** the whole environment; nothing is inherited */
  env: Readonly<Record<string, string>>
  stdin?: string
  timeoutMs?: number
  /** the longest silence on stdout and stderr together */
  stallMs?: number
  signal?: AbortSignal
  /** whole lines without their end; `cut` when the line was longer than 1 MiB */
  onLine?: (line: string, from: 'stdout' | 'stderr', cut: boolean) => void
  /** bytes kept of the beginning and of the end of each stream */
  keepBytes?: number
  /** between SIGINT and SIGTERM, and between SIGTERM and SIGKILL */
  graceMs?: number
}

export type ChildResult =
  | {kind: 'missing'; message: string}
  | {kind: 'unstartable'; message: string}
  | {
    kind: 'exited'; exitCode: number | null; signal: string | null
    /** null: it ended by itself; outside: a signal that pilot did not send */
    killedBy: StopReason | 'outside' | null
    wallMs: number; stdout: Kept; stderr: Kept
  }
export type Child = {done: Promise<ChildResult>; stop: (reason: StopReason) => void}

/** agents.md §1.7: what a CLI needs to end its own tools and write its last words */
const GRACE_MS = 3_000
const KEEP_BYTES = 64 * 1024
/**
 * After the exit a daemon may hold the pipes open for ever: what is written before this many silent looks in a row still counts. Looks, and not
 * time: between two of them the pipes are read, however late a busy machine comes to it.
 */
const DRAIN_QUIET_LOOKS = 5
const DRAIN_MAX_LOOKS = 40
const DRAIN_LOOK_MS = 50

/**
 * Starts a child in a process group of its own, writes its stdin and ends it at once. Memory is bounded whatever it prints, and it is over when the
 * child has exited, not when every process it left behind has closed the pipes; what is left of its group is killed then. Never throws: a missing
 * command, an exit code and a signal are all answers.
 */
export function spawnChild(options: ChildOptions): Child {
  const started = performance.now()
  const keep = options.keepBytes ?? KEEP_BYTES
  const out = {stdout: keeper(keep), stderr: keeper(keep)}
  let killedBy: StopReason | null = null
  let stop: (reason: StopReason) => void = () => undefined

  let lastOutput = started
  const readers = (['stdout', 'stderr'] as const).map((name) => {
    const reader = lineReader((line, cut) => options.onLine?.(line, name, cut))
    const add = (chunk: Buffer) => {
      lastOutput = performance.now()
      out[name].add(chunk)
      reader.add(chunk)
    }
    return {name, add, end: () => { reader.end() }}
  })

  const run = (pipes: Pipe[] | null) => new Promise<ChildResult>((resolve) => {
    const closePipes = () => { for (const {theirs, ours} of pipes ?? []) for (const end of [theirs, ours]) end.destroy() }
    const ended = (exitCode: number | null, signal: string | null): ChildResult => ({
      kind: 'exited', exitCode, signal, killedBy: killedBy ?? (signal === null ? null : 'outside'),
      wallMs: Math.round(performance.now() - started), stdout: out.stdout.kept(), stderr: out.stderr.kept(),
    })
    if (options.signal?.aborted) {
      killedBy = 'interrupt'
      closePipes()
      return resolve(ended(null, null))
    }
    const [command = '', ...args] = options.argv
    let child: ChildProcess
    try {
      const [stdout, stderr] = pipes?.map(({theirs}) => theirs) ?? []
      child = spawn(command, args, {cwd: options.cwd, env: {...options.env}, detached: true, stdio: ['pipe', stdout ?? 'pipe', stderr ?? 'pipe']})
    } catch (error) {
      closePipes()
      return resolve(cannotStart(error, command, options.cwd))
    }
    lastOutput = performance.now()
    // from here on only the child can write, and when nobody holds its end any more, that is the end
    for (const {theirs} of pipes ?? []) theirs.destroy()
    for (const {name, add} of readers) child[name]?.on('data', add)
    // a child that does not read its input closes the pipe; its exit code tells the story
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.stdin ?? '')

    const timers: NodeJS.Timeout[] = []
    let exited = false
    stop = (reason) => {
      if (exited || killedBy !== null || child.pid === undefined) return
      killedBy = reason
      let family: Member[] = []
      const pid = child.pid
      const send = (signal: NodeJS.Signals) => {
        // looked up again each time: a process that lost its parent meanwhile is still remembered
        family = [...family, ...familyOf(pid)]
        signalFamily(pid, family, signal)
      }
      const grace = options.graceMs ?? GRACE_MS
      send('SIGINT')
      if (reason === 'interrupt') child.once('exit', beforeDeath(() => send('SIGKILL')))
      timers.push(setTimeout(send, grace, 'SIGTERM'), setTimeout(send, 2 * grace, 'SIGKILL'))
      child.once('exit', () => signalFamily(pid, family, 'SIGKILL'))
    }
    const interrupt = () => stop('interrupt')
    options.signal?.addEventListener('abort', interrupt, {once: true})
    if (options.timeoutMs !== undefined) timers.push(setTimeout(() => stop('timeout'), options.timeoutMs))
    const {stallMs} = options
    if (stallMs !== undefined) {
      timers.push(setInterval(() => { if (performance.now() - lastOutput > stallMs) stop('stall') }, Math.max(10, Math.min(1000, stallMs / 4))))
    }

    const finish = (result: () => ChildResult) => {
      for (const timer of timers) clearTimeout(timer)
      options.signal?.removeEventListener('abort', interrupt)
      for (const reader of readers) reader.end()
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
      closePipes()
      resolve(result())
    }
    child.on('error', (error) => {
      if (child.pid === undefined) finish(() => cannotStart(error, command, options.cwd))
    })
    child.once('exit', (exitCode, signal) => {
      exited = true
      for (const timer of timers.splice(0)) clearTimeout(timer)
      if (child.pid !== undefined) signalFamily(child.pid, [], 'SIGKILL')
      const closed = new Promise<void>((close) => child.once('close', () => close()))
      const quiet = new Promise<void>((over) => {
        let [looks, silent, seen] = [0, 0, lastOutput]
        timers.push(setInterval(() => {
          silent = lastOutput === seen ? silent + 1 : 0
          looks += 1
          seen = lastOutput
          if (silent === DRAIN_QUIET_LOOKS || looks === DRAIN_MAX_LOOKS) over()
        }, DRAIN_LOOK_MS))
      })
      const read = Promise.all([closed, ...(pipes ?? []).map((pipe) => pipe.closed)])
      void Promise.race([read, quiet]).then(() => finish(() => ended(exitCode, signal)))
    })
  })
  const start = async () => run(options.signal?.aborted ? null : await openPipes(readers.map(({add}) => add)))
  return {done: start(), stop: (reason) => stop(reason)}
}

/**
 * The second Ctrl-C ends pilot at once, and then nobody is left to end its children: they go first. Answers how to stop listening, which has to happen
 * before pilot signals itself, or the signal would not end it.
 */
function beforeDeath(kill: () => void): () => void {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const off = () => { for (const name of names) process.off(name, last) }
  const last = () => {
    off()
    kill()
  }
  for (const name of names) process.prependListener(name, last)
  return off
}

/** Node answers ENOENT for a command that is not there and for a directory that is not there. */
function cannotStart(error: unknown, command: string, cwd: string): ChildResult {
  if (!existsSync(cwd)) return {kind: 'unstartable', message: `there is no directory ${cwd}`}
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return {kind: 'missing', message: `${command} was not found on the PATH`}
  return {kind: 'unstartable', message: `${command} could not be started: ${error instanceof Error ? error.message : String(error)}`}
}
