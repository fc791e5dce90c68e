import {z} from 'zod'
import {type Pull, pullFromApi} from '../../core/issue/issue.js'
import {isOwnHead} from '../../core/run/branch.js'
import type {Pulls} from '../../ports.js'
import {anything, type Client, type Write} from './client.js'
import {type About, onPull} from './errors.js'
import {mergePull} from './merge.js'
import {explain} from './missing.js'

const PULLS = '/repos/{owner}/{repo}/pulls'
const PULL = `${PULLS}/{pull_number}`
const REFS = '/repos/{owner}/{repo}/git'

export function githubPulls(client: Client): Pulls {
  const owner = client.repo.split('/')[0] ?? ''
  const isOwn = (pull: Pull): boolean => isOwnHead(pull, client.repo)
  const branchExists = async (ref: string, about: About): Promise<boolean> =>
    (await client.readOr({route: `GET ${REFS}/ref/{ref}`, params: {ref}, about, schema: anything}, [404])).ok

  return {
    get: (pull) => client.read({route: `GET ${PULL}`, ...onPull(pull), schema: pullFromApi}),
    async ofBranch(branch) {
      const pulls: Pull[] = []
      const pages = client.pages({
        route: `GET ${PULLS}`, params: {head: `${owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc'},
        schema: z.array(pullFromApi), about: {kind: 'repository'},
      })
      // `owner:branch` also finds branches of the owner's forks of this repository.
      for await (const pull of pages) if (pull.headRef === branch && isOwn(pull)) pulls.push(pull)
      return pulls
    },
    async *newestFirst() {
      const params = {state: 'all', sort: 'created', direction: 'desc'}
      const pages = client.pages({route: `GET ${PULLS}`, params, schema: z.array(pullFromApi), about: {kind: 'repository'}})
      for await (const pull of pages) if (isOwn(pull)) yield pull
    },
    async openBranches() {
      const branches = new Set<string>()
      const about: About = {kind: 'repository'}
      const pages = client.pages({route: `GET ${PULLS}`, params: {state: 'open'}, schema: z.array(pullFromApi), about})
      for await (const pull of pages) if (isOwn(pull)) branches.add(pull.headRef)
      return branches
    },
    create: ({title, body, head, base}) => client.write({
      route: `POST ${PULLS}`, params: {title, body, head, base}, schema: pullFromApi,
      about: {kind: 'thing', name: `pull request from ${head} to ${base}`}, repeat: 'once',
    }),
    async update(pull, {title, body}) {
      const {params, about} = onPull(pull)
      await client.write({route: `PATCH ${PULL}`, params: {...params, title, body}, about, schema: anything, repeat: 'again'})
    },
    merge: (pull, merge) => mergePull(client, pull, merge),
    async deleteBranch(branch) {
      const ref = `heads/${branch}`
      const about: About = {kind: 'thing', name: `branch ${branch}`}
      const request: Write<unknown> = {route: `DELETE ${REFS}/refs/{ref}`, params: {ref}, about, schema: anything, repeat: 'again'}
      const answer = await client.writeOr(request, [404, 422])
      // Gone already answers 422, a rule against deleting too: the branch itself tells.
      if (!answer.ok && await branchExists(ref, about)) throw await explain(client, answer.refusal, about, 'write')
    },
  }
}
