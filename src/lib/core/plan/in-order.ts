import {isCompanionWork} from '../classify/companions.js'
import {phaseOf} from '../classify/phase.js'
import type {Line} from '../classify/prose.js'
import type {SplitPoint} from '../classify/split-points.js'
import {SUBTASKS_READ} from './draft.js'
import {withImplied} from './graph.js'
import type {Work} from './issue-work.js'
import {plain} from './references.js'

/** Said above a list: one after the other. */
const ORDERED = new RegExp('\\b(?:in (?:this|that|the following|the given|exactly this) (?:exact )?(?:order|sequence)|one after (?:the |an)?other|sequentially|step[- ]by[- ]step'
  + '|in dieser reihenfolge|nacheinander|dans cet ordre|en este orden)\\b', 'i')
/** Numbered steps are taken one by one, and so is a change of what runs; "next steps" are only what is left to do. */
const STEPS = /(?<!next )\bsteps\b|\b(?:migration|roll-?out|deployment|cut-?over|upgrade|transition) (?:plan|order|sequence)\b|^\W*(?:roll-?out|cut-?over)\W*$/i
const NUMBERED = /^\s*(?:#{1,6}\s+|[-*+]\s+)?(?:\[[ xX]\]\s+)?[0-9]{1,3}[.)]/
/** Said by the item itself. */
const THEN = /^\W*(?:[0-9]{1,2}[.)]\s*)?(?:(?:then|after (?:that|this|which)|afterwards|once (?:that|this|it)(?:'s| is))(?=[\s,])|(?:next|last|lastly|finally)(?=[,:]))/i
const AFTER_ALL = new RegExp('\\b(?:once|after|when|as soon as|depends on|blocked by|needs|requires)\\s+(?:(?:everything|all)(?=(?: of)? (?:the|these|that|this|above|else|other|is|are|has|have|done|live|merged)\\b)'
  + '|(?:all of )?the (?:above|others|rest|previous (?:ones|parts|steps|tasks)))\\b', 'i')
const AFTER_NAMED = /\b(?:blocked by|depends on|needs|requires|after|once)\s+(?:the\s+)?/gi
/** The name that an item gives itself before its text: `**API**: …`, `Web - …`. */
const NAME = /^\W*(?:\*\*|__)?([\p{L}\p{N}][\p{L}\p{N} /&-]{0,39}?)(?:\*\*|__)?\s*(?:[:：]|\s[–—-]\s)/u
/** A field that says what it waits for, "none" included. */
const FIELD = /^\W*(?:depends on|dependencies|blocked by)\W{0,4}[:：]/i
/** Parts that are numbered to be counted, and not since one comes after the other. */
const COUNTED = /^\W*(?:sub-?tasks?|tasks?|story|workstream|aufgabe|teilaufgabe|tarea|t[âa]che)\b/i
/** Lines of a part that are read. */
const READ = 40

/** What a part says of others, its title first. */
const saidBy = ({title, detail}: SplitPoint): string[] => [title, ...detail].slice(0, READ).map((line) => line.slice(0, 500))

/** The earlier parts that a part names by what they call themselves. */
function namedBy(piece: SplitPoint, names: ReadonlyMap<string, SplitPoint>): SplitPoint[] {
  if (names.size === 0) return []
  return saidBy(piece).flatMap((line) => [...line.matchAll(AFTER_NAMED)].flatMap((found) => {
    const said = plain(line.slice(found.index + found[0].length, found.index + found[0].length + 80))
    return [...names].filter(([name]) => said === name || said.startsWith(`${name} `)).map(([, other]) => other)
  }))
}

/** Tests and documentation wait for what they are about: the parts that share a word with them where they name a subject, else all. */
function subjectsOf(piece: SplitPoint, made: readonly SplitPoint[]): SplitPoint[] {
  const about = /\s(?:for|of|about|on)\s+(.*)$/i.exec(piece.title)?.[1] ?? ''
  const words = new Set(plain(about).split(' ').filter((word) => word.length > 3))
  const sharing = made.filter(({title}) => plain(title).split(' ').some((word) => words.has(word)))
  return sharing.length > 0 ? sharing : [...made]
}

/**
 * For each open piece, the ones that come before it: the one right before where the text says that the list is worked off in its order or the
 * item that it follows, those that it names, all where it says so. Tests and documentation wait for what their list makes, and in a list of
 * their own for what is made above it. A number alone is no order: most lists number what can be done at the same time.
 */
function earlierInOrder({open, rows, around: {surroundings}}: Work): SplitPoint[][] {
  const lists = new Map<Line | null, {last: SplitPoint[]; made: SplitPoint[]}>()
  const made: SplitPoint[] = []
  const names = new Map<string, SplitPoint>()
  let phase: SplitPoint[] = []
  return open.map((piece) => {
    const lead = surroundings.get(piece)?.lead ?? null
    const list = lists.get(lead) ?? {last: [], made: []}
    const [{last}, phaseBefore, named, all] = [list, phase, namedBy(piece, names), [...made]]
    lists.set(lead, list)
    list.last = [piece]
    const isPhase = phaseOf(piece.title) !== null
    if (isPhase) phase = [piece]
    const name = plain(NAME.exec(piece.title)?.[1] ?? '')
    if (name !== '') names.set(name, piece)
    const of = list.made.length > 0 ? [...list.made] : all
    const isCompanion = isCompanionWork(piece.title)
    if (!isCompanion) for (const each of [list.made, made]) each.push(piece)
    const said = saidBy(piece)
    if (said.some((line) => FIELD.test(line))) return named
    if (isCompanion && !isPhase) return [...named, ...subjectsOf(piece, of)]
    if (said.some((line) => AFTER_ALL.test(line))) return all
    const told = lead?.plain.slice(0, 500) ?? ''
    const isStep = STEPS.test(told) && NUMBERED.test(rows[piece.rows.from]!.slice(0, 40))
    const follows = isStep || ORDERED.test(told) || THEN.test(piece.title.slice(0, 60))
    return [...named, ...follows ? last : [], ...isPhase && !COUNTED.test(piece.title) ? phaseBefore : []]
  })
}

/**
 * Orders of what each point waits for: what its text says; and where that leaves it open, a phase for the phase before it, and what is said of
 * its list. Nothing is implied in lists that are too long for a plan.
 */
export function ordersBefore(work: Work): number[][] {
  const {open, before} = work
  const places = new Map(open.map((point, i) => [point, i]))
  const placesOf = (points: readonly SplitPoint[]): number[] => [...new Set(points.flatMap((point) => places.get(point) ?? []))]
  const said = open.map((point) => placesOf(before.get(point) ?? []))
  const implied = open.length > SUBTASKS_READ ? said.map(() => []) : earlierInOrder(work).map(placesOf)
  return withImplied(said, implied).map((list) => list.map((place) => place + 1))
}
