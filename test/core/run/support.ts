import type {Attempt, Attempts} from '../../../src/lib/core/run/attempt.js'
import type {Pull} from '../../../src/lib/core/issue/issue.js'

export const SHA = (digit: string): string => digit.repeat(40)

export const attempt = (number: number, about: Partial<Attempt> = {}): Attempt => ({
  attempt: number, vainStarts: 0, outcome: 'failed', failure: 'verify_failed', executor: 'claude', models: [], usage: null, costUsd: null,
  baseSha: SHA('b'), headSha: null, merged: null, review: null, pr: null, runId: `run-${number}`, startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:10:00Z', ...about,
})
export const passed = (number: number, headSha: string, about: Partial<Attempt> = {}): Attempt =>
  attempt(number, {outcome: 'passed', failure: null, headSha, review: 'approved', ...about})
export const attempts = (...list: Attempt[]): Attempts => ({version: 1, attempts: list, newest: {verifyTail: '', review: '', summary: ''}})

export const pull = (number: number, about: Partial<Pull> = {}): Pull => ({
  number, title: `Pull ${number}`, body: '', state: 'open', merged: false, mergeable: true, headRef: 'pilot/GH-7', headSha: SHA('a'), headRepo: 'octo/app',
  baseRef: 'main', baseSha: SHA('b'), defaultBranch: 'main', author: 'pilot-bot', url: `https://github.com/octo/app/pull/${number}`, ...about,
})
