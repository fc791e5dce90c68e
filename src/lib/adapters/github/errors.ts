import {PilotError} from '../../errors.js'
import type {NoAnswer, Refusal} from './failure.js'

/** What a request was about, in the words of its error message. */
export type About = {kind: 'issue'; number: number} | {kind: 'pull'; number: number} | {kind: 'repository'} | {kind: 'thing'; name: string}

/** The parameters and the subject of a request about one issue or pull request. */
export const onIssue = (number: number): {params: {issue_number: number}; about: About} =>
  ({params: {issue_number: number}, about: {kind: 'issue', number}})
export const onPull = (number: number): {params: {pull_number: number}; about: About} =>
  ({params: {pull_number: number}, about: {kind: 'pull', number}})

export const named = (about: About): string => {
  switch (about.kind) {
    case 'issue': return `issue #${about.number}`
    case 'pull': return `pull request #${about.number}`
    case 'repository': return 'the repository'
    case 'thing': return about.name
  }
}

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

export const repositoryNotFound = (repo: string, cause?: Error): PilotError => new PilotError('REPOSITORY_NOT_FOUND',
  `${repo} does not exist, or the token may not see it.`, ['check the name behind --repo', 'pilot doctor'], {cause})

export const repositoryMoved = (repo: string, to: string | null, cause?: Error): PilotError => new PilotError('REPOSITORY_NOT_FOUND',
  `${repo} was renamed or moved${to === null ? '' : ` to ${to}`}.`,
  to === null ? ['git remote -v'] : [`use --repo ${to}`, 'git remote set-url origin with the new address'], {cause})

export const rateLimited = (until: Date, cause?: Error): PilotError => new PilotError('RATE_LIMITED',
  `GitHub's rate limit is reached until ${until.toISOString()}.`,
  [`run the same command again after ${until.toISOString()}`, 'gh api rate_limit shows what is left'], {cause})

/** The right a 403 asks for: fine-grained permissions first, then classic scopes, then single sign-on. */
function missingRight({headers}: Refusal): string {
  const permissions = headers['x-accepted-github-permissions']
  if (permissions !== undefined && permissions !== '') return ` Needed: ${permissions.replaceAll('; ', ' or ')}.`
  const sso = /url=(\S+)/.exec(headers['x-github-sso'] ?? '')
  if (sso !== null) return ` Authorise the token for single sign-on: ${sso[1] ?? ''}`
  const wanted = headers['x-accepted-oauth-scopes']
  if (wanted === undefined || wanted === '') return ''
  const has = headers['x-oauth-scopes']
  return ` Needed: one of the scopes ${wanted}; the token has ${has === undefined || has === '' ? 'none' : has}.`
}

const ended = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`)

const rejected = (refusal: Refusal, about: About, suggestions: readonly string[] = []): PilotError => new PilotError('GITHUB_REJECTED',
  `GitHub refused ${named(about)} (${refusal.status}): ${ended(refusal.words)}`, suggestions, {cause: refusal})

/** A refusal in pilot's words. 404 and redirects need to be looked into first (missing.ts); here they are taken as they stand. */
export function refused(refusal: Refusal, about: About): PilotError {
  const cause = refusal
  switch (refusal.status) {
    case 401: return new PilotError('BAD_TOKEN', `GitHub rejected the token: ${ended(refusal.message)}`,
      ['gh auth login', 'put a valid token into GITHUB_TOKEN', 'pilot doctor'], {cause})
    case 403: return new PilotError('FORBIDDEN',
      `The token may not do this to ${named(about)}: ${ended(refusal.message)}${missingRight(refusal)}`,
      ['pilot doctor', 'give the token the right it lacks'], {cause})
    case 410:
      if (/disabled/i.test(refusal.message)) return rejected(refusal, about, ['turn issues on in the repository settings'])
      return new PilotError('ISSUE_NOT_FOUND', `${capital(named(about))} was deleted.`, ['pilot next'], {cause})
    default: return rejected(refusal, about)
  }
}

/** Silence after a request that must not be sent twice: it may have been carried out. */
export const ambiguous = (failure: NoAnswer, about: About): PilotError => new PilotError('AMBIGUOUS_WRITE',
  `No clear answer from GitHub while writing ${named(about)} (${failure.message}): it may have been done.`,
  ['run the same command again: it looks before it writes'], {cause: failure})

/** Silence after the last try. */
export function unanswered(failure: NoAnswer, host: string): PilotError {
  const cause = failure
  switch (failure.why) {
    case 'server': case 'garbled': return new PilotError('GITHUB_UNAVAILABLE',
      `${host} does not answer as GitHub should (${failure.message}).`,
      ['try again in a few minutes', 'https://www.githubstatus.com', 'check GITHUB_API_URL'], {cause})
    case 'unreachable': case 'unresolved': case 'cut': case 'timeout': {
      const last = /cert/i.test(failure.message) ? 'export NODE_EXTRA_CA_CERTS with the certificate of your authority' : 'pilot doctor'
      return new PilotError('GITHUB_UNREACHABLE', `${host} cannot be reached (${failure.message}).`,
        ['check the network and the proxy settings', 'check GITHUB_API_URL', last], {cause})
    }
  }
}
