/** SPEC §14: short while something may be about to happen, then patient. Milliseconds. */
const PAUSES = [1200, 2000, 5000, 15_000, 30_000] as const

/** How long to wait before the next look at what somebody else changes, after so many looks that found nothing new. Milliseconds. */
export const backOff = (looks: number): number => PAUSES[Math.min(looks, PAUSES.length - 1)]!
