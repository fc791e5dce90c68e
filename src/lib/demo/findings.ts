import {readdir, readFile} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import type {IssueState, RepoState} from '../sandbox/index.js'
import {childrenOf, EPIC, mergedPulls} from './local-github.js'
import type {Place} from './place.js'

const short = (sha: string | null): string => sha?.slice(0, 12) ?? ''
const list = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '))

/** The first words of pilot's comments tell what they are. */
const commentsOn = (repo: RepoState, {number}: IssueState): string[] =>
  repo.comments.filter((comment) => comment.issue === number).map(({body}) => /^<!-- pilot:([a-z-]+)/.exec(body)?.[1] ?? 'comment')

const issueLine = (repo: RepoState, issue: IssueState): string =>
  `  #${issue.number}  ${issue.state}, labels: ${list(issue.labels)}; comments: ${list(commentsOn(repo, issue))}`

/** More names than these are counted. */
const NAMED = 6

/** The folders below one with what is in them. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, {recursive: true, withFileTypes: true})
  const counts = new Map<string, string[]>()
  for (const entry of entries.filter((e) => e.isFile())) {
    const folder = relative(root, entry.parentPath).split(sep).join('/')
    counts.set(folder, [...counts.get(folder) ?? [], entry.name])
  }
  const line = ([folder, names]: [string, string[]]): string =>
    `  .pilot/${folder === '' ? '' : `${folder}/`}  ${names.length > NAMED ? `${names.length} files` : names.sort().join(' ')}`
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(line)
}

/** What the story left behind, on the local GitHub and on disk, as lines for people. */
export async function findings(repo: RepoState, place: Place): Promise<string[]> {
  const epic = repo.issues[EPIC]
  const pulls = mergedPulls(repo)
  const ledger = await readFile(join(place.checkout, '.pilot', 'ledger.ndjson'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // no model call, no ledger
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return [
    'on GitHub: issues', ...[...(epic ? [epic] : []), ...childrenOf(repo)].map((issue) => issueLine(repo, issue)),
    'on GitHub: pull requests',
    ...pulls.map(({number, title, pull}) => `  #${number}  merged as ${short(pull.mergeSha)}  ${title}`),
    `on GitHub: refs  ${list(Object.keys(repo.refs).filter((ref) => !ref.startsWith('refs/pull/')))}`,
    'in the checkout', ...await filesBelow(join(place.checkout, '.pilot')),
    `  .pilot/ledger.ndjson has ${ledger.split('\n').filter(Boolean).length} lines, one a call of the agent`,
  ]
}
