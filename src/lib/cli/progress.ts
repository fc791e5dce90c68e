import type {Io, Sink} from './io.js'

/** Where a long command says what it is doing. Never the result. */
export type Progress = {
  say(text: string): void
  /** write whole lines without tearing the spinner */
  around(write: () => void): void
  stop(): void
}
export type ProgressKind = 'silent' | 'lines' | 'spinner'

type Mode = {quiet: boolean; json: boolean; verbose: boolean}

/**
 * Nothing under --quiet; with --json only when asked for by --verbose; a spinner needs a terminal, and one that knows its
 * width: on 0 columns ora counts infinitely many lines and never returns.
 */
export function progressKind(stderr: Pick<Sink, 'isTTY' | 'columns'>, mode: Mode): ProgressKind {
  if (mode.quiet || (mode.json && !mode.verbose)) return 'silent'
  return stderr.isTTY === true && (stderr.columns ?? 0) > 0 && !mode.json ? 'spinner' : 'lines'
}

const direct = (say: (text: string) => void): Progress => ({say, around: (write) => { write() }, stop: () => undefined})

/** `line` prints one (already masked) line on stderr; `mask` is for what the spinner shows itself. */
export async function openProgress(
  kind: ProgressKind, io: Io, line: (text: string) => void, mask: (text: string) => string,
): Promise<Progress> {
  switch (kind) {
    case 'silent': return direct(() => undefined)
    case 'lines': return direct(line)
    case 'spinner': return spinner(io, mask)
  }
}

async function spinner(io: Io, mask: (text: string) => string): Promise<Progress> {
  const {default: ora} = await import('ora')
  // stdin stays untouched: `-` reads it, and Ctrl-C must reach us as a signal
  const spin = ora({stream: io.stderr as NodeJS.WritableStream, discardStdin: false})
  return {
    say: (text) => { spin.text = mask(text); if (!spin.isSpinning) spin.start() },
    around: (write) => {
      spin.clear()
      write()
      if (spin.isSpinning) spin.render()
    },
    stop: () => { spin.stop() },
  }
}
