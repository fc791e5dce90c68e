import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createSandbox, type IssueState, type RepoState} from '../sandbox/index.js'
import {baseFiles, EPIC_BODY, EPIC_TITLE, OWNER, REPO} from './sample-project.js'

type Env = Readonly<Record<string, string | undefined>>
export const EPIC = 1
const CHECK = 'ci'

/** What happened on the local GitHub, read from its own memory. */
export type LocalGitHub = {
  apiUrl: string
  cloneUrl: string
  token: string
  repo: () => RepoState
  requests: () => number
  /** Everything it remembers and every ref, beside the bare repository. */
  save: () => Promise<void>
  close: () => Promise<void>
}

/** A GitHub with one repository and one epic. Its CI is a stand-in that finds every pushed branch of pilot's green. */
export async function openLocalGitHub(dir: string, config: string, env: Env): Promise<LocalGitHub> {
  const sandbox = createSandbox({dir, env})
  const [owner, name] = REPO.split('/') as [string, string]
  sandbox.addUser({login: OWNER})
  await sandbox.createRepo({owner, name, files: baseFiles(config)})
  sandbox.setRequiredChecks(REPO, 'main', [CHECK])
  sandbox.seedIssue(REPO, {title: EPIC_TITLE, body: EPIC_BODY, author: OWNER, authorAssociation: 'OWNER', labels: ['pilot']})
  sandbox.on('push', async ({ref, after}) => {
    if (after === null || !ref.startsWith('refs/heads/pilot/')) return
    const answer = await sandbox.fetch(`http://127.0.0.1/repos/${REPO}/check-runs`, {
      method: 'POST', headers: {'authorization': `token ${sandbox.token}`, 'content-type': 'application/json', 'user-agent': 'pilot demo'},
      body: JSON.stringify({name: CHECK, head_sha: after, status: 'completed', conclusion: 'success'}),
    })
    if (!answer.ok) throw new Error(`the check of ${after} was answered with ${answer.status}: ${await answer.text()}`)
  })
  const listening = await sandbox.listen()
  return {
    apiUrl: listening.apiUrl, cloneUrl: `${listening.gitUrl}/${REPO}.git`, token: sandbox.token,
    repo: () => sandbox.state().repos[REPO]!,
    requests: () => sandbox.log().length,
    save: async () => writeFile(join(dir, 'state.json'), `${JSON.stringify(await sandbox.snapshot(), null, 2)}\n`),
    close: listening.close,
  }
}

const issuesOf = (repo: RepoState): IssueState[] => Object.values(repo.issues)
export const childrenOf = (repo: RepoState): IssueState[] => issuesOf(repo).filter(({pull, number}) => pull === null && number !== EPIC)
export const mergedPulls = (repo: RepoState): (IssueState & {pull: NonNullable<IssueState['pull']>})[] =>
  issuesOf(repo).filter((issue): issue is IssueState & {pull: NonNullable<IssueState['pull']>} => issue.pull?.merged === true)
export const retryReady = (repo: RepoState): number[] =>
  childrenOf(repo).filter(({state, labels}) => state === 'open' && labels.includes('pilot-retry-ready')).map(({number}) => number)
export const epicIsDone = (repo: RepoState): boolean =>
  repo.issues[EPIC]?.state === 'closed' && repo.issues[EPIC].labels.includes('pilot-done')
