import type {Comment, Issue} from '../../src/lib/core/issue/issue.js'

/** An open issue of `pilot-bot` in octo/app, with what the test cares about. */
export const issue = (number: number, about: Partial<Issue> = {}): Issue => ({
  number, id: 1000 + number, title: `Issue ${number}`, body: '', state: 'open', stateReason: null, labels: [], author: 'pilot-bot', authorAssociation: 'NONE',
  isPull: false, merged: false, locked: false, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', url: `https://github.com/octo/app/issues/${number}`,
  parent: null, counts: {comments: null, blockers: null, openBlockers: null, children: null, openChildren: null}, ...about,
})

export const comment = (id: number, body: string, author = 'pilot-bot'): Comment => ({id, author, body, createdAt: '2026-01-01T00:00:00Z'})

export const isBot = (login: string): boolean => login.toLowerCase() === 'pilot-bot'
