import {expect, test} from 'vitest'
import {at, clock, name, refusal, start, status} from './support.js'

test('a conditional GET of something unchanged answers 304, free of charge', async () => {
  const {sandbox, rest} = await start()
  sandbox.seedIssue(name, {title: 'a'})
  const get = (etag?: string): ReturnType<typeof rest.issues.get> => rest.issues.get(
    {...at, issue_number: 1, headers: {...(etag && {'if-none-match': etag})}}
  )
  const first = await get()
  const remaining = Number(first.headers['x-ratelimit-remaining'])
  expect(await status(get(first.headers.etag))).toBe(304)
  expect(await status(get(first.headers.etag))).toBe(304)
  await rest.issues.addLabels({...at, issue_number: 1, labels: ['x']})
  const changed = await get(first.headers.etag)
  expect([changed.status, Number(changed.headers['x-ratelimit-remaining'])]).toEqual([200, remaining - 2])
})

test('an empty core limit answers 403 until it resets, errors carry the headers, /rate_limit stays free', async () => {
  const {now, advance} = clock()
  const {sandbox, rest} = await start({now})
  sandbox.limits.setCore(2, 60)
  expect([await status(rest.repos.get(at)), await status(rest.issues.get({...at, issue_number: 9}))]).toEqual(['ok', 404])
  const error = await rest.repos.get(at).then(() => null, (e: {status: number; response: {headers: Record<string, string>}}) => e)
  expect(error?.status).toBe(403)
  expect(error?.response.headers).toMatchObject(
    {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now().getTime() / 1000 + 60), 'x-ratelimit-resource': 'core'}
  )
  expect((await rest.rateLimit.get()).data.resources.core.remaining).toBe(0)
  advance(60_000)
  expect((await rest.repos.get(at)).headers['x-ratelimit-remaining']).toBe('4999')
})

test('search has a bucket of its own, 30 a minute', async () => {
  const {now, advance} = clock()
  const {rest} = await start({now})
  const search = (): ReturnType<typeof rest.search.issuesAndPullRequests> => rest.search.issuesAndPullRequests({q: `repo:${name}`})
  for (let i = 0; i < 30; i += 1) await search()
  expect(await refusal(search())).toMatchObject({status: 403, message: /rate limit exceeded/})
  expect(await status(rest.repos.get(at))).toBe('ok')
  advance(60_000)
  expect(await status(search())).toBe('ok')
})

test.each([403, 429] as const)('a secondary limit refuses writes with %s and retry-after, reads pass', async (code) => {
  const {now, advance} = clock()
  const {sandbox, rest} = await start({now})
  const write = (): Promise<unknown> => rest.issues.create({...at, title: 'a'})
  sandbox.limits.secondary(2, 30, code)
  expect([await status(write()), await status(write())]).toEqual(['ok', 'ok'])
  const error = await write().then(() => null, (e: {status: number; message: string; response: {headers: Record<string, string>}}) => e)
  expect([error?.status, error?.response.headers['retry-after']]).toEqual([code, '30'])
  expect(error?.message).toMatch(/secondary rate limit/)
  expect(await status(rest.repos.get(at))).toBe('ok')
  advance(29_000)
  expect(await status(write())).toBe(code)
  advance(1000)
  expect(await status(write())).toBe('ok')
  sandbox.limits.secondary(0, 30)
  sandbox.limits.off()
  expect(await status(write())).toBe('ok')
})
