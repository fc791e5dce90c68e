import {expect, test} from 'vitest'
import {apiUrlOf} from '../../src/lib/cli/api-url.js'
import {config} from '../core/route/support.js'

const GHE = 'https://ghe.example.com/api/v3'
test.each([
  ['the environment before the configuration', {GITHUB_API_URL: GHE}, {github: {api_url: 'https://other.example.com/api/v3'}}, GHE],
  ['an empty variable is none', {GITHUB_API_URL: ''}, {github: {api_url: GHE}}, GHE], ['the configuration', {}, {github: {api_url: GHE}}, GHE], ['neither', {}, {}, undefined],
])('%s', (_, env, local, url) => { expect(apiUrlOf(env, config(local))).toBe(url) })
test('what is no address', () => {
  expect(() => apiUrlOf({GITHUB_API_URL: 'ghe.example.com'}, config())).toThrow(expect.objectContaining({code: 'USAGE', message: expect.stringMatching(/^GITHUB_API_URL is "ghe\.example\.com"/) as string}) as Error)
})
