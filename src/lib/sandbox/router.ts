import {forbidden, notFound, unauthenticated} from './errors.js'
import {type Call, type RepoCall, type RepoHandler, type Route} from './http.js'
import {allows, type Permission} from './state.js'
import {permissionOf, repoOf} from './world.js'

/** Parameters that may contain slashes, sent raw or percent-encoded. */
const DEEP = new Set(['ref', 'branch', 'basehead', 'name'])

export function compileTemplate(template: string): {pattern: RegExp; names: string[]} {
  const names: string[] = []
  const source = template.replace(/\/\{(\w+)\}/g, (_, name: string) => {
    names.push(name)
    // The root directory is an empty path, with or without its slash.
    return name === 'path' ? '(?:/(.*))?' : DEEP.has(name) ? '/(.+)' : '/([^/]+)'
  })
  return {pattern: new RegExp(`^${source}$`), names}
}

/** Literal segments first, so `/issues/comments` is not read as an issue called "comments". */
const rank = (template: string): number => {
  const segments = template.split('/').slice(1)
  return segments.filter((s) => !s.startsWith('{')).length * 100 + segments.length
}

/** Finds the route of a request. Shaped as GitHub's templates, `{ref}` and the like match slashes too. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => {
  route: Route; params: Record<string, string>
} | null {
  const table = routes
    .map((route) => ({route, ...compileTemplate(route.template), rank: rank(route.template)}))
    .sort((a, b) => b.rank - a.rank)
  return (method, path) => {
    for (const {route, pattern, names} of table) {
      if (route.method !== method) continue
      const match = pattern.exec(path)
      if (match) return {route, params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]))}
    }
    return null
  }
}

/**
 * A route below `/repos/{owner}/{repo}`: a repository the caller may not see answers 404, an anonymous write 401,
 * too little permission 403.
 * `needs` is the permission of a signed-in caller.
 */
export function repoRoute(spec: string, needs: Permission, run: RepoHandler): Route {
  const [method = '', path = ''] = spec.split(' ')
  return {
    method, template: `/repos/{owner}/{repo}${path}`,
    run: (call: Call) => {
      const repo = repoOf(call.world, `${call.params['owner']}/${call.params['repo']}`)
      const whole = repo ? permissionOf(repo, call.user) : 'none'
      const most = /^\/(issues|labels)\b/.test(path) ? call.user?.issues ?? null : null
      const permission = most !== null && allows(whole, most) ? most : whole
      if (!repo || permission === 'none') throw notFound()
      if (method !== 'GET' && !call.user) throw unauthenticated()
      if (!allows(permission, needs)) throw forbidden()
      const inside: RepoCall = {...call, repo, permission}
      return run(inside)
    },
  }
}
