import {ApiError} from './errors.js'

type Bucket = {limit: number; remaining: number; resetAt: number; windowMs: number}
export type Resource = 'core' | 'search'
export interface Limits {
  /** Counts a request in; throws the 403 GitHub would answer. */
  readonly admit: (resource: Resource, write: boolean, user: string) => void
  /** Gives a request back, for 304s. */
  readonly refund: (resource: Resource) => void
  readonly headers: (resource: Resource) => Record<string, string>
  readonly overview: (withRate: boolean) => unknown
  readonly setCore: (remaining: number, resetInS: number) => void
  readonly setSearch: (remaining: number, resetInS: number) => void
  readonly secondary: (afterWrites: number, retryAfterS: number, status?: 403 | 429) => void
  readonly off: () => void
}

/** Primary limits as GitHub's: 5,000 requests an hour, 30 searches a minute. A secondary limit strikes only when asked for. */
export function createLimits(now: () => Date): Limits {
  const fresh = (): Record<Resource, Bucket> => ({
    core: {limit: 5000, remaining: 5000, resetAt: 0, windowMs: 3_600_000},
    search: {limit: 30, remaining: 30, resetAt: 0, windowMs: 60_000},
  })
  let buckets = fresh()
  let enforced = true
  let second: {left: number; every: number; retryAfterS: number; until: number; status: 403 | 429} | null = null

  const bucket = (resource: Resource): Bucket => {
    const b = buckets[resource]
    const at = now().getTime()
    if (at >= b.resetAt) {
      b.remaining = b.limit
      b.resetAt = at + b.windowMs
    }
    return b
  }
  const set = (resource: Resource, remaining: number, resetInS: number): void => {
    enforced = true
    Object.assign(buckets[resource], {remaining, resetAt: now().getTime() + resetInS * 1000})
  }
  const headers = (resource: Resource): Record<string, string> => {
    const b = bucket(resource)
    return {
      'x-ratelimit-limit': String(b.limit), 'x-ratelimit-remaining': String(b.remaining),
      'x-ratelimit-used': String(Math.max(0, b.limit - b.remaining)),
      'x-ratelimit-reset': String(Math.ceil(b.resetAt / 1000)), 'x-ratelimit-resource': resource,
    }
  }
  const strike = (): void => {
    if (!second) return
    const at = now().getTime()
    if (second.until > at) throw secondaryError(second.status, Math.ceil((second.until - at) / 1000))
    if (second.until > 0) Object.assign(second, {until: 0, left: second.every})
    if (second.left > 0) {
      second.left -= 1
      return
    }
    second.until = at + second.retryAfterS * 1000
    throw secondaryError(second.status, second.retryAfterS)
  }

  return {
    headers,
    admit(resource, write, user) {
      const b = bucket(resource)
      if (enforced && b.remaining <= 0) throw new ApiError(403, `API rate limit exceeded for ${user}.`)
      if (write) strike()
      if (enforced) b.remaining -= 1
    },
    refund(resource) {
      if (enforced) buckets[resource].remaining += 1
    },
    overview(withRate) {
      const show = (b: Bucket): object => (
        {limit: b.limit, remaining: b.remaining, used: b.limit - b.remaining, reset: Math.ceil(b.resetAt / 1000)}
      )
      const core = show(bucket('core'))
      return {resources: {core, search: show(bucket('search'))}, ...(withRate && {rate: core})}
    },
    setCore: (remaining, resetInS) => set('core', remaining, resetInS),
    setSearch: (remaining, resetInS) => set('search', remaining, resetInS),
    secondary(afterWrites, retryAfterS, status = 403) {
      second = {left: afterWrites, every: afterWrites, retryAfterS, until: 0, status}
    },
    off() {
      buckets = fresh()
      second = null
      enforced = false
    },
  }
}

const secondaryError = (status: number, retryAfterS: number): ApiError => new ApiError(status,
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  {headers: {'retry-after': String(retryAfterS)}})
