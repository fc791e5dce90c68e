import {IMPLEMENT_COMPLEXITIES, type ImplementComplexity} from '../config/words.js'

/** Sizes that models write instead of the words they were asked for. `epic` falls to what an implementer can be given. */
const OTHERS: Readonly<Record<string, ImplementComplexity>> = {
  epic: 'complex', low: 'simple', small: 'simple', easy: 'simple', s: 'simple', moderate: 'medium', m: 'medium', high: 'complex', large: 'complex', hard: 'complex', l: 'complex', xl: 'complex', xs: 'trivial',
}

/** The first word of a text that is a complexity; medium when none is. */
export function complexityFrom(text: string): ImplementComplexity {
  for (const word of text.toLowerCase().slice(0, 200).match(/[a-z]+/g) ?? []) {
    const known = IMPLEMENT_COMPLEXITIES.find((c) => c === word) ?? (Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined)
    if (known !== undefined) return known
  }
  return 'medium'
}
