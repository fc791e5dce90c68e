import {expect, it} from 'vitest'
import {issueFromApi} from '../../../src/lib/core/issue/issue.js'

const API = 'https://api.github.com/repos/octo/app/issues'
const json = {
  number: 7, id: 1007, title: 't', state: 'open', url: `${API}/7`, html_url: 'https://github.com/octo/app/issues/7',
  created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
}

it.each([
  ['a sub-issue', {parent_issue_url: `${API}/3`}, 3],
  ['of the same repository, spelled in another way', {parent_issue_url: 'https://api.github.com/repos/Octo/App/issues/3'}, 3],
  ['of another repository', {parent_issue_url: 'https://api.github.com/repos/octo/other/issues/3'}, null],
  ['of one whose name begins alike', {parent_issue_url: 'https://api.github.com/repos/octo/ap/issues/3'}, null],
  ['none', {parent_issue_url: null}, null], ['a server that does not say', {}, null], ['no address of its own', {url: null, parent_issue_url: `${API}/3`}, null],
])('the parent of %s', (_, more, parent) => { expect(issueFromApi.parse({...json, ...more}).parent).toBe(parent) })
