import {z} from 'zod'
import {PilotError} from '../../errors.js'
import type {Repository} from '../../ports.js'
import type {Client} from './client.js'

export function githubRepository(client: Client): Repository {
  return {
    async defaultBranch() {
      const {default_branch: name} = await client.read({
        route: 'GET /repos/{owner}/{repo}', schema: z.looseObject({default_branch: z.string()}), about: {kind: 'repository'},
      })
      const ref = await client.readOr({
        route: 'GET /repos/{owner}/{repo}/git/ref/{ref}', params: {ref: `heads/${name}`},
        schema: z.looseObject({object: z.looseObject({sha: z.string()})}), about: {kind: 'thing', name: `branch ${name}`},
      }, [404, 409])
      if (ref.ok) return {name, sha: ref.data.object.sha}
      throw new PilotError('GITHUB_REJECTED', `${client.repo} has no commit on its default branch ${name} yet.`,
        [`git push origin HEAD:${name}`], {cause: ref.refusal})
    },
  }
}
