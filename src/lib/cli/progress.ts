import type {Activity} from '../flow/world.js'
import type {Env, Io, Sink} from './io.js'
import {liveLines, oneLine, seen, type Live} from './live.js'

/** Where a long command says what it is doing. Never the result. */
export type Progress = {
  say(text: string): void
  activity(activity: Activity): void
  /** write whole lines without tearing what is redrawn */
  around(write: () => void): void
  /** leaves the line clean and the cursor shown; may be called twice */
  stop(): void
}
export type ProgressKind = 'silent' | 'lines' | 'live'

type Mode = {quiet: boolean; json: boolean; verbose: boolean}

/** The line is redrawn at least so often, for its clock; milliseconds. */
const TICK_MS = 500

/**
 * Nothing under --quiet; with --json only when asked for by --verbose; a line that is redrawn needs a terminal that can move its cursor and
 * knows its width (on 0 columns ora counts infinitely many lines and never returns), and somebody who watches, which nobody does in CI.
 */
export function progressKind(stderr: Pick<Sink, 'isTTY' | 'columns'>, mode: Mode, env: Env): ProgressKind {
  if (mode.quiet || (mode.json && !mode.verbose)) return 'silent'
  const movable = stderr.isTTY === true && (stderr.columns ?? 0) > 0 && env['TERM'] !== 'dumb'
  return movable && !mode.json && (env['CI'] ?? '') === '' ? 'live' : 'lines'
}

/** `line` prints one (already masked) line on stderr; `mask` is for what is redrawn. */
export async function openProgress(
  kind: ProgressKind, io: Io, line: (text: string) => void, mask: (text: string) => string,
): Promise<Progress> {
  switch (kind) {
    case 'silent': return direct(() => undefined)
    case 'lines': return direct(line)
    case 'live': return redrawn(io, line, mask)
  }
}

/** A spawn is announced by its plan, so that only pilot's own steps are said here. */
const direct = (say: (text: string) => void): Progress => ({
  say, around: (write) => { write() }, stop: () => undefined,
  activity: (activity) => { if (activity.kind === 'step') say(`GH-${activity.issue}: ${activity.step}`) },
})

/** While an issue is under way its line is redrawn, and what is said goes above it; at other times the last thing said is the line. */
async function redrawn(io: Io, line: (text: string) => void, mask: (text: string) => string): Promise<Progress> {
  const {default: ora} = await import('ora')
  // stdin stays untouched: `-` reads it, and Ctrl-C must reach us as a signal
  const spin = ora({stream: io.stderr as NodeJS.WritableStream, discardStdin: false, isEnabled: true, color: false})
  let live: Live = new Map()
  const columns = (): number => io.stderr.columns || 80
  const show = (text: string): void => { spin.text = text; if (!spin.isSpinning) spin.start() }
  const draw = (): void => { if (live.size > 0) show(liveLines(live, io.now(), columns(), mask).join('\n  ')) }
  const clock = setInterval(draw, TICK_MS)
  clock.unref()
  return {
    say: (text) => { if (live.size > 0) line(text); else show(oneLine(text, columns(), mask)) },
    activity: (activity) => {
      live = seen(live, activity, io.now())
      // a busy stream says more than anybody can read: events wait for the clock
      if (activity.kind !== 'event') draw()
      if (live.size === 0) spin.stop()
    },
    around: (write) => {
      spin.clear()
      write()
      if (spin.isSpinning) spin.render()
    },
    stop: () => {
      clearInterval(clock)
      live = new Map()
      spin.stop()
    },
  }
}
