import {PilotError} from '../errors.js'
import {SIGNALS, type Io, type StopSignal} from './io.js'

/** What a command does about signals: `notice` at the first one, `leave` when the process is about to end without its own farewell. */
export type OnStop = {notice: () => void; leave: () => void}

/**
 * The first Ctrl-C (or SIGTERM, or SIGHUP) asks the command to stop, through the abort signal; the second one ends the process at
 * once. Returns the function that removes the listeners.
 */
export function watchSignals(io: Io, controller: AbortController, {notice, leave}: OnStop): () => void {
  const listeners = SIGNALS.map((signal) => ({signal, listen: () => { receive(signal) }}))
  const stop = (): void => { for (const {signal, listen} of listeners) io.offSignal(signal, listen) }
  const receive = (signal: StopSignal): void => {
    if (controller.signal.aborted) {
      stop()
      leave()
      io.die(signal)
      return
    }
    controller.abort(new PilotError('INTERRUPTED', 'interrupted; work so far is saved', ['run the same command again to go on']))
    notice()
  }
  for (const {signal, listen} of listeners) io.onSignal(signal, listen)
  return stop
}
