const UNIT_MS = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000} as const
export const DURATION_PATTERN = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h)$/
/** Node clamps a timer beyond 2^31-1 ms to 1 ms, so a longer limit would fire at once. */
export const MAX_DURATION_MS = 2_147_483_647

/** Milliseconds of `30m`, `60s`, `1.5h` or `250ms`; undefined when the text is no duration or longer than a timer can wait. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined
  const unit = /[a-z]+$/.exec(text)![0] as keyof typeof UNIT_MS
  const ms = Math.round(Number.parseFloat(text) * UNIT_MS[unit])
  return ms <= MAX_DURATION_MS ? ms : undefined
}
