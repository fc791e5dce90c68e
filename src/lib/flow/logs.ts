import {z} from 'zod'
import type {Artifacts, Clock, LogFiles, LogPiece} from '../ports.js'
import {jsonOf} from '../core/json.js'
import {backOff} from '../core/run/back-off.js'
import {PilotError} from '../errors.js'
import {RUNNER_FILE, runDir} from './attempt/run.js'

/** `droppedBytes`: of `totalBytes`, what was not shown. `final`: the attempt has ended, or its run is gone, and its log with it. */
export type LogsResult = {path: string; shownBytes: number; totalBytes: number; droppedBytes: number; final: boolean; text: string}
export type LogsDesk = {artifacts: Artifacts; files: LogFiles; clock: Clock; signal: AbortSignal; warn: (text: string) => void}
export type LogsOptions = {
  /** null: the newest */
  attempt: number | null
  bytes: number
  follow: Show | null
}
/** Called with each new piece until the attempt has ended; `dropped` bytes before it were left out. */
export type Show = (text: string, dropped: number) => Promise<void>

/** Bytes read at once while following. */
const PIECE = 64 * 1024
const resultFile = z.looseObject({version: z.number(), outcome: z.string().optional()})
const runnerFile = z.looseObject({machine: z.string(), pid: z.int().min(1), start: z.string()})

/**
 * The end of an attempt's log, or where no agent ran of what came before: at most `bytes`, with how much there is in all and how much is not shown. Followed, all that is added
 * later is shown as well; then the figures are sums, and `text` is empty.
 * @throws PilotError NO_LOG naming what there is, or INTERRUPTED while following
 */
export async function readLog(desk: LogsDesk, issue: number, options: LogsOptions): Promise<LogsResult> {
  const attempt = chosen(desk, issue, await attemptsOf(desk, issue), options.attempt)
  const dir = runDir(issue, attempt)
  const at = (name: string): string => desk.artifacts.resolve(`${dir}/${name}`)
  const path = at('agent.log')
  // asked before each look at the log, so that what is read after it is all there is
  let stage: Stage = 'running'
  const ended = async (): Promise<boolean> => {
    stage = await stageOf(desk, issue, attempt)
    return stage !== 'running'
  }
  const told = <T>(result: T): T => {
    if (stage === 'abandoned') desk.warn(`attempt ${attempt} of #${issue} did not end: the run that made it is gone: pilot execute ${issue}`)
    return result
  }
  if (options.follow !== null) return told(await follow(desk, {path, ended, bytes: options.bytes, show: options.follow}))
  const final = await ended()
  const found = await firstLog(desk, [path, ...BEFORE_AGENT.map(at)], options.bytes)
  if (found === null) throw noFile(path, issue, final)
  const {end} = found
  const shownBytes = end.end - end.start
  return told({path: found.path, shownBytes, totalBytes: end.totalBytes, droppedBytes: Math.max(0, end.totalBytes - shownBytes), final, text: end.text})
}

/** `abandoned`: its run is gone without having ended it, and no other attempt followed yet. */
type Stage = 'running' | 'ended' | 'abandoned'

async function stageOf(desk: LogsDesk, issue: number, attempt: number): Promise<Stage> {
  const read = async (name: string) => jsonOf(await desk.artifacts.readText(`${runDir(issue, attempt)}/${name}`) ?? '')
  // first: a run that ends well writes the result before it is gone
  const {data: runner} = runnerFile.safeParse(await read(RUNNER_FILE))
  const isGone = runner !== undefined && desk.files.isGone(runner)
  const {data: result} = resultFile.safeParse(await read('result.json'))
  if (result !== undefined && result.outcome !== 'started') return 'ended'
  // one that was killed on another machine, or by an earlier version
  if ((await attemptsOf(desk, issue)).some((other) => other > attempt)) return 'ended'
  return isGone ? 'abandoned' : 'running'
}

/** The same as one document, once the attempt has ended: of the one that was waited for, though the next may have begun by then. */
export async function readLogWhenOver(desk: LogsDesk, issue: number, bounds: Omit<LogsOptions, 'follow'>): Promise<LogsResult> {
  const attempt = chosen(desk, issue, await attemptsOf(desk, issue), bounds.attempt)
  await readLog({...desk, warn: () => undefined}, issue, {...bounds, attempt, follow: async () => undefined})
  return readLog(desk, issue, {...bounds, attempt, follow: null})
}

/** What says why no agent ran, the later stage first. */
const BEFORE_AGENT = ['baseline.log', 'setup.log'] as const

async function firstLog({files}: LogsDesk, paths: readonly string[], bytes: number): Promise<{path: string; end: LogPiece} | null> {
  for (const path of paths) {
    const end = await files.read(path, {from: null, bytes})
    if (end !== null) return {path, end}
  }
  return null
}

type Followed = {path: string; ended: () => Promise<boolean>; bytes: number; show: Show}

/** A log that is not there yet is waited for. One that became shorter, or was replaced, is shown from its beginning. */
async function follow({files, clock, signal}: LogsDesk, {path, ended, bytes, show}: Followed): Promise<LogsResult> {
  let at: {file: string; end: number} | null = null
  let [shownBytes, droppedBytes] = [0, 0]
  for (let quiet = 0; ;) {
    signal.throwIfAborted()
    const final = await ended()
    const piece: LogPiece | null = await files.read(path, at === null ? {from: null, bytes} : {from: at.end, bytes: PIECE})
    if (piece !== null && at !== null && (piece.file !== at.file || piece.totalBytes < at.end)) {
      at = {file: piece.file, end: 0}
      continue
    }
    if (piece !== null) {
      const dropped = at === null ? piece.start : 0
      at = {file: piece.file, end: piece.end}
      droppedBytes += dropped
      shownBytes += piece.end - piece.start
      if (piece.text !== '') {
        await show(piece.text, dropped)
        quiet = 0
        continue
      }
    }
    if (final) return {path, shownBytes, totalBytes: shownBytes + droppedBytes, droppedBytes, final, text: ''}
    await clock.sleep(backOff(quiet++), signal)
  }
}

const noFile = (path: string, issue: number, final: boolean): PilotError =>
  new PilotError('NO_LOG', `there is no log at ${path}${final ? ': the attempt ended before an agent ran' : ' yet'}`, [
    ...(final ? [] : [`pilot logs ${issue} --follow`]), `pilot status ${issue}`, `pilot execute ${issue}`,
  ])

/** Numbers of the attempts that left files on this machine, ascending. */
async function attemptsOf({artifacts, files}: LogsDesk, issue: number): Promise<number[]> {
  const names = await files.entries(artifacts.resolve(`runs/GH-${issue}`))
  return names.flatMap((name) => /^attempt-([1-9]\d{0,8})$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b)
}

/** The attempt to show: the newest, or the one that was asked for, which must be there. */
function chosen({artifacts}: LogsDesk, issue: number, there: readonly number[], wanted: number | null): number {
  const newest = there.at(-1)
  if (newest === undefined) {
    throw new PilotError('NO_LOG', `there is no attempt under ${artifacts.resolve(`runs/GH-${issue}`)} on this machine`, [
      `pilot status ${issue}`, `pilot execute ${issue}`,
    ])
  }
  if (wanted === null || there.includes(wanted)) return wanted ?? newest
  const have = `${there.length === 1 ? 'there is attempt' : 'there are attempts'} ${there.join(', ')}`
  throw new PilotError('NO_LOG', `attempt ${wanted} of #${issue} is not on this machine; ${have}`, [`pilot logs ${issue} --attempt ${newest}`])
}
