import {wordCount} from './clean.js'
import {isCompanionWork} from './companions.js'
import type {Signals} from './signals.js'
import type {SplitPoint} from './split-points.js'
import {areasIn} from './words.js'

/** Why the text is separately mergeable work, for a person to read. */
type Reason = string | null

/** Words of a box that says by itself what to do; shorter ones are steps. */
const SUBSTANTIAL = 8

/** What the author says: the tag, five phases, a list of issues, an announced collection. Counts wherever the work lies. */
function announced(s: Signals, pieces: readonly SplitPoint[]): Reason {
  const linked = pieces.filter(({refers}) => refers).length
  const tracked = Math.max(s.phases, s.checkboxes)
  if (s.tags.includes('epic')) return 'the title is tagged [epic]'
  if (s.named !== null) return `called ${s.named}`
  if (s.phases >= 5) return `${s.phases} phases`
  if (s.collection !== null && !s.writing && pieces.length >= 3) return `announced as a collection of ${pieces.length} pieces of work`
  if (s.keywords.epic.length > 0 && (s.phases >= 3 || s.checkboxes >= 5)) {
    return `calls itself ${s.keywords.epic[0]} and lists ${tracked} pieces`
  }
  if (linked >= 3 && linked * 2 > pieces.length) return `a list of ${linked} other issues`
  if (s.collection === 'container' && s.references >= 5) return `a container that names ${s.references} other issues`
  return s.checkboxes >= 15 && s.words > 200 ? `${s.checkboxes} checkboxes` : null
}

/** Directories that only one piece names, counted by piece: pieces that would not meet in a file. */
function ownPlaces(pieces: readonly SplitPoint[]): number {
  const owners = new Map<string, number>()
  for (const place of pieces.flatMap(({places}) => places)) owners.set(place, (owners.get(place) ?? 0) + 1)
  return pieces.filter(({places}) => places.some((place) => owners.get(place) === 1)).length
}

/** What the pieces say by where they lie and how they are written. */
function measured(s: Signals, pieces: readonly SplitPoint[]): Reason {
  const {source} = s.split
  const n = pieces.length
  const apart = ownPlaces(pieces)
  const areas = areasIn(pieces.map(({title}) => title), 3)
  const listed = pieces.filter(({detail}) => detail.filter((line) => line.startsWith('- ')).length >= 2).length
  const words = (): number => pieces.reduce((sum, {title}) => sum + wordCount(title), 0) / Math.max(1, n)
  if (apart >= 3 || (apart === 2 && n === 2 && source === 'headings')) return `${n} split points in ${apart} places of their own`
  if (n >= 4 && areas >= 3) return `${n} split points in several areas`
  if (s.findings >= 2) return `${s.findings} numbered findings`
  if (s.phases >= 3 && n >= 3 && listed * 3 >= n * 2) return `${n} phases, each with steps of its own`
  if (source === 'checkbox' && s.underWork && n >= 4 && words() >= SUBSTANTIAL) return `a task list of ${n} pieces, each said in a sentence`
  const long = s.words > 300 && (s.checkboxes >= 8 || (s.phases >= 3 && n >= 3))
  return long ? `${Math.max(s.phases, s.checkboxes)} pieces in ${s.words} words` : null
}

/**
 * Whether the text asks for several things that can be merged apart, and why; null when it is one change, however long its text and
 * however many its steps. The level `epic` and, with it, the split follow from this alone. Tests and documentation of a change are part
 * of it. What is only measured needs more than one package.
 */
export function separateWork(s: Signals): Reason {
  const own = s.split.points.filter(({title}) => !isCompanionWork(title))
  return announced(s, own) ?? (s.onePackage === null && !s.writing ? measured(s, own) : null)
}
