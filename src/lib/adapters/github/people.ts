import {z} from 'zod'
import type {People, Permission} from '../../ports.js'
import type {Client} from './client.js'

const PERMISSIONS = ['admin', 'maintain', 'write', 'triage', 'read', 'none'] as const satisfies readonly Permission[]

/** role_name knows maintain and triage; custom roles have names of their own, and then `permission` says what they come down to. */
const permission = z.looseObject({permission: z.string(), role_name: z.string().nullish()})
  .transform((it): Permission => PERMISSIONS.find((p) => p === it.role_name) ?? PERMISSIONS.find((p) => p === it.permission) ?? 'none')
const event = z.looseObject({
  event: z.string(), actor: z.looseObject({login: z.string()}).nullish(), label: z.looseObject({name: z.string().nullish()}).nullish(),
})

export function githubPeople(client: Client): People {
  return {
    async self() {
      const answer = await client.readOr({
        route: 'GET /user', schema: z.looseObject({login: z.string()}), about: {kind: 'thing', name: 'the account of the token'},
      }, [403])
      return answer.ok ? answer.data.login : null
    },
    async permission(login) {
      const answer = await client.readOr({
        route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission', params: {username: login}, schema: permission,
        about: {kind: 'thing', name: `permission of ${login}`},
      }, [404])
      return answer.ok ? answer.data : 'none'
    },
    async labelledBy(issue, label) {
      const wanted = label.toLowerCase()
      let by: string | null = null
      const events = client.pages({
        route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/events', params: {issue_number: issue}, schema: z.array(event),
        about: {kind: 'issue', number: issue},
      })
      // Oldest first: the last match is the newest.
      for await (const {event: kind, label: on, actor} of events) {
        if (kind === 'labeled' && on?.name?.toLowerCase() === wanted) by = actor?.login ?? null
      }
      return by
    },
  }
}
