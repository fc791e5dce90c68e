import {invalid} from '../errors.js'
import {type Call, type Reply, type Route} from '../http.js'
import {pageOf} from '../paging.js'
import {presentIssue} from '../present/issue.js'
import {type IssueState, type RepoState, type SearchDoc} from '../state.js'
import {permissionOf, repoOf, reposOf} from '../world.js'

/** GitHub never gives more than this many results of one search. */
const MAX_RESULTS = 1000
export interface Query {terms: string[]; qualifiers: {name: string; value: string; not: boolean}[]}

/** Splits `q` into phrases (quoted or single words) and `name:value` qualifiers. */
export function parseQuery(q: string): Query {
  const query: Query = {terms: [], qualifiers: []}
  for (const [token] of q.matchAll(/-?[\w-]+:"[^"]*"|"[^"]*"|\S+/g)) {
    const match = /^(-?)([a-z-]+):"?([^"]*)"?$/i.exec(token)
    if (match && KNOWN.includes(match[2]!.toLowerCase())) {
      query.qualifiers.push({name: match[2]!.toLowerCase(), value: match[3]!, not: match[1] === '-'})
    }
    else query.terms.push(token.replace(/^"|"$/g, ''))
  }
  return query
}

const KNOWN = ['repo', 'org', 'user', 'is', 'type', 'state', 'label', 'in', 'author', 'assignee', 'no', 'base', 'head']

/** Words as the index keeps them: letters and digits, no case, so `Parent: GH-1` is the phrase "parent gh 1". */
export const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []

const holdsPhrase = (text: readonly string[], phrase: readonly string[]): boolean =>
  phrase.length === 0 || text.some((_, at) => phrase.every((word, i) => text[at + i] === word))

type Row = {repo: RepoState; issue: IssueState; doc: SearchDoc}

function holds({issue, doc, repo}: Row, name: string, value: string): boolean {
  const v = value.toLowerCase()
  switch (name) {
    case 'repo': return `${repo.owner}/${repo.name}`.toLowerCase() === v
    case 'org': case 'user': return repo.owner.toLowerCase() === v
    case 'state': return doc.state === v
    case 'label': return v.split(',').some((one) => doc.labels.some((l) => l.toLowerCase() === one.replace(/^"|"$/g, '')))
    case 'author': return issue.author.toLowerCase() === v
    case 'assignee': return issue.assignees.some((a) => a.toLowerCase() === v)
    case 'base': return issue.pull?.baseRef === value
    case 'head': return issue.pull?.headRef.startsWith(value) ?? false
    case 'no': return v === 'label' ? doc.labels.length === 0 : v === 'assignee' ? issue.assignees.length === 0 : true
    case 'is': case 'type': {
      const facts: Record<string, boolean> = {
        issue: !issue.pull, pr: issue.pull !== null, 'pull-request': issue.pull !== null, open: doc.state === 'open',
        closed: doc.state === 'closed',
        merged: issue.pull?.merged ?? false, unmerged: issue.pull !== null && !issue.pull.merged, draft: issue.pull?.draft ?? false,
        locked: issue.locked, public: !repo.private, private: repo.private,
      }
      return facts[v] ?? false
    }
    default: return true
  }
}

function search(call: Call): Reply {
  const {world} = call
  const q = call.query.get('q') ?? ''
  if (q.trim() === '') throw invalid({resource: 'Search', field: 'q', code: 'missing'})
  const {terms, qualifiers} = parseQuery(q)
  for (const {name, value} of qualifiers) {
    const repo = name === 'repo' ? repoOf(world, value) : undefined
    if (name === 'repo' && (!repo || permissionOf(repo, call.user) === 'none')) {
      const message = 'The listed users and repositories cannot be searched either because the resources do not exist '
        + 'or you do not have permission to view them.'
      throw invalid({message, resource: 'Search', field: 'q', code: 'invalid'})
    }
  }
  const within = qualifiers.filter((f) => f.name === 'in').flatMap((f) => f.value.split(','))
  const at = world.now().getTime()
  const rows: Row[] = reposOf(world).filter((r) => permissionOf(r, call.user) !== 'none').flatMap((repo) =>
    Object.values(repo.issues).filter((i) => !i.deleted && !i.transferredTo).flatMap((issue) => {
      const doc = issue.docs.findLast((d) => d.at + world.searchLagMs <= at)
      return doc ? [{repo, issue, doc}] : []
    }))
  const found = rows.filter((row) => {
    const text = [...(within.length === 0 || within.includes('title') ? words(row.doc.title) : []), '\0',
      ...(within.length === 0 || within.includes('body') ? words(row.doc.body) : [])]
    return terms.every((term) => holdsPhrase(text, words(term))) && qualifiers.every((f) => holds(row, f.name, f.value) !== f.not)
  })
  const key = call.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const sign = call.query.get('order') === 'asc' ? 1 : -1
  found.sort((a, b) => sign * (a.issue[key].localeCompare(b.issue[key]) || a.issue.id - b.issue.id))
  const {items, link} = pageOf(call, found.slice(0, MAX_RESULTS))
  return {
    status: 200, ...(link && {headers: {link}}),
    body: {total_count: found.length, incomplete_results: false, search_type: 'lexical', items: items.map((row) => presentRow(call, row))},
  }
}

/** Results show what the index knew, not what the issue says now. */
const presentRow = (call: Call, {repo, issue, doc}: Row): Record<string, unknown> => ({
  ...presentIssue(call, repo, {...issue, title: doc.title, body: doc.body, state: doc.state, labels: doc.labels}), score: 1,
})

export const searchRoutes: readonly Route[] = [{method: 'GET', template: '/search/issues', run: search}]
