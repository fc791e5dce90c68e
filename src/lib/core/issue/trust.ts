import {PilotError} from '../../errors.js'
import type {Issue} from './issue.js'

/** Is this login one of pilot's own accounts? */
export type Own = (login: string) => boolean

const lower = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.trim().toLowerCase()))

/** Whose pull requests those are that were made with the token that Actions gives to a run. */
export const ACTIONS_LOGIN = 'github-actions[bot]'

/** How a deleted account reads. It says nothing about who wrote, so no list can make it trusted. */
const GHOST = 'ghost'

/**
 * The accounts whose markers count: the login behind the token, else `github.login`, else `github-actions[bot]` under Actions, plus
 * `trust.bots`. An installation token cannot ask who it is, hence the fallbacks.
 */
export function ownAccounts({self, configLogin, underActions, trustBots}: {
  self: string | null; configLogin: string | null | undefined; underActions: boolean; trustBots: readonly string[]
}): Own {
  const known = [self, configLogin].find((login) => login !== null && login !== undefined && login.trim() !== '')
  const main = known ?? (underActions ? ACTIONS_LOGIN : '')
  const own = lower([main, ...trustBots])
  own.delete('')
  own.delete(GHOST)
  return (login) => own.has(login.trim().toLowerCase())
}

export type Trust = {trusted: true} | {trusted: false; who: 'author' | 'labeller'; login: string | null; reason: string}
export type TrustSettings = {associations: readonly string[]; users: readonly string[]; bots: readonly string[]}

/** Permissions that let somebody push: only they may send work to a machine. Triage can label, but that is not enough. */
const WRITERS = ['admin', 'maintain', 'write']

/** By association, list or ownership: does what this author wrote count? */
export function isTrustedAuthor(issue: Pick<Issue, 'author' | 'authorAssociation'>, settings: TrustSettings, isOwn: Own): boolean {
  const author = issue.author.toLowerCase()
  const associated = lower(settings.associations).has(issue.authorAssociation.toLowerCase())
  return author !== GHOST && (associated || lower(settings.users).has(author) || isOwn(author) || lower(settings.bots).has(author))
}

/**
 * May pilot act on this issue? Its author by association, list or ownership, and whoever put the `pilot` label on by current permission.
 * `parentTrust` is given for a child of an epic: one made by an own account is as trusted as its parent, because its text comes from there.
 */
export function trustOf(
  issue: Pick<Issue, 'author' | 'authorAssociation'>, labeller: {login: string; permission: string} | null, settings: TrustSettings,
  isOwn: Own, parentTrust?: Trust,
): Trust {
  if (parentTrust !== undefined && isOwn(issue.author)) return parentTrust
  const named = (login: string): boolean => lower(settings.users).has(login.toLowerCase()) || isOwn(login)
  if (!isTrustedAuthor(issue, settings, isOwn)) {
    const reason = `${issue.author} (${issue.authorAssociation}) wrote the issue and is in none of trust.associations, users and bots`
    return {trusted: false, who: 'author', login: issue.author, reason}
  }
  if (labeller === null) return {trusted: false, who: 'labeller', login: null, reason: 'nobody can be named who put the label pilot on'}
  const allowed = named(labeller.login) || WRITERS.includes(labeller.permission.toLowerCase())
  if (allowed && labeller.login.toLowerCase() !== GHOST) return {trusted: true}
  const reason = `${labeller.login} put the label pilot on and may not push here (permission: ${labeller.permission})`
  return {trusted: false, who: 'labeller', login: labeller.login, reason}
}

/** The refusal, with what lets the issue run. A label by a maintainer does not make the author anybody else; of a text whose origin is gone only a person can say that it stands on its own. */
export const untrusted = (trust: Exclude<Trust, {trusted: true}>, n: number): PilotError =>
  new PilotError('UNTRUSTED_AUTHOR', `#${n}: ${trust.who} not trusted: ${trust.reason}`, remediesFor(trust, n))

function remediesFor({who, login}: Exclude<Trust, {trusted: true}>, n: number): string[] {
  if (who === 'author' && login === null) return [`read #${n}, and take the line <!-- pilot:child … --> out of it: gh issue edit ${n}`]
  const users = `add ${login ?? 'the login'} under trust.users in .pilot/config.yaml`
  return who === 'author' ? [users] : [users, 'let a maintainer put the pilot label on again']
}
