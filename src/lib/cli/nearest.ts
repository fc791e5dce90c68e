import {distance} from '../core/config/nearest.js'

/** The known words a mistyped one may have meant, the closest first, at most three: within a third of its length, or its beginning. */
export function nearest(word: string, known: readonly string[]): string[] {
  const typed = word.toLowerCase()
  const limit = Math.max(1, Math.floor(typed.length / 3))
  return known
    .map((name) => ({name, far: typed.length >= 2 && name.startsWith(typed) ? 0 : distance(typed, name)}))
    .filter(({far}) => far <= limit)
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({name}) => name)
}
