import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {describe, expect, test} from 'vitest'
import {failing, open, repoJson} from './support.js'

describe('over a real connection', () => {
  const serving = async (listener: RequestListener, work: (apiUrl: string) => Promise<void>): Promise<void> => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const draft = {title: 'T', body: '', labels: []}

  test('nobody listens', async () => {
    let free = ''
    await serving(() => undefined, async (apiUrl) => { free = apiUrl })
    const error = await failing(open(fetch, {apiUrl: free}).issues.create(draft))
    expect(error).toMatchObject({code: 'GITHUB_UNREACHABLE', exit: 6})
    expect(error.message).toContain(new URL(free).host)
  })
  test.each<[string, RequestListener]>([
    ['before the answer', (request) => void request.socket.destroy()],
    ['within the answer', (request, response) => {
      response.writeHead(201, {'content-type': 'application/json', 'content-length': '1000'})
      response.write('{"number": 5', () => request.socket.destroy())
    }],
    ['never', () => undefined],
  ])('cut %s', async (_, listener) => {
    let seen = 0
    await serving((request, response) => {
      seen += 1
      listener(request, response)
    }, async (apiUrl) => {
      const github = open(fetch, {apiUrl, timeoutMs: 200})
      expect(await failing(github.issues.create(draft))).toMatchObject({code: 'AMBIGUOUS_WRITE'})
      expect(seen).toBe(1)
      expect((await failing(github.issues.get(5))).exit).toBe(6)
      expect(seen).toBe(4)
    })
  })
  test('a redirect is not followed, with the token or without', async () => {
    const paths: string[] = []
    await serving((request, response) => {
      paths.push(request.url ?? '')
      response.writeHead(request.url === '/repos/o/r' ? 200 : 302,
        {location: '/elsewhere', 'content-type': 'application/json'}).end(JSON.stringify(repoJson))
    }, async (apiUrl) => {
      expect(await failing(open(fetch, {apiUrl}).issues.get(5))).toMatchObject({code: 'ISSUE_NOT_FOUND'})
    })
    expect(paths).toEqual(['/repos/o/r/issues/5', '/repos/o/r'])
  })
})
