import {type Call, type Reply} from './http.js'

const count = (raw: string | null, fallback: number): number => {
  const n = Number(raw ?? fallback)
  return Number.isInteger(n) && n > 0 ? n : fallback
}

/** The slice of a list that `page` and `per_page` (≤ 100) ask for. */
export function pageOf<T>(call: Call, items: readonly T[]): {items: T[]; link: string | null} {
  const size = Math.min(count(call.query.get('per_page'), 30), 100)
  const page = count(call.query.get('page'), 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const at = (n: number, rel: string): string => {
    const url = new URL(call.url)
    url.searchParams.set('page', String(n))
    return `<${url.href}>; rel="${rel}"`
  }
  const link = [
    ...(page > 1 ? [at(page - 1, 'prev')] : []),
    ...(page < last ? [at(page + 1, 'next'), at(last, 'last')] : []),
    ...(page > 1 ? [at(1, 'first')] : []),
  ].join(', ')
  return {items: items.slice((page - 1) * size, page * size), link: last > 1 && link !== '' ? link : null}
}

/** A page as an answer with its Link header; `wrap` puts the items into an envelope. */
export function paged<T>(
  call: Call, all: readonly T[], present: (item: T) => unknown, wrap: (items: unknown[]) => unknown = (i) => i
): Reply {
  const {items, link} = pageOf(call, all)
  return {status: 200, body: wrap(items.map(present)), ...(link && {headers: {link}})}
}
