import {randomUUID} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {notFound, unprocessable} from '../errors.js'
import {commit, listTree, objectType, type Person, type TreeEntry, writeBlob, writeCommit} from '../git-objects.js'
import {actor, created, ok, type Json, type RepoCall, type Reply, type Route} from '../http.js'
import {names, required, text} from '../input.js'
import {presentGitCommit} from '../present/commit.js'
import {repoUrl} from '../present/repo.js'
import {personOf} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {fullName} from '../state.js'

const sized = (call: RepoCall, sha: string, tree: readonly TreeEntry[]): Record<string, unknown> => ({
  sha, url: `${repoUrl(call.links, call.repo)}/git/trees/${sha}`, truncated: false,
  tree: tree.map((t) => ({
    path: t.path, mode: t.mode, type: t.type, sha: t.sha, ...(t.size !== null && {size: t.size}),
    url: `${repoUrl(call.links, call.repo)}/git/${t.type}s/${t.sha}`,
  })),
})

function person(given: unknown, fallback: Person): Person {
  const body = (given ?? {}) as Json
  const date = text(body, 'date')
  if (date !== undefined && Number.isNaN(Date.parse(date))) {
    throw unprocessable('Invalid request.\n\nThe date must be an ISO 8601 timestamp.')
  }
  return {name: text(body, 'name') ?? fallback.name, email: text(body, 'email') ?? fallback.email, date: date ?? fallback.date}
}

async function createCommit(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const message = required(text(call.body, 'message'), 'message')
  const tree = required(text(call.body, 'tree'), 'tree')
  const parents = names(call.body['parents'], 'parents') ?? []
  if ((await objectType(git, name, tree)) !== 'tree') throw unprocessable('Tree SHA does not exist')
  for (const parent of parents) {
    if ((await objectType(git, name, parent)) !== 'commit') throw unprocessable('Parent SHA does not exist or is not a commit object')
  }
  const author = person(call.body['author'], personOf(call.world, actor(call)))
  const sha = await writeCommit(git, name, {message, tree, parents, author, committer: person(call.body['committer'], author)})
  return created(presentGitCommit(call.links, call.repo, await commit(git, name, sha)))
}

async function getCommit(call: RepoCall): Promise<Reply> {
  const sha = call.params['commit_sha'] ?? ''
  if ((await objectType(call.world.git, fullName(call.repo), sha)) !== 'commit') throw notFound()
  return ok(presentGitCommit(call.links, call.repo, await commit(call.world.git, fullName(call.repo), sha)))
}

async function createBlob(call: RepoCall): Promise<Reply> {
  const content = required(text(call.body, 'content'), 'content')
  const data = text(call.body, 'encoding') === 'base64' ? Buffer.from(content, 'base64') : content
  const sha = await writeBlob(call.world.git, fullName(call.repo), data)
  return created({sha, url: `${repoUrl(call.links, call.repo)}/git/blobs/${sha}`})
}

/** Entries on top of `base_tree`, put together in an index file of their own. A null sha deletes. */
async function createTree(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const base = text(call.body, 'base_tree')
  const entries = required(call.body['tree'] as Json[] | undefined, 'tree')
  const lines: string[] = []
  for (const entry of entries) {
    const path = required(text(entry, 'path'), 'path')
    const content = text(entry, 'content')
    const sha = content === undefined ? text(entry, 'sha') : await writeBlob(git, name, content)
    const mode = text(entry, 'mode') ?? '100644'
    if (path.startsWith('/') || path.split('/').some((p) => p === '' || p === '..' || p === '.git')) {
      throw unprocessable('tree.path contains a malformed path component')
    }
    if (sha !== undefined && !(await objectType(git, name, sha))) throw unprocessable(`tree.sha ${sha} is not a valid object`)
    if (mode === '040000' && sha) {
      for (const sub of await listTree(git, name, sha, {recursive: true})) {
        if (sub.type !== 'tree') lines.push(`${sub.mode} ${sub.sha}\t${path}/${sub.path}\n`)
      }
    } else lines.push(sha ? `${mode} ${sha}\t${path}\n` : `0 ${'0'.repeat(40)}\t${path}\n`)
  }
  const index = join(git.dir(name), `index-${randomUUID()}`)
  const env = {GIT_INDEX_FILE: index}
  try {
    if (base) {
      const {code} = await git.run(name, ['read-tree', base], {env, codes: [0, 128]})
      if (code !== 0) throw unprocessable('base_tree is not a valid tree oid')
    }
    await git.run(name, ['update-index', '--index-info'], {env, input: lines.join('')})
    const sha = (await git.run(name, ['write-tree'], {env})).out.trim()
    return created(sized(call, sha, await listTree(git, name, sha)))
  } finally {
    await rm(index, {force: true})
  }
}

async function getTree(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const {code, out} = await git.run(
    name, ['rev-parse', '--verify', '-q', '--end-of-options', `${call.params['tree_sha']}^{tree}`], {codes: [0, 1, 128]}
  )
  if (code !== 0) throw notFound()
  const sha = out.trim().split('\n').at(-1)!
  return ok(sized(call, sha, await listTree(git, name, sha, {recursive: call.query.has('recursive')})))
}

export const gitDataRoutes: readonly Route[] = [
  repoRoute('GET /git/commits/{commit_sha}', 'read', getCommit),
  repoRoute('POST /git/commits', 'write', createCommit),
  repoRoute('POST /git/blobs', 'write', createBlob),
  repoRoute('POST /git/trees', 'write', createTree),
  repoRoute('GET /git/trees/{tree_sha}', 'read', getTree),
]
