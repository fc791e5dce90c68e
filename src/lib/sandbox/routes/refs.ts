import {notFound, unprocessable} from '../errors.js'
import {validRef} from '../git.js'
import {isAncestor} from '../git-merge.js'
import {objectType} from '../git-objects.js'
import {actor, created, noContent, ok, type RepoCall, type Reply, type Route} from '../http.js'
import {flag, required, text} from '../input.js'
import {presentRef} from '../present/commit.js'
import {refMoved} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {fullName} from '../state.js'
import {locked} from '../world.js'

const refOf = (call: RepoCall): string => `refs/${(call.params['ref'] ?? '').replace(/^refs\//, '')}`

async function get(call: RepoCall): Promise<Reply> {
  const ref = refOf(call)
  const sha = validRef(ref) ? await call.world.git.readRef(fullName(call.repo), ref) : null
  if (!sha) throw notFound()
  return ok(presentRef(call.links, call.repo, ref, sha))
}

async function matching(call: RepoCall): Promise<Reply> {
  const prefix = refOf(call)
  const refs = await call.world.git.refs(fullName(call.repo))
  return ok(Object.entries(refs).filter(([ref]) => ref.startsWith(prefix)).map(([ref, sha]) => presentRef(call.links, call.repo, ref, sha)))
}

/** Creation is exclusive: of parallel creates of one ref exactly one gets 201. */
async function create(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const ref = required(text(call.body, 'ref'), 'ref')
  const sha = required(text(call.body, 'sha'), 'sha')
  if (!validRef(ref) || ref.split('/').length < 3) throw unprocessable(`${ref} is not a valid ref name.`)
  if (!/^[0-9a-f]{40}$/.test(sha)) throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  const type = await objectType(git, name, sha)
  if (!type || (ref.startsWith('refs/heads/') && type !== 'commit')) throw unprocessable('Object does not exist')
  await locked(call.world, name, async () => {
    if (await git.readRef(name, ref)) throw unprocessable('Reference already exists')
    if (!(await git.casRef(name, ref, null, sha))) {
      throw unprocessable((await git.readRef(name, ref)) ? 'Reference already exists' : 'Reference update failed')
    }
  })
  await refMoved(call.world, call.repo, ref, null, sha, actor(call))
  return created(presentRef(call.links, call.repo, ref, sha, type))
}

async function update(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const ref = refOf(call)
  const sha = required(text(call.body, 'sha'), 'sha')
  const force = flag(call.body, 'force') ?? false
  if (!(await objectType(git, name, sha))) throw unprocessable('Object does not exist')
  const before = await locked(call.world, name, async () => {
    const old = validRef(ref) ? await git.readRef(name, ref) : null
    if (!old) throw unprocessable('Reference does not exist')
    if (!force && !(await isAncestor(git, name, old, sha))) throw unprocessable('Update is not a fast forward')
    if (!(await git.casRef(name, ref, old, sha))) throw unprocessable('Reference cannot be updated')
    return old
  })
  await refMoved(call.world, call.repo, ref, before, sha, actor(call))
  return ok(presentRef(call.links, call.repo, ref, sha))
}

async function remove(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const ref = refOf(call)
  const before = await locked(call.world, name, async () => {
    const old = validRef(ref) ? await git.readRef(name, ref) : null
    if (!old) throw unprocessable('Reference does not exist')
    if (!(await git.casRef(name, ref, old, null))) throw unprocessable('Reference cannot be deleted')
    return old
  })
  await refMoved(call.world, call.repo, ref, before, null, actor(call))
  return noContent()
}

export const refRoutes: readonly Route[] = [
  repoRoute('GET /git/ref/{ref}', 'read', get),
  repoRoute('GET /git/matching-refs/{ref}', 'read', matching),
  repoRoute('POST /git/refs', 'write', create),
  repoRoute('PATCH /git/refs/{ref}', 'write', update),
  repoRoute('DELETE /git/refs/{ref}', 'write', remove),
]
