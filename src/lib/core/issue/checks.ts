import {z} from 'zod'
import type {Check} from './issue.js'

/** A check with what is needed to tell which of two with the same name is newer. */
export type SeenCheck = Check & {
  /** who reports it: an app, or commit statuses */
  app: string
  /** the app's check suite; a check that is run again stays in its own */
  suite: string
  /** given up before it came to an end, which says nothing of the commit */
  isDropped: boolean
  at: string
  id: number
}

const time = z.string().nullish()
/** GitHub drops a run for a newer one of its concurrency group (`cancelled`), and one that nobody finished in two weeks (`stale`). */
const DROPPED = ['cancelled', 'stale']
const FAILED = ['failure', 'timed_out', 'action_required', 'cancelled', 'startup_failure', 'stale', 'error']

/** A conclusion nobody has heard of counts as a failure: merging is the thing that cannot be taken back. */
function stateOf(finished: boolean, conclusion: string | null | undefined): Check['state'] {
  if (!finished) return 'pending'
  if (conclusion === 'success') return 'success'
  return conclusion === 'neutral' || conclusion === 'skipped' ? 'neutral' : 'failure'
}

/** GitHub's check run JSON → SeenCheck. */
export const checkRunFromApi = z.looseObject({
  id: z.int(), name: z.string(), status: z.string(), conclusion: z.string().nullish(), started_at: time, completed_at: time,
  html_url: time, details_url: time, app: z.looseObject({id: z.int()}).nullish(),
  check_suite: z.looseObject({id: z.int()}).nullish(),
}).transform((run): SeenCheck => ({
  name: run.name, state: stateOf(run.status === 'completed', run.conclusion), url: run.html_url ?? run.details_url ?? null,
  app: `app ${run.app?.id ?? ''}`, suite: `${run.check_suite?.id ?? ''}`, isDropped: DROPPED.includes(run.conclusion ?? ''), at: run.started_at ?? run.completed_at ?? '', id: run.id,
}))

/** GitHub's commit status JSON → SeenCheck. */
export const statusFromApi = z.looseObject({
  id: z.int(), context: z.string(), state: z.string(), target_url: time, created_at: time, updated_at: time,
}).transform((status): SeenCheck => ({
  name: status.context, state: status.state === 'success' ? 'success' : FAILED.includes(status.state) ? 'failure' : 'pending',
  url: status.target_url ?? null, app: 'status', suite: '', isDropped: false, at: status.updated_at ?? status.created_at ?? '', id: status.id,
}))

const newer = (a: SeenCheck, b: SeenCheck): boolean => (a.at === b.at ? a.id > b.id : a.at > b.at)

/**
 * The newest check of each name, sorted by name. The same name from two sources (two apps, two check suites, or a run and a status)
 * stays two checks: one must not hide the other's failure. GitHub Actions gives each run of a workflow a suite of its own, so two workflows,
 * or one on push and on pull_request, are two suites; what is run again stays in its suite. Only what was dropped gives way to a newer one of
 * the app in another suite, to one that says something of the commit or will: a concurrency group drops a run for a newer one of a new suite.
 */
export function newestChecks(all: readonly SeenCheck[]): Check[] {
  const newest = new Map<string, SeenCheck>()
  for (const check of all) {
    const key = JSON.stringify([check.app, check.suite, check.name])
    const known = newest.get(key)
    if (known === undefined || newer(check, known)) newest.set(key, check)
  }
  const left = [...newest.values()]
  const isReplaced = (old: SeenCheck): boolean => old.isDropped
    && left.some((check) => check.app === old.app && check.name === old.name && !check.isDropped && check.state !== 'neutral' && newer(check, old))
  return left.filter((check) => !isReplaced(check)).map(({name, state, url}) => ({name, state, url})).sort((a, b) => (a.name < b.name ? -1 : 1))
}

export type ChecksState = 'none' | 'pending' | 'success' | 'failure'
/** All checks of a commit as one state; a required check nobody has reported yet is pending. `none`: no checks and none required. */
export function checksState(checks: readonly Check[], required: readonly string[]): ChecksState {
  if (checks.some((check) => check.state === 'failure')) return 'failure'
  if (checks.some((check) => check.state === 'pending')) return 'pending'
  if (required.some((name) => !checks.some((check) => check.name === name))) return 'pending'
  return checks.length === 0 ? 'none' : 'success'
}
