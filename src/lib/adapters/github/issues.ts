import {z} from 'zod'
import {type Issue, issueFromApi} from '../../core/issue/issue.js'
import type {Issues} from '../../ports.js'
import {anything, type Client, type Write} from './client.js'
import {onIssue} from './errors.js'
import {MOVED} from './missing.js'

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase())

const ISSUES = '/repos/{owner}/{repo}/issues'
const ISSUE = `${ISSUES}/{issue_number}`

/** Numbers in a row that were given out and are gone: more of them say that something else is wrong, as in a renamed repository. */
const MAX_GONE = 20

/** Issues over REST. Collect what `list` yields before closing any of it: a list filtered by state shifts under the reader. */
export function githubIssues(client: Client): Issues {
  const saw = (issue: Issue): Issue => {
    client.known.add(issue.number)
    return issue
  }
  /** GitHub leaves labels out without a word when the token may not set them. */
  const warnOfDropped = (issue: Issue, wanted: readonly string[]): void => {
    const has = lower(issue.labels)
    const dropped = wanted.filter((label) => !has.includes(label.toLowerCase()))
    if (dropped.length === 0) return
    client.warn(`GitHub left out the labels ${dropped.join(', ')} of #${issue.number}: the token may not set labels`)
  }

  const get = async (issue: number): Promise<Issue> =>
    saw(await client.read({route: `GET ${ISSUE}`, ...onIssue(issue), schema: issueFromApi}))

  return {
    get,
    async *list({state, labels = [], since}) {
      const narrow = {...(labels.length > 0 && {labels: labels.join(',')}), ...(since !== undefined && {since})}
      const params = {state, sort: 'created', direction: 'asc', ...narrow}
      const pages = client.pages({route: `GET ${ISSUES}`, params, schema: z.array(issueFromApi), about: {kind: 'repository'}})
      for await (const issue of pages) yield saw(issue)
    },
    async *newerThan(issue) {
      for (let n = issue + 1, gone = 0; gone < MAX_GONE; n += 1) {
        const answer = await client.readOr({route: `GET ${ISSUE}`, ...onIssue(n), schema: issueFromApi}, [404, 410, ...MOVED])
        if (!answer.ok && answer.refusal.status === 404) return
        gone = answer.ok ? 0 : gone + 1
        if (answer.ok) yield saw(answer.data)
      }
    },
    async create({title, body, labels}) {
      const made = saw(await client.write({
        route: `POST ${ISSUES}`, params: {title, body, labels}, schema: issueFromApi,
        about: {kind: 'thing', name: `new issue "${title}"`}, repeat: 'once',
      }))
      warnOfDropped(made, labels)
      return made
    },
    async close(issue, reason) {
      const {params, about} = onIssue(issue)
      await client.write({
        route: `PATCH ${ISSUE}`, params: {...params, state: 'closed', state_reason: reason}, about, schema: anything, repeat: 'again',
      })
    },
    async addLabels(issue, labels) {
      if (labels.length === 0) return
      const {params, about} = onIssue(issue)
      await client.write({route: `POST ${ISSUE}/labels`, params: {...params, labels}, about, schema: anything, repeat: 'again'})
    },
    async removeLabel(issue, label) {
      const {params, about} = onIssue(issue)
      const request: Write<unknown> = {
        route: `DELETE ${ISSUE}/labels/{name}`, params: {...params, name: label}, about, schema: anything, repeat: 'again',
      }
      const answer = await client.writeOr(request, [404])
      if (answer.ok || /label does not exist/i.test(answer.refusal.message)) return
      // Without those words the 404 may mean a missing issue or a missing right: only the issue itself tells.
      const now = await get(issue)
      if (lower(now.labels).includes(label.toLowerCase())) await client.write(request)
    },
  }
}
