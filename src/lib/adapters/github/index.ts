import type {Checks, Clock, Comments, Issues, Labels, People, Pulls, Relations, Repository} from '../../ports.js'
import {githubChecks} from './checks.js'
import {openClient} from './client.js'
import {githubComments} from './comments.js'
import {githubIssues} from './issues.js'
import {githubLabels} from './labels.js'
import {githubPeople} from './people.js'
import {githubPulls} from './pulls.js'
import {githubRelations} from './relations.js'
import {githubRepository} from './repository.js'
import {type Counters, type Fetch, openTransport} from './transport.js'

export const DEFAULT_API_URL = 'https://api.github.com'
export type {Counters, Fetch} from './transport.js'

export type GitHubOptions = {
  /** owner/name */
  repo: string
  token: string
  apiUrl: string
  /** of pilot, for the user agent */
  version: string
  clock: Clock
  /** told about waits and other things that do not stop the work */
  warn: (message: string) => void
  fetch?: Fetch
  /** longest wait a limit may ask for before the command gives up with RATE_LIMITED; a minute unless told */
  maxWaitMs?: number
  /** awaited before each request that changes something; what it throws stops the request */
  beforeWrite?: () => Promise<void>
  /** GitHub's pace between writes (seconds each); by default everywhere but on a loopback server */
  pacing?: 'github' | 'none'
  /** for one request; 30 s unless told */
  timeoutMs?: number
}
export type GitHub = {
  issues: Issues
  comments: Comments
  relations: Relations
  pulls: Pulls
  checks: Checks
  people: People
  repository: Repository
  labels: Labels
  counters: Counters
}

/** A repository on GitHub behind pilot's ports. Opening it sends nothing. */
export function openGitHub(options: GitHubOptions): GitHub {
  const client = openClient({...options, transport: openTransport(options)})
  return {
    issues: githubIssues(client), comments: githubComments(client), relations: githubRelations(client), pulls: githubPulls(client),
    checks: githubChecks(client), people: githubPeople(client), repository: githubRepository(client), labels: githubLabels(client), counters: client.counters,
  }
}
