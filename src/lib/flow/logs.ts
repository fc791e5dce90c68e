import {z} from 'zod'
import type {Artifacts, Clock, LogFiles} from '../ports.js'
import {PilotError} from '../errors.js'
import {runDir} from './attempt/run.js'

export type LogsResult = {path: string; shownBytes: number; totalBytes: number; droppedBytes: number; final: boolean; text: string}
export type LogsDesk = {artifacts: Artifacts; files: LogFiles; clock: Clock; signal: AbortSignal}
export type LogsOptions = {attempt: number | null; bytes: number; /** called with each new piece while an attempt is still running */ follow: ((text: string) => Promise<void>) | null}

/** Pauses while following: short while the log grows, then patient (SPEC §14). */
const BACK_OFF_MS = [1200, 2000, 5000, 15_000, 30_000] as const
const isResult = z.looseObject({version: z.number()})

/**
 * The end of the last attempt's log: at most `bytes`, with how much there is in all and how much is not shown. `final`: the attempt has ended.
 * @throws PilotError NO_LOG naming the path where the log would be
 */
export async function readLog(desk: LogsDesk, issue: number, options: LogsOptions): Promise<LogsResult> {
  const attempt = options.attempt ?? await newestAttempt(desk, issue)
  const dir = runDir(issue, attempt)
  const path = desk.artifacts.resolve(`${dir}/agent.log`)
  const first = await desk.files.read(path, {from: null, bytes: options.bytes})
  if (first === null) throw new PilotError('NO_LOG', `there is no log at ${path}`, [`pilot status ${issue}`, `pilot execute ${issue}`])
  const ended = async (): Promise<boolean> => (await desk.artifacts.readText(`${dir}/result.json`).then((text) => text !== undefined && isResult.safeParse(JSON.parse(text)).success))
  const resultOf = (text: string, totalBytes: number, final: boolean): LogsResult => {
    const shownBytes = Buffer.byteLength(text)
    return {path, shownBytes, totalBytes, droppedBytes: Math.max(0, totalBytes - shownBytes), final, text}
  }
  if (options.follow === null) return resultOf(first.text, first.totalBytes, await ended())
  await options.follow(first.text)
  let {end} = first
  for (let quiet = 0; ;) {
    const final = await ended()
    const more = await desk.files.read(path, {from: end, bytes: options.bytes})
    const grown = more !== null && more.text !== ''
    if (grown) {
      await options.follow(more.text)
      end = more.end
      quiet = 0
      continue
    }
    if (final) return resultOf('', end, true)
    await desk.clock.sleep(BACK_OFF_MS[Math.min(quiet++, BACK_OFF_MS.length - 1)]!, desk.signal)
  }
}

async function newestAttempt({artifacts, files}: LogsDesk, issue: number): Promise<number> {
  const names = await files.entries(artifacts.resolve(`runs/GH-${issue}`))
  const numbers = names.map((name) => Number(/^attempt-(\d+)$/.exec(name)?.[1] ?? 0))
  const newest = Math.max(0, ...numbers)
  if (newest === 0) throw new PilotError('NO_LOG', `there is no attempt under ${artifacts.resolve(`runs/GH-${issue}`)} on this machine`, [`pilot status ${issue}`, `pilot execute ${issue}`])
  return newest
}
