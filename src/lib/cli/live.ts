import {addCost} from '../core/cost/usage.js'
import type {AgentEvent} from '../core/run/outcome.js'
import type {Activity} from '../flow/world.js'
import {inert} from './ui.js'
import {truncate} from './width.js'

type Figures = {turns: number; costUsd: number | null; /** calls that ended without a known cost */ unpriced: number}
/** One issue under way. `ended`: the model calls that are over; `call`: the one that runs. */
type Worker = {issue: number | null; step: string; since: Date; tool: string; ended: Figures; call: Figures | null}
/** Everything that is under way, by issue, in the order it began. */
export type Live = ReadonlyMap<number | null, Worker>

const NONE: Figures = {turns: 0, costUsd: null, unpriced: 0}
/** More than this would push the lines above out of a small terminal. */
const MOST_LINES = 6
/** The spinner and its space, and room for the `^C` that a terminal shows, which must not wrap or it stays there. */
const MARGIN = 5

/** What is under way after one more activity. */
export function seen(live: Live, activity: Activity, now: Date): Live {
  const next = new Map(live)
  const {issue} = activity
  const worker = live.get(issue) ?? {issue, step: '', since: now, tool: '', ended: NONE, call: null}
  switch (activity.kind) {
    case 'step': next.set(issue, {...worker, step: activity.step, tool: '', ended: total(worker), call: null}); break
    case 'spawn': next.set(issue, {...worker, step: activity.step, tool: '', ended: total(worker), call: NONE}); break
    case 'event': next.set(issue, heard(worker, activity.event)); break
    case 'spent': next.set(issue, {...worker, call: {...worker.call ?? NONE, costUsd: activity.usd}}); break
    case 'over': next.delete(issue); break
  }
  return next
}

/** A running call's turns are counted by its tool calls, until its result says how many there were. */
function heard(worker: Worker, event: AgentEvent): Worker {
  const call = worker.call ?? NONE
  switch (event.kind) {
    case 'started': case 'text': case 'usage': return worker
    case 'tool': return {...worker, tool: `${event.name} ${event.detail}`, call: {...call, turns: call.turns + 1}}
    case 'result': {
      const costUsd = event.costUsd ?? call.costUsd
      return {...worker, tool: '', call: {turns: event.turns ?? call.turns, costUsd, unpriced: costUsd === null ? 1 : 0}}
    }
  }
}

function total({ended, call}: Worker): Figures {
  if (call === null) return ended
  return {turns: ended.turns + call.turns, costUsd: addCost(ended.costUsd, call.costUsd), unpriced: ended.unpriced + call.unpriced}
}

/** One line an issue: where it is, for how long, dollars so far, turns, last tool. Masked, on one line each, and narrower than the terminal. */
export function liveLines(live: Live, now: Date, columns: number, mask: (text: string) => string): string[] {
  const workers = [...live.values()]
  const shown = workers.length > MOST_LINES ? workers.slice(0, MOST_LINES - 1) : workers
  const more = workers.length - shown.length
  return [...shown.map((worker) => oneLine(lineOf(worker, now), columns, mask)), ...(more > 0 ? [`… and ${more} more`] : [])]
}

/** Any text as the line beside the spinner. Masked before it is cut: half a secret would no longer be known as one. */
export const oneLine = (text: string, columns: number, mask: (text: string) => string): string =>
  truncate(inert(mask(text)).replace(/\s+/g, ' ').trim(), Math.max(1, columns - MARGIN))

function lineOf(worker: Worker, now: Date): string {
  const {issue, step, since, tool} = worker
  const {turns, costUsd, unpriced} = total(worker)
  const parts = [
    `${issue === null ? '' : `GH-${issue} `}${step}`, duration(now.getTime() - since.getTime()), cost(costUsd, unpriced),
    turns === 0 ? '' : `${turns} ${turns === 1 ? 'turn' : 'turns'}`, tool,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** A cost that nobody knows is named as that, never as $0. */
function cost(usd: number | null, unpriced: number): string {
  if (usd === null) return unpriced === 0 ? '' : 'cost unknown'
  return `$${usd.toFixed(2)}${unpriced === 0 ? '' : ' + unknown'}`
}

/** `0:07`, `12:34`, `1:02:03`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return `${hours === 0 ? minutes : `${hours}:${two(minutes)}`}:${two(seconds % 60)}`
}
