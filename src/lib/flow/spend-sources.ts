import {z} from 'zod'
import {attemptSums, entrySums, joinByRun, ledgerSums, type RunSum} from '../core/cost/join.js'
import type {LedgerLine} from '../core/cost/ledger.js'
import {hasLapsed} from '../core/cost/reservations.js'
import type {ResultLike} from '../core/cost/spend.js'
import {jsonOf} from '../core/json.js'
import type {Attempts} from '../core/run/attempt.js'
import {countsAsAttempt} from '../core/run/failure.js'
import {resultSchema} from '../core/run/outcome.js'
import {PilotError} from '../errors.js'
import type {Artifacts, LogFiles, SpendRecord} from '../ports.js'
import {attemptsOf, readMemory} from './snapshot.js'
import type {World} from './world.js'

const numberIn = (name: string, pattern: RegExp): number | null => {
  const digits = pattern.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}
const resultFile = z.object(resultSchema.shape)

/** How the attempts ended that left files on this machine. A file that cannot be read tells nothing. */
export async function localResults({artifacts, files}: {artifacts: Artifacts; files: LogFiles}): Promise<ResultLike[]> {
  const found: ResultLike[] = []
  for (const issue of await files.entries(artifacts.resolve('runs'))) {
    if (numberIn(issue, /^GH-([1-9]\d*)$/) === null) continue
    for (const attempt of await files.entries(artifacts.resolve(`runs/${issue}`))) {
      if (numberIn(attempt, /^attempt-([1-9]\d*)$/) === null) continue
      const {data} = resultFile.safeParse(jsonOf(await artifacts.readText(`runs/${issue}/${attempt}/result.json`) ?? ''))
      if (data !== undefined) found.push({...data, counts: data.failure === null || countsAsAttempt(data.failure), complexity: data.complexity ?? null})
    }
  }
  return found
}

export type Online = {world: World; record: SpendRecord}
/** `sums`: of every run that anybody knows of, whole. `pulls`: issue by pull request. */
export type Everywhere = {sums: RunSum[]; pulls: Map<number, number>; unread: number}
export type Wanted = (of: {issue: number | null; epic: number | null; date: string}) => boolean

/** The comments of more issues are not read for one answer; the spend record has the sums of all. */
const MOST_COMMENTS = 50

/**
 * What this machine's ledger, the spend record and the attempts comments know together. The comments are those of the issues that `wanted` asks for, the
 * newest first.
 */
export async function everywhere({world, record}: Online, lines: readonly LedgerLine[], wanted: Wanted): Promise<Everywhere> {
  const {days, damaged} = await record.readable()
  for (const problem of damaged) world.report.warn(problem)
  const known = joinByRun([entrySums(days, (entry) => hasLapsed(entry, world.clock.now())), ledgerSums(lines)])
  const asked = known.filter(wanted)
  const issues = [...new Set(asked.flatMap(({issue, epic}) => (issue === null || issue === epic ? [] : [issue])))].sort((a, b) => b - a)
  const epicOf = new Map(known.map(({issue, epic}) => [issue, epic]))
  const read = new Map<number, Attempts>()
  for (const issue of issues.slice(0, MOST_COMMENTS)) {
    const attempts = await attemptsOn(world, issue)
    if (attempts !== null) read.set(issue, attempts)
  }
  const told = [...read].map(([issue, attempts]) => attemptSums(issue, epicOf.get(issue) ?? null, attempts))
  return {
    sums: joinByRun([known, ...told]),
    pulls: new Map([...read].flatMap(([issue, {attempts}]) => attempts.flatMap(({pr}): [number, number][] => (pr === null ? [] : [[pr, issue]])))),
    unread: Math.max(0, issues.length - MOST_COMMENTS),
  }
}

/** What concerns one issue only: it was deleted or transferred, is one of another repository, or its comment was edited. */
const OF_ONE_ISSUE: readonly string[] = ['ISSUE_NOT_FOUND', 'INVALID_ARTIFACT', 'ARTIFACT_VERSION']

/** The attempts of one issue; null, with a warning, where they cannot be read: what the other sources know of it counts. */
async function attemptsOn(world: World, issue: number): Promise<Attempts | null> {
  try {
    return attemptsOf(await readMemory(world, issue))
  } catch (error) {
    if (!(error instanceof PilotError) || !OF_ONE_ISSUE.includes(error.code)) throw error
    world.report.warn(`the attempts comment of #${issue} does not count, only what else is known of it: ${error.message}`)
    return null
  }
}

const mergedSchema = z.literal(true)

/** Those of the pull requests that are merged. A merge is never taken back, so each is asked for once on a machine. */
export async function mergedOf(world: World, pulls: ReadonlyMap<number, number>): Promise<Map<number, number>> {
  const merged = new Map<number, number>()
  for (const [pull, issue] of pulls) {
    const key = `merged-${pull}`
    if (await world.cache.get(key, mergedSchema) ?? await isMerged(world, pull)) {
      merged.set(pull, issue)
      await world.cache.set(key, true)
    }
  }
  return merged
}

async function isMerged(world: World, pull: number): Promise<boolean> {
  try {
    return (await world.pulls.get(pull)).merged
  } catch (error) {
    // a number out of a file of another repository, or of one that was moved
    if (error instanceof PilotError && (error.code === 'ISSUE_NOT_FOUND' || error.code === 'NOT_A_PULL_REQUEST')) return false
    throw error
  }
}
