import {notFound, unprocessable} from '../errors.js'
import {diffFiles, diffText, EMPTY_TREE} from '../git-diff.js'
import {aheadBehind, mergeBase} from '../git-merge.js'
import {commit, commits, resolveCommit} from '../git-objects.js'
import {ok, type RepoCall, type Reply, type Route} from '../http.js'
import {pageOf, paged} from '../paging.js'
import {presentCommit, presentFile} from '../present/commit.js'
import {presentPullSimple} from '../present/pull.js'
import {repoPage, repoUrl} from '../present/repo.js'
import {isPull, refreshPull} from '../refs-model.js'
import {repoRoute} from '../router.js'
import {fullName} from '../state.js'

/** The commit a path parameter names; 422 as GitHub answers for unknown ones. */
export async function shaIn(call: RepoCall, param: string): Promise<string> {
  const rev = call.params[param] ?? ''
  const sha = await resolveCommit(call.world.git, fullName(call.repo), rev)
  if (!sha) throw unprocessable(`No commit found for SHA: ${rev}`)
  return sha
}

async function get(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const sha = await shaIn(call, 'ref')
  const found = await commit(git, name, sha)
  const from = found.parents[0] ?? EMPTY_TREE
  if (/vnd\.github(\.v3)?\.sha/.test(call.accept)) {
    return {status: 200, text: sha, headers: {'content-type': 'application/vnd.github.sha; charset=utf-8'}}
  }
  if (/vnd\.github(\.v3)?\.diff/.test(call.accept)) {
    return {
      status: 200, text: await diffText(git, name, from, sha), headers: {'content-type': 'application/vnd.github.diff; charset=utf-8'}
    }
  }
  return ok(presentCommit(call.links, call.repo, found, await diffFiles(git, name, from, sha)))
}

async function compare(call: RepoCall): Promise<Reply> {
  const {git} = call.world
  const name = fullName(call.repo)
  const [left = '', right = ''] = (call.params['basehead'] ?? '').split('...').map((side) => side.replace(/^[^:]+:/, ''))
  const base = await resolveCommit(git, name, left)
  const head = await resolveCommit(git, name, right)
  const fork = base && head ? await mergeBase(git, name, base, head) : null
  if (!base || !head || !fork) throw notFound()
  if (/vnd\.github(\.v3)?\.diff/.test(call.accept)) {
    return {
      status: 200, text: await diffText(git, name, fork, head), headers: {'content-type': 'application/vnd.github.diff; charset=utf-8'}
    }
  }
  const {ahead, behind} = await aheadBehind(git, name, base, head)
  const list = await commits(git, name, ['--reverse', `${base}..${head}`])
  const {items, link} = pageOf(call, list)
  const page = `${repoPage(call.links, call.repo)}/compare/${left}...${right}`
  return {
    status: 200, ...(link && {headers: {link}}),
    body: {
      url: `${repoUrl(call.links, call.repo)}/compare/${left}...${right}`, html_url: page,
      permalink_url: `${repoPage(call.links, call.repo)}/compare/${base}...${head}`,
      diff_url: `${page}.diff`, patch_url: `${page}.patch`,
      base_commit: presentCommit(call.links, call.repo, await commit(git, name, base)),
      merge_base_commit: presentCommit(call.links, call.repo, await commit(git, name, fork)),
      status: ahead > 0 && behind > 0 ? 'diverged' : ahead > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical',
      ahead_by: ahead, behind_by: behind, total_commits: list.length, commits: items.map((c) => presentCommit(call.links, call.repo, c)),
      files: (await diffFiles(git, name, fork, head)).map((f) => presentFile(call.links, call.repo, head, f)),
    },
  }
}

/** Pull requests that contain the commit, or brought it to the base branch. */
async function pullsOf(call: RepoCall): Promise<Reply> {
  const sha = await shaIn(call, 'commit_sha')
  const found = []
  for (const issue of Object.values(call.repo.issues).filter(isPull)) {
    await refreshPull(call.world, call.repo, issue)
    const own = await commits(call.world.git, fullName(call.repo), [`${issue.pull.baseSha}..${issue.pull.headSha}`])
    if (issue.pull.mergeSha === sha || own.some((c) => c.sha === sha)) found.push(issue)
  }
  return paged(call, found, (i) => presentPullSimple(call, i))
}

const branchCommit = (call: RepoCall, sha: string): Record<string, unknown> => (
  {sha, url: `${repoUrl(call.links, call.repo)}/commits/${sha}`}
)
const isProtected = (call: RepoCall, branch: string): boolean => (call.repo.requiredChecks[branch] ?? []).length > 0

async function branches(call: RepoCall): Promise<Reply> {
  const refs = Object.entries(await call.world.git.refs(fullName(call.repo))).filter(([ref]) => ref.startsWith('refs/heads/'))
  const wanted = call.query.get('protected')
  const all = refs.map(
    ([ref, sha]) => ({name: ref.slice(11), commit: branchCommit(call, sha), protected: isProtected(call, ref.slice(11))})
  )
  return paged(call, all.filter((b) => wanted === null || String(b.protected) === wanted), (b) => b)
}

async function branch(call: RepoCall): Promise<Reply> {
  const name = call.params['branch'] ?? ''
  const sha = await call.world.git.readRef(fullName(call.repo), `refs/heads/${name}`)
  if (!sha) throw notFound()
  const url = `${repoUrl(call.links, call.repo)}/branches/${encodeURIComponent(name)}`
  return ok({
    name, commit: presentCommit(call.links, call.repo, await commit(call.world.git, fullName(call.repo), sha)),
    protected: isProtected(call, name),
    protection: {
      enabled: isProtected(call, name),
      required_status_checks: {enforcement_level: 'off', contexts: call.repo.requiredChecks[name] ?? [], checks: []}
    },
    protection_url: `${url}/protection`, _links: {self: url, html: `${repoPage(call.links, call.repo)}/tree/${encodeURIComponent(name)}`},
  })
}

function requiredChecks(call: RepoCall): Reply {
  const name = call.params['branch'] ?? ''
  if (!isProtected(call, name)) throw notFound()
  const contexts = call.repo.requiredChecks[name]!
  const url = `${repoUrl(call.links, call.repo)}/branches/${encodeURIComponent(name)}/protection/required_status_checks`
  return ok({url, contexts_url: `${url}/contexts`, strict: false, contexts, checks: contexts.map((context) => ({context, app_id: null}))})
}

export const commitRoutes: readonly Route[] = [
  repoRoute('GET /commits/{ref}', 'read', get),
  repoRoute('GET /compare/{basehead}', 'read', compare),
  repoRoute('GET /commits/{commit_sha}/pulls', 'read', pullsOf),
  repoRoute('GET /branches', 'read', branches),
  repoRoute('GET /branches/{branch}', 'read', branch),
  repoRoute('GET /branches/{branch}/protection/required_status_checks', 'admin', requiredChecks),
  repoRoute('GET /rules/branches/{branch}', 'read', (call) => paged(call, [], (rule) => rule)),
]
