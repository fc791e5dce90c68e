// What a request costs by the bytes that came in: tokens by class, with prompt caching as the vendor documents it. No model is asked.
import {createHash} from 'node:crypto'

const bytesOf = (value) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value) ?? '')

/** Shorter prefixes are not cached (the vendor's documentation of prompt caching, as gateways repeat it; the list is by model generation). */
const MINIMUM = [[/^claude-sonnet-4-6/, 2048], [/^claude-(?:opus-4-[5-9]|haiku-4-5)/, 4096]]
const minimumOf = (model) => MINIMUM.find(([pattern]) => pattern.test(model))?.[1] ?? 1024
/** A breakpoint finds a prefix that ended at most so many blocks before it. */
const LOOKBACK = 20
const TTL_MS = {'5m': 5 * 60_000, '1h': 60 * 60_000}
/** The agent's own accounting line; it is before every breakpoint and changes with the prompt. */
const BILLING_HEADER = /^x-anthropic-billing-header:/

/** What is assumed about tokens and time where the defaults below are not. */
export const ASSUMED = {
  /** tokens of a text in comparison to bytes / 4 */
  factor: () => 1,
  /** prefixes below the vendor's minimum are not cached */
  minimum: true,
  /** seconds between processes: checks, git, the next issue */
  between: 30,
  /** seconds until an answer begins, and its tokens a second */
  answer: 3, outPerSecond: 60,
  /** the model whose price counts, of {model, gate} */
  model: ({model}) => model,
}

/** The blocks of a request in the order in which they are cached: tools, system, messages. A mark for the cache is no content. */
export function blocksOf(body) {
  const block = (kind, value) => {
    const {cache_control: mark, ...content} = typeof value === 'string' ? {type: 'text', text: value} : value
    const text = BILLING_HEADER.test(content.text ?? '') ? '' : JSON.stringify(content)
    return {kind, key: createHash('sha1').update(text).digest('base64'), bytes: bytesOf(content), ttl: mark === undefined || mark === null ? null : mark.ttl ?? '5m'}
  }
  const list = (kind, value) => (typeof value === 'string' ? [value] : value ?? []).map((one) => block(kind, one))
  return [...list('tool', body.tools), ...list('system', body.system), ...(body.messages ?? []).flatMap(({role, content}) => list(role, content))]
}

/**
 * A biller with a clock and a cache of prompt prefixes as one account has it: by model, for five minutes or an hour after the last use. It takes requests
 * in order, {model, gate, bytes, blocks, starts, outBytes}, `starts` for the first of a process, and answers {usage, usd}. The bytes around the blocks (names of
 * fields, settings) count as fresh ones. `price` answers the US dollars of (model, usage).
 */
export function biller(price, assumed = ASSUMED) {
  const entries = new Map()
  let clockMs = 0
  return function bill({bytes, blocks, starts, outBytes, ...asked}) {
    const model = assumed.model(asked)
    const tokens = (size) => Math.round(size / 4 * assumed.factor(model))
    if (starts) clockMs += assumed.between * 1000
    let [hash, sum] = [model, 0]
    const ends = blocks.map(({kind, key, bytes: size, ttl}) => {
      hash = createHash('sha1').update(`${hash} ${kind} ${key}`).digest('base64')
      sum += size
      return {hash, tokens: tokens(sum), ttl}
    })
    const least = assumed.minimum ? minimumOf(model) : 0
    const marked = ends.flatMap((end, at) => (end.ttl === null || end.tokens < least ? [] : [{...end, at}]))
    const isWarm = (end) => (entries.get(end.hash) ?? -1) > clockMs
    const read = Math.max(0, ...marked.flatMap(({at}) => ends.slice(Math.max(0, at - LOOKBACK), at + 1).filter(isWarm).map((end) => end.tokens)))
    for (const {hash: key, ttl} of marked) entries.set(key, Math.max(entries.get(key) ?? 0, clockMs + TTL_MS[ttl]))
    const last = marked.at(-1)
    const written = Math.max(0, (last?.tokens ?? 0) - read)
    const hour = last?.ttl === '1h'
    const usage = {inFresh: tokens(bytes) - read - written, cacheRead: read, cacheWrite5m: hour ? 0 : written, cacheWrite1h: hour ? written : 0, out: tokens(outBytes)}
    clockMs += (assumed.answer + usage.out / assumed.outPerSecond) * 1000
    return {usage, usd: price(model, usage)}
  }
}

const NOTHING = {inFresh: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 0}
const add = (a, b) => Object.fromEntries(Object.keys(NOTHING).map((kind) => [kind, a[kind] + b[kind]]))

/** The sum of billed requests. */
export const totalOf = (requests) => ({
  requests: requests.length, processes: requests.filter(({starts}) => starts).length, usd: requests.reduce((sum, {usd}) => sum + usd, 0),
  usage: requests.reduce((sum, {usage}) => add(sum, usage), NOTHING),
})

/** The same requests billed again under other assumptions. */
export function billAgain(seen, price, change) {
  const bill = biller(price, {...ASSUMED, ...change})
  return totalOf(seen.map((request) => ({...request, ...bill(request)})))
}
