import {describe, expect, it} from 'vitest'
import {PilotError, type Code} from '../../src/lib/errors.js'
import {createOnce} from '../../src/lib/flow/once.js'

/** A server that answers each call of `create` and `find` from a list; a call that was not expected fails the test. */
function server(creates: string[], finds: (string | undefined)[]) {
  const calls: string[] = []
  const failed = (code: string): code is Code => code === code.toUpperCase()
  return {
    calls,
    create: async (): Promise<string> => {
      calls.push('create')
      const answer = creates.shift()
      if (answer === undefined) throw new Error('one create too many')
      if (failed(answer)) throw new PilotError(answer, 'lost')
      return answer
    },
    find: async (): Promise<string | undefined> => {
      calls.push('find')
      if (finds.length === 0) throw new Error('one look too many')
      return finds.shift()
    },
  }
}

describe('createOnce', () => {
  it.each<[string, string[], (string | undefined)[], string, string[]]>([
    ['an answer', ['made'], [], 'made', ['create']],
    ['a lost answer to a create that happened', ['AMBIGUOUS_WRITE'], ['found'], 'found', ['create', 'find']],
    ['a lost answer to a create that did not happen', ['AMBIGUOUS_WRITE', 'made'], [undefined], 'made', ['create', 'find', 'create']],
    ['a refusal', ['FORBIDDEN'], [], 'FORBIDDEN', ['create']],
    ['a limit', ['RATE_LIMITED'], [], 'RATE_LIMITED', ['create']],
    ['two lost answers', ['AMBIGUOUS_WRITE', 'AMBIGUOUS_WRITE'], [undefined], 'AMBIGUOUS_WRITE', ['create', 'find', 'create']],
  ])('%s', async (_, creates, finds, end, calls) => {
    const {create, find, calls: made} = server(creates, finds)
    const answer = await createOnce(create, find).catch((error: unknown) => (error as PilotError).code)
    expect([answer, made]).toEqual([end, calls])
  })

  it('passes on what the look itself meets, and makes nothing blindly', async () => {
    const {create, calls} = server(['AMBIGUOUS_WRITE'], [])
    const error = await createOnce(create, () => Promise.reject(new PilotError('GITHUB_UNREACHABLE', 'gone'))).catch((e: unknown) => e)
    expect([error, calls]).toMatchObject([{code: 'GITHUB_UNREACHABLE'}, ['create']])
  })
})
