import {conflict, notFound, unprocessable} from '../errors.js'
import {commit, commitFiles, listTree, resolveCommit, type TreeEntry} from '../git-objects.js'
import {actor, ok, type Json, type RepoCall, type Reply, type Route} from '../http.js'
import {required, text} from '../input.js'
import {presentGitCommit} from '../present/commit.js'
import {repoPage, repoUrl} from '../present/repo.js'
import {personOf, refMoved} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {fullName} from '../state.js'
import {locked} from '../world.js'

function entry(call: RepoCall, ref: string, t: TreeEntry): Record<string, unknown> {
  const path = encodeURI(t.path)
  const self = `${repoUrl(call.links, call.repo)}/contents/${path}?ref=${ref}`
  const git = `${repoUrl(call.links, call.repo)}/git/${t.type}s/${t.sha}`
  const html = `${repoPage(call.links, call.repo)}/${t.type}/${ref}/${path}`
  return {
    name: t.path.split('/').at(-1), path: t.path, sha: t.sha, size: t.size ?? 0, url: self, html_url: html, git_url: git,
    download_url: t.type === 'blob' ? `${repoPage(call.links, call.repo)}/raw/${ref}/${path}` : null,
    type: t.type === 'tree' ? 'dir' : 'file', _links: {self, git, html},
  }
}

const base64 = async (call: RepoCall, sha: string): Promise<string> => {
  const {out} = await call.world.git.run(fullName(call.repo), ['cat-file', 'blob', sha])
  return Buffer.from(out, 'utf8').toString('base64').replace(/(.{60})/g, '$1\n')
}

async function get(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const ref = call.query.get('ref') ?? call.repo.defaultBranch
  const path = (call.params['path'] ?? '').replace(/^\/|\/$/g, '')
  const sha = await resolveCommit(git, name, ref)
  if (!sha) throw notFound()
  const [found] = path === '' ? [] : await listTree(git, name, sha, {path})
  if (path !== '' && !found) throw notFound()
  if (found?.type === 'blob') {
    if (/vnd\.github(\.v3)?\.raw/.test(call.accept)) {
      return {
        status: 200, text: (await git.run(name, ['cat-file', 'blob', found.sha])).out,
        headers: {'content-type': 'application/vnd.github.raw; charset=utf-8'}
      }
    }
    return ok({...entry(call, ref, found), encoding: 'base64', content: await base64(call, found.sha)})
  }
  const inside = await listTree(git, name, sha, path === '' ? {} : {path: `${path}/`})
  return ok(inside.map((t) => entry(call, ref, t)))
}

async function put(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const path = call.params['path'] ?? ''
  const message = required(text(call.body, 'message'), 'message')
  const content = Buffer.from(required(text(call.body, 'content'), 'content'), 'base64')
  const branch = text(call.body, 'branch') ?? call.repo.defaultBranch
  const expected = text(call.body, 'sha')
  const ref = `refs/heads/${branch}`
  const me = personOf(call.world, actor(call))
  const named = (given: unknown): typeof me => (
    {...me, ...(given ? {name: text(given as Json, 'name') ?? me.name, email: text(given as Json, 'email') ?? me.email} : {})}
  )
  const done = await locked(call.world, name, async () => {
    const parent = await git.readRef(name, ref)
    if (!parent) throw notFound()
    const [old] = await listTree(git, name, parent, {path})
    if (old && expected === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.')
    if (expected !== undefined && expected !== old?.sha) throw conflict(`${path} does not match ${expected}`)
    const author = named(call.body['author'] ?? call.body['committer'])
    const sha = await commitFiles(
      git, name, {ref, parent, message, author, committer: named(call.body['committer']), changes: [{path, content}]}
    )
    const [file] = await listTree(git, name, sha, {path})
    return {sha, parent, existed: old !== undefined, file: file!}
  })
  await refMoved(call.world, call.repo, ref, done.parent, done.sha, actor(call))
  const body = {content: entry(call, branch, done.file), commit: presentGitCommit(call.links, call.repo, await commit(git, name, done.sha))}
  return ok(body, done.existed ? 200 : 201)
}

export const contentRoutes: readonly Route[] = [
  repoRoute('GET /contents/{path}', 'read', get),
  repoRoute('PUT /contents/{path}', 'write', put),
]
