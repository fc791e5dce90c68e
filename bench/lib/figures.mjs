// Numbers: pure functions.

export const MB = 1024 * 1024
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
export const mb = (bytes) => `${Math.round(bytes / MB)} MB`
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`

/**
 * Shares a stretch of time out: each moment goes to the first kind that has a span there, the rest to `rest`.
 * `kinds` is [[name, [{from, to}]]] in order of precedence; answers milliseconds by name.
 */
export function shareOut(from, to, kinds, rest) {
  const edges = [from, to, ...kinds.flatMap(([, spans]) => spans.flatMap((span) => [span.from, span.to]))]
  const times = [...new Set(edges.filter((time) => time >= from && time <= to))].sort((a, b) => a - b)
  const shares = Object.fromEntries([...kinds.map(([name]) => [name, 0]), [rest, 0]])
  for (let i = 1; i < times.length; i++) {
    const middle = (times[i - 1] + times[i]) / 2
    const kind = kinds.find(([, spans]) => spans.some((span) => span.from <= middle && middle < span.to))
    shares[kind?.[0] ?? rest] += times[i] - times[i - 1]
  }
  return shares
}
