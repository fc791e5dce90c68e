import {isCompletedReason} from '../core/issue/done.js'
import {childMark} from '../core/issue/child-body.js'
import {closes} from '../core/issue/closes.js'
import {hasLabel} from '../core/issue/labels.js'
import {wentElsewhere} from '../core/issue/shipped.js'
import {isTrustedAuthor} from '../core/issue/trust.js'
import {PilotError} from '../errors.js'
import {issueOfPull} from '../core/run/branch.js'
import type {World} from './world.js'

/**
 * The issues that a merged pull request settles: the one of pilot's branch, whoever merged it; else the issues of pilot's that a person's pull
 * request says it closes, once GitHub has closed them.
 * @throws PilotError WAITING while something is not merged into the default branch or closed yet, NOT_VERIFIED where the pull request has nothing to do with pilot
 */
export async function closedByPull(world: World, number: number): Promise<number[]> {
  const pull = await world.pulls.get(number)
  const branch = issueOfPull(pull, world.repo)
  const named = branch === null ? closes(pull.body, world.repo) : []
  if (!pull.merged && (branch !== null || named.length > 0)) {
    throw new PilotError('WAITING', `pull request #${number} is not merged`, [branch === null ? `pilot close-parent --pr ${number}` : `pilot land ${number}`])
  }
  const elsewhere = wentElsewhere(pull)
  if (elsewhere !== null && (branch !== null || named.length > 0)) throw elsewhere
  if (branch !== null) return [branch]
  const nothing = (why: string): PilotError =>
    new PilotError('NOT_VERIFIED', `pull request #${number} comes from ${pull.headRef}, which is not a branch of pilot's, and ${why}`, ['pilot close-parent EPIC'])
  if (named.length === 0) throw nothing('names no issue that it closes')
  // the author's association stands in the issue's view of it only
  const [seen, own] = await Promise.all([world.issues.get(number), world.own()])
  if (!isTrustedAuthor(seen, world.config.settings.trust, own)) throw nothing(`its author ${seen.author} is in none of trust.associations, users and bots`)
  const issues = (await Promise.all(named.map((n) => world.issues.get(n)))).filter((issue) => !issue.isPull && (hasLabel(issue.labels, 'pilot') || childMark(issue.body) !== undefined))
  if (issues.length === 0) throw nothing(`closes no issue of pilot's`)
  const open = issues.find((issue) => issue.state === 'open' || !isCompletedReason(issue))
  if (open !== undefined) throw new PilotError('WAITING', `#${open.number} is not closed as completed: GitHub closes it when #${number} is on the default branch`, [`pilot close-parent ${open.number}`])
  return issues.map((issue) => issue.number)
}
