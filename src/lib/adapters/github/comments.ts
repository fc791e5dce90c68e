import {z} from 'zod'
import {type Comment, commentFromApi} from '../../core/issue/issue.js'
import type {Comments} from '../../ports.js'
import {anything, type Client} from './client.js'

export function githubComments(client: Client): Comments {
  return {
    async list(issue) {
      const comments: Comment[] = []
      const pages = client.pages({
        route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', params: {issue_number: issue},
        schema: z.array(commentFromApi), about: {kind: 'issue', number: issue},
      })
      for await (const comment of pages) comments.push(comment)
      return comments
    },
    create: (issue, body) => client.write({
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', params: {issue_number: issue, body},
      schema: commentFromApi, about: {kind: 'issue', number: issue}, repeat: 'once',
    }),
    async update(comment, body) {
      await client.write({
        route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', params: {comment_id: comment, body},
        schema: anything, about: {kind: 'thing', name: `comment ${comment}`}, repeat: 'again',
      })
    },
  }
}
