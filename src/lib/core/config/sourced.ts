/** Where a value can come from, strongest first. */
export const ORIGINS = ['flag', 'label', 'local', 'global', 'preset', 'default'] as const
export type Origin = (typeof ORIGINS)[number]

/** A value that a stronger layer replaced. */
export type Overrode = {from: Origin; value: unknown; at?: string}

/**
 * Where a value came from. `at` is `file:line` (for a preset its name); `key` is the dotted key as the file spells it;
 * `overrode` lists the weaker layers that also had a value, strongest first.
 */
export type Source = {from: Origin; at?: string; key?: string; overrode: Overrode[]}

/** A resolved value together with where it came from. */
export type Sourced<T> = Source & {value: T}

/** One source in words: `local .pilot/config.yaml:3`, `preset economy`, `default`. */
export const describeSource = (source: Pick<Source, 'from' | 'at'>): string =>
  source.at === undefined ? source.from : `${source.from} ${source.at}`
