import {type Links} from '../http.js'
import {type UserState} from '../state.js'
import {ensureUser, type World} from '../world.js'

export const nodeId = (prefix: string, id: number | string): string => `${prefix}_${Buffer.from(`0:${id}`).toString('base64url')}`

/** A user as it hangs on issues, comments and repositories. */
export function presentUser(world: World, links: Links, login: string): Record<string, unknown> {
  const user = ensureUser(world, login)
  const url = `${links.api}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login, id: user.id, node_id: nodeId('U', user.id), avatar_url: `${links.web}/avatars/${user.id}`, gravatar_id: '', url,
    html_url: `${links.web}/${encodeURIComponent(user.login)}`, followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`, starred_url: `${url}/starred{/owner}{/repo}`, subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`, repos_url: `${url}/repos`, events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.bot ? 'Bot' : 'User', user_view_type: 'public', site_admin: false,
  }
}

export const presentMaybe = (world: World, links: Links, login: string | null): Record<string, unknown> | null =>
  login === null ? null : presentUser(world, links, login)

/** The signed-in user of GET /user. */
export const presentSelf = (world: World, links: Links, user: UserState): Record<string, unknown> => ({
  ...presentUser(world, links, user.login), name: user.login, company: null, blog: '', location: null, email: null, hireable: null,
  bio: null,
  public_repos: 0, public_gists: 0, followers: 0, following: 0, created_at: user.createdAt, updated_at: user.createdAt,
})
