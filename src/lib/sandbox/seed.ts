import {commitFiles} from './git-objects.js'
import {addEvent, addLabels, closeIssue, createComment, createIssue, setAssignees, touch} from './issues-model.js'
import {personOf, refMoved} from './refs-model.js'
import {fullName, type IssueState, repoKey, type RepoState} from './state.js'
import {type Sandbox} from './types.js'
import {ensureUser, locked, newId, repoOf, reposOf, stamp, type World} from './world.js'

type Seeds = Pick<Sandbox,
'createRepo' | 'addUser' | 'seedIssue' | 'seedComment' | 'commit' | 'setRequiredChecks' | 'setWorkflow' | 'setFeatures' | 'setJobs'
  | 'lockIssue' | 'deleteIssue' | 'transferIssue'>

const known = (world: World, name: string): RepoState => {
  const repo = repoOf(world, name)
  if (!repo) throw new Error(`the sandbox has no repository ${name}`)
  return repo
}
const knownIssue = (repo: RepoState, number: number): IssueState => {
  const issue = repo.issues[number]
  if (!issue) throw new Error(`${fullName(repo)} has no issue #${number}`)
  return issue
}

/** Sub-issue links and dependencies of an issue that leaves: they go to its successor, or are gone. */
function relink(world: World, from: IssueState, to: IssueState | null): void {
  const moved = (ids: readonly number[]): number[] => ids.flatMap((id) => (id !== from.id ? [id] : to === null ? [] : [to.id]))
  for (const issue of reposOf(world).flatMap((repo) => Object.values(repo.issues))) {
    issue.children = moved(issue.children)
    issue.blockedBy = moved(issue.blockedBy)
    if (issue.parent === from.id) issue.parent = to?.id ?? null
  }
  const {parent, children, blockedBy} = from
  if (to !== null) Object.assign(to, {parent, children, blockedBy})
  Object.assign(from, {parent: null, children: [], blockedBy: []})
}

/** What tests and the demo set up directly, without asking for permission as the API would. */
export function seeding(world: World, login: string): Seeds {
  return {
    addUser(seed) {
      const user = ensureUser(world, seed.login, seed.bot)
      if (seed.token) user.tokens.push(seed.token)
      user.issues = seed.issues ?? user.issues
      for (const [repo, permission] of Object.entries(seed.permission ?? {})) user.permission[repoKey(repo)] = permission
    },
    async createRepo(seed) {
      const name = `${seed.owner}/${seed.name}`
      const defaultBranch = seed.defaultBranch ?? 'main'
      ensureUser(world, seed.owner)
      ensureUser(world, login).permission[repoKey(name)] ??= 'admin'
      await world.git.init(name, defaultBranch)
      const me = personOf(world, seed.owner)
      const changes = Object.entries(seed.files ?? {'README.md': `# ${seed.name}\n`}).map(([path, content]) => ({path, content}))
      const ref = `refs/heads/${defaultBranch}`
      const sha = await commitFiles(world.git, name, {ref, parent: null, message: 'first commit', author: me, committer: me, changes})
      world.state.repos[repoKey(name)] = {
        id: newId(world), owner: seed.owner, name: seed.name, private: seed.private ?? false, defaultBranch, createdAt: stamp(world),
        pushedAt: stamp(world),
        features: {subIssues: seed.features?.subIssues ?? true, dependencies: seed.features?.dependencies ?? true}, refs: {[ref]: sha},
        nextNumber: 1,
        labels: [], issues: {}, comments: [], events: [], workflow: 0, checkRuns: [], statuses: [], requiredChecks: {}, jobs: [], dispatches: [],
      }
    },
    seedIssue(name, seed) {
      const repo = known(world, name)
      const author = seed.author ?? login
      const issue = createIssue(
        world, repo, {title: seed.title, body: seed.body ?? null, author, association: seed.authorAssociation ?? null}
      )
      const by = ensureUser(world, seed.labeledBy ?? author).login
      if (seed.labels) addLabels(world, repo, issue, seed.labels, by)
      if (seed.assignees) setAssignees(world, repo, issue, seed.assignees, by)
      if (seed.state === 'closed') closeIssue(world, repo, issue, author, 'completed')
      return issue.number
    },
    seedComment(name, number, seed) {
      const repo = known(world, name)
      const {id} = createComment(
        world, repo, knownIssue(repo, number), {body: seed.body, author: seed.author ?? login, association: seed.authorAssociation ?? null}
      )
      return id
    },
    async commit(name, seed) {
      const repo = known(world, name)
      const ref = `refs/heads/${seed.branch}`
      const by = personOf(world, seed.author ?? login)
      const done = await locked(world, fullName(repo), async () => {
        const before = await world.git.readRef(name, ref)
        const parent = before ?? (await world.git.readRef(name, `refs/heads/${seed.from ?? repo.defaultBranch}`)) ?? seed.from ?? null
        const changes = Object.entries(seed.files).map(([path, content]) => ({path, content}))
        return {
          before,
          sha: await commitFiles(world.git, name, {ref, parent, message: seed.message ?? 'change', author: by, committer: by, changes})
        }
      })
      await refMoved(world, repo, ref, done.before, done.sha, seed.author ?? login)
      return done.sha
    },
    setRequiredChecks: (name, branch, contexts) => { known(world, name).requiredChecks[branch] = [...contexts] },
    setWorkflow: (name, workflow) => { known(world, name).workflow = workflow },
    setFeatures: (name, features) => void Object.assign(known(world, name).features, features),
    setJobs: (name, jobs) => { known(world, name).jobs = jobs.map((job) => ({...job, id: newId(world)})) },
    lockIssue(name, number) {
      const repo = known(world, name)
      knownIssue(repo, number).locked = true
      addEvent(world, repo, number, login, 'locked', {lockReason: null})
    },
    deleteIssue(name, number) {
      const issue = knownIssue(known(world, name), number)
      relink(world, issue, null)
      issue.deleted = true
    },
    transferIssue(name, number, to) {
      const target = known(world, to)
      const old = knownIssue(known(world, name), number)
      const issue = createIssue(world, target, {title: old.title, body: old.body, author: old.author, association: old.association})
      Object.assign(issue, {state: old.state, stateReason: old.stateReason, closedAt: old.closedAt, createdAt: old.createdAt})
      addLabels(world, target, issue, old.labels, old.author)
      touch(world, issue)
      relink(world, old, target.owner === known(world, name).owner ? issue : null)
      old.transferredTo = `${fullName(target)}#${issue.number}`
      return issue.number
    },
  }
}
