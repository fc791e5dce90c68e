import {type Links} from '../http.js'
import {allows, fullName, type Permission, type RepoState} from '../state.js'
import {type World} from '../world.js'
import {nodeId, presentUser} from './user.js'

export const repoUrl = (links: Links, repo: RepoState): string => `${links.api}/repos/${fullName(repo)}`
export const repoPage = (links: Links, repo: RepoState): string => `${links.web}/${fullName(repo)}`

/** Templates of the URLs a repository lists, by property name. */
const URLS = {
  archive: '{archive_format}{/ref}', assignees: 'assignees{/user}', blobs: 'git/blobs{/sha}', branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}', comments: 'comments{/number}', commits: 'commits{/sha}',
  compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}', contributors: 'contributors', deployments: 'deployments', downloads: 'downloads', events: 'events',
  forks: 'forks',
  git_commits: 'git/commits{/sha}', git_refs: 'git/refs{/sha}', git_tags: 'git/tags{/sha}', hooks: 'hooks',
  issue_comment: 'issues/comments{/number}',
  issue_events: 'issues/events{/number}', issues: 'issues{/number}', keys: 'keys{/key_id}', labels: 'labels{/name}', languages: 'languages',
  merges: 'merges', milestones: 'milestones{/number}', notifications: 'notifications{?since,all,participating}', pulls: 'pulls{/number}',
  releases: 'releases{/id}', stargazers: 'stargazers', statuses: 'statuses/{sha}', subscribers: 'subscribers', subscription: 'subscription',
  tags: 'tags', teams: 'teams', trees: 'git/trees{/sha}',
} as const

/** A repository without counters and settings, as inside combined statuses and check suites. */
export function presentMinimalRepo(world: World, links: Links, repo: RepoState): Record<string, unknown> {
  const url = repoUrl(links, repo)
  return {
    id: repo.id, node_id: nodeId('R', repo.id), name: repo.name, full_name: fullName(repo), private: repo.private,
    owner: presentUser(world, links, repo.owner), html_url: repoPage(links, repo), description: null, fork: false, url,
    ...Object.fromEntries(Object.entries(URLS).map(([name, tail]) => [`${name}_url`, `${url}/${tail}`])),
  }
}

export function presentRepo(world: World, links: Links, repo: RepoState, permission: Permission): Record<string, unknown> {
  const open = Object.values(repo.issues).filter((i) => i.state === 'open' && !i.deleted).length
  const clone = `${links.git}/${fullName(repo)}.git`
  return {
    ...presentMinimalRepo(world, links, repo), default_branch: repo.defaultBranch, visibility: repo.private ? 'private' : 'public',
    git_url: clone.replace(/^https?:/, 'git:'), ssh_url: `git@github.com:${fullName(repo)}.git`, clone_url: clone,
    svn_url: repoPage(links, repo),
    mirror_url: null, homepage: null, language: null, license: null, size: 1, forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0,
    watchers_count: 0, network_count: 0, subscribers_count: 0, open_issues: open, open_issues_count: open, topics: [], is_template: false,
    has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_downloads: false, has_discussions: false,
    archived: false, disabled: false, allow_forking: true, web_commit_signoff_required: false, allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true, allow_auto_merge: false, allow_update_branch: true, delete_branch_on_merge: false,
    created_at: repo.createdAt, updated_at: repo.pushedAt, pushed_at: repo.pushedAt,
    permissions: {
      admin: allows(permission, 'admin'), maintain: allows(permission, 'maintain'), push: allows(permission, 'write'),
      triage: allows(permission, 'triage'), pull: allows(permission, 'read'),
    },
  }
}
