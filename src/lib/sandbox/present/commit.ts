import {type FileDiff} from '../git-diff.js'
import {type Commit} from '../git-objects.js'
import {type Links} from '../http.js'
import {type RepoState} from '../state.js'
import {repoPage, repoUrl} from './repo.js'
import {nodeId} from './user.js'

const VERIFICATION = {verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null}
const parents = (links: Links, repo: RepoState, shas: readonly string[], below: string): Record<string, unknown>[] =>
  shas.map((sha) => ({sha, url: `${repoUrl(links, repo)}/${below}/${sha}`, html_url: `${repoPage(links, repo)}/commit/${sha}`}))

/** A commit of the git data endpoints. */
export const presentGitCommit = (links: Links, repo: RepoState, c: Commit): Record<string, unknown> => ({
  sha: c.sha, node_id: nodeId('C', c.sha), url: `${repoUrl(links, repo)}/git/commits/${c.sha}`,
  html_url: `${repoPage(links, repo)}/commit/${c.sha}`,
  author: c.author, committer: c.committer, tree: {sha: c.tree, url: `${repoUrl(links, repo)}/git/trees/${c.tree}`}, message: c.message,
  parents: parents(links, repo, c.parents, 'git/commits'), verification: VERIFICATION,
})

/** A commit of the repository endpoints: the git data inside, accounts outside. Git identities have no account here. */
export const presentCommit = (links: Links, repo: RepoState, c: Commit, files?: readonly FileDiff[]): Record<string, unknown> => ({
  sha: c.sha, node_id: nodeId('C', c.sha), url: `${repoUrl(links, repo)}/commits/${c.sha}`,
  html_url: `${repoPage(links, repo)}/commit/${c.sha}`,
  comments_url: `${repoUrl(links, repo)}/commits/${c.sha}/comments`,
  commit: {
    url: `${repoUrl(links, repo)}/git/commits/${c.sha}`, author: c.author, committer: c.committer, message: c.message, comment_count: 0,
    tree: {sha: c.tree, url: `${repoUrl(links, repo)}/git/trees/${c.tree}`}, verification: VERIFICATION,
  },
  author: null, committer: null, parents: parents(links, repo, c.parents, 'commits'),
  ...(
    files && {
      stats: {
        additions: total(files, 'additions'), deletions: total(files, 'deletions'),
        total: total(files, 'additions') + total(files, 'deletions')
      }
    }
  ),
  ...(files && {files: files.map((f) => presentFile(links, repo, c.sha, f))}),
})

export const total = (files: readonly FileDiff[], what: 'additions' | 'deletions'): number => files.reduce((sum, f) => sum + f[what], 0)

export const presentFile = (links: Links, repo: RepoState, sha: string, f: FileDiff): Record<string, unknown> => ({
  sha: f.sha, filename: f.path, status: f.status, additions: f.additions, deletions: f.deletions, changes: f.additions + f.deletions,
  blob_url: `${repoPage(links, repo)}/blob/${sha}/${encodeURI(f.path)}`,
  raw_url: `${repoPage(links, repo)}/raw/${sha}/${encodeURI(f.path)}`,
  contents_url: `${repoUrl(links, repo)}/contents/${encodeURI(f.path)}?ref=${sha}`,
  ...(f.patch !== null && {patch: f.patch}), ...(f.from !== null && {previous_filename: f.from}),
})

export const presentRef = (links: Links, repo: RepoState, ref: string, sha: string, type = 'commit'): Record<string, unknown> => ({
  ref, node_id: nodeId('REF', ref), url: `${repoUrl(links, repo)}/git/${ref.split('/').map(encodeURIComponent).join('/')}`,
  object: {sha, type, url: `${repoUrl(links, repo)}/git/${type}s/${sha}`},
})
