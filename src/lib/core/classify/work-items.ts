import {hasLetter, wordCount} from './clean.js'
import {phaseOf} from './phase.js'
import type {Line, Prose} from './prose.js'
import {isBarred, namesWorkAbroad} from './sections.js'
import {ALTERNATIVE, areasIn, COMPLAINT, isImperative, PLATFORM, RITUAL, USER_ACTION, WISH} from './words.js'

/**
 * What an issue says it is: a `container` of work (an umbrella, a roadmap), by its title a `plural` of things that were written down
 * together, a `told` plural by its text only, or one thing.
 */
export type Collection = 'container' | 'plural' | 'told' | null
export type Pick = {index: number; line: Line}

/** `Bug 1`, `Problem 2: …` as a heading: things found one by one. */
const FINDING = /^\W*(?:bug|issue|problem|finding|request|feature|suggestion|improvement|vulnerability|defect)\s*[0-9]{1,2}\b/i
/** Headings that frame a text. */
const FRAME = new RegExp('^\\W*(?:overview|summary|description|introduction|goals?|objectives?|tl;?dr|abstract|about|status|vision|scope'
  + '|conclusion|details|tasks?|to-?dos?)\\W*$', 'i')
const NUMBERED_HEADING = /^\W*[0-9]{1,2}[.):]?\s+\S/

export const allowed = (line: Line): boolean => !isBarred(line.section)
export const worded = (line: Line): boolean => allowed(line) && line.section !== 'talk'

const says = (pattern: RegExp) => (line: Line): boolean => pattern.test(line.plain.slice(0, 300))
export const acts = says(USER_ACTION)
export const wishes = (line: Line): boolean => isImperative(line.plain.slice(0, 300)) || says(WISH)(line)
const asks = (line: Line): boolean => wishes(line) || says(COMPLAINT)(line)
/** Phases of the text: lines, headings or items that begin with `Phase N` and the like, but not with what a reader is to do. */
export function isPhase(line: Line): boolean {
  const phase = phaseOf(line.plain)
  return phase !== null && !USER_ACTION.test(phase.title.slice(0, 120))
}

/** Enough text to act on: two words, or a reference to another issue. A platform, an alternative, a form's box or a bare yes is none. */
export function isWorkText(line: Line): boolean {
  if (line.refers) return true
  if (isForm(line) || isPlatform(line)) return false
  return wordCount(line.text) >= 2 || (line.plain !== line.text && wordCount(line.plain) >= 3)
}
/** Enough where the text says that it lists work: a word, which may be a platform's. */
export const isNamed = (line: Line): boolean => line.refers || (!isForm(line) && hasLetter(line.plain.slice(0, 200)))

/** Forms, alternatives and platforms are told by Latin words; a line without any is spared the search. */
const LATIN = /[a-z]/i
export function isForm({plain, marker}: Line): boolean {
  const start = plain.slice(0, 200)
  return LATIN.test(start) && ((marker !== 'number' && RITUAL.test(start)) || ALTERNATIVE.test(start))
}
export function isPlatform({plain}: Line): boolean {
  const start = plain.slice(0, 80)
  return LATIN.test(start) && PLATFORM.test(start) && !isImperative(start)
}

/** Share of a list that says what to build, from which on all of it is work. */
export const MOST = 0.6
/** Share of a list that may begin like what a reader does; of one below a heading that names work, that has to ask for something. */
export const FEW = 0.4
const share = (picks: readonly Pick[], test: (line: Line) => boolean): number =>
  picks.filter(({line}) => test(line)).length / Math.max(1, picks.length)
const inAreas = (picks: readonly Pick[], n: number): boolean => areasIn(picks.map(({line}) => line.plain), n) === n
function picksOf(prose: Prose, accept: (line: Line) => boolean): Pick[] {
  const picks: Pick[] = []
  for (const [index, line] of prose.lines.entries()) if (accept(line)) picks.push({index, line})
  return picks
}

/** Picks that stand below no other one, and those that stand below one, two … others. */
function byDepth(lines: readonly Line[], picks: readonly Pick[]): Pick[][] {
  const levels: Pick[][] = []
  const ends: number[] = []
  for (const pick of picks) {
    while (ends.length > 0 && ends.at(-1)! <= pick.index) ends.pop()
    const level = levels[ends.length] ??= []
    level.push(pick)
    let end = pick.index + 1
    const limit = ends.at(-1) ?? lines.length
    while (end < limit && lines[end]!.kind !== 'heading' && (lines[end]!.kind !== 'item' || lines[end]!.indent > pick.line.indent)) end += 1
    ends.push(end)
  }
  return levels
}

/**
 * The items of one kind that stand furthest out; where those are mostly single words, they only group the items below them, of which
 * again the outermost count: what stands below one of those is about it. A list of
 * nothing but single words (entities, platforms, versions) is an inventory, unless the issue says that it lists work: a container loses
 * none of its items for being short, nor does a list with more words under a heading that names work.
 */
function listOf(prose: Prose, marker: Line['marker'], collection: Collection, accept: (line: Line) => boolean): Pick[] {
  const all = picksOf(prose, (line) => line.marker === marker && accept(line))
  const left = all.reduce((least, {line}) => Math.min(least, line.indent), Infinity)
  const outer = all.filter(({line}) => line.indent <= left + 1)
  const inner = byDepth(prose.lines, all.filter(({line}) => line.indent > left + 1))
  const isWork = ({line}: Pick): boolean => isWorkText(line) || (line.section === 'work' && isNamed(line))
  let plan: Pick[] | null = null
  for (const picks of [outer, ...inner]) {
    const work = picks.filter(isWork)
    const others = work.length === picks.length ? 0 : picks.filter((pick) => !isWork(pick) && !isForm(pick.line) && !isPlatform(pick.line)).length
    if (work.length <= others || work.filter(({line}) => isWorkText(line)).length < 2) continue
    plan = collection === 'container' ? picks : work
    break
  }
  if (collection !== 'container') return plan ?? []
  return (plan ?? inner.find((picks) => picks.length >= 2) ?? outer).filter(({line}) => isNamed(line))
}

/** Boxes track anything; they are work when the text, the heading, their verbs, their links or their spread over a system say so. */
export function boxes(prose: Prose, collection: Collection): Pick[] {
  const picks = listOf(prose, 'box', collection, (line) => allowed(line) && (line.section !== 'talk' || line.refers || wishes(line)))
  const named = picks.filter(({line}) => line.section === 'work')
  if (collection !== null || share(picks, (line) => wishes(line) || line.refers) >= MOST || inAreas(picks, 3)) return picks
  return named.length >= 2 ? named : []
}

/** What a person sees at the end of the steps to a bug. */
const SEEN = new RegExp('^\\W*(?:see|observe|notice|watch|look|wait)\\b|\\b(?:errors?|crash(?:es)?|fails?|nothing happens|(?:is|are) (?:not|empty|missing|gone|wrong|lost|broken))\\b', 'i')

/** Items that are no mere aims, where there are at least two. */
function withoutAims(picks: readonly Pick[]): Pick[] {
  const others = picks.filter(({line}) => line.section !== 'aims')
  return others.length >= 2 ? others : [...picks]
}

/** Places of their own by which items below a heading that names work are work, whatever their words. */
const OWN_PLACES = 3
/** Whether items below a heading that names work need no verb: it is in a language whose verbs the rules do not know, or they lie apart. */
const standsFor = (prose: Prose, named: readonly Pick[], spread: (picks: readonly Pick[]) => number): boolean =>
  (named.length >= OWN_PLACES && spread(named) >= OWN_PLACES) || prose.lines.some((line) => line.kind === 'heading' && line.section === 'work' && namesWorkAbroad(line.plain))

/**
 * Numbered items are work when they say what to build; those that a title announces are in any case, but for what a reader does. A container's
 * items may begin like that ("Sign in with a card"), so there what is seen in the end tells.
 */
export function numbered(prose: Prose, collection: Collection, spread: (picks: readonly Pick[]) => number): Pick[] {
  const picks = withoutAims(listOf(prose, 'number', collection, worded))
  if (share(picks, acts) > FEW && (collection !== 'container' || picks.some(({line}) => SEEN.test(line.plain.slice(0, 300))))) return []
  if (collection === 'container' || collection === 'plural' || share(picks, wishes) >= MOST) return picks
  if (collection === 'told' && share(picks, asks) >= MOST) return picks
  const named = picks.filter(({line}) => line.section === 'work')
  return named.length >= 2 && (share(named, asks) >= FEW || standsFor(prose, named, spread)) ? named : []
}

/** Plain bullets count where the text says that they are a collection of separate things, or their heading that they are work. */
export function bullets(prose: Prose, collection: Collection, spread: (picks: readonly Pick[]) => number): Pick[] {
  const all = listOf(prose, 'bullet', collection, worded)
  const picks = withoutAims(all)
  if (collection !== null && picks.length >= 3 && share(picks, (line) => asks(line) || line.refers) >= 0.5) return picks
  const named = picks.filter(({line}) => line.section === 'work')
  if (collection === 'container' && all.length >= 3 && (picks.length >= 3 || named.length >= 2)) return picks
  return named.length >= 3 && (share(named, wishes) >= MOST || standsFor(prose, named, spread)) ? named : []
}

/**
 * Headings of a container that has no lists: its themes, but for what every long text has. One or two that stand above all others only
 * frame them, so the outermost level counts of which there are three.
 */
export function themes(prose: Prose, collection: Collection): Pick[] {
  if (collection !== 'container') return []
  const all = picksOf(prose, (line) => line.kind === 'heading' && line.level <= 7 && worded(line) && !FRAME.test(line.plain))
  const levels = [...new Set(all.map(({line}) => line.level))].sort((a, b) => a - b)
  const byLevel = levels.map((level) => all.filter(({line}) => line.level === level))
  return byLevel.find((picks) => picks.length >= 3) ?? []
}

/** Headings, items or lines that number the phases of the work. */
export function phases(prose: Prose): Pick[] {
  const all = picksOf(prose, (line) => allowed(line) && isPhase(line))
  for (const kind of ['heading', 'item', 'text'] as const) {
    const picks = all.filter(({line}) => line.kind === kind)
    if (picks.length >= 2) return picks
  }
  return []
}

const outermost = (picks: readonly Pick[]): Pick[] => {
  const level = picks.reduce((least, {line}) => Math.min(least, line.level), Infinity)
  return picks.filter(({line}) => line.level === level)
}

/** Headings that number what was found. */
export const findings = (prose: Prose): Pick[] =>
  outermost(picksOf(prose, (line) => line.kind === 'heading' && worded(line) && FINDING.test(line.plain.slice(0, 40))))

/** Numbered headings structure any long text; they are work when they name it, or lie in different places (`spread`). */
export function headings(prose: Prose, collection: Collection, spread: (picks: readonly Pick[]) => number): Pick[] {
  const isNumbered = (line: Line): boolean => line.kind === 'heading' && worded(line) && NUMBERED_HEADING.test(line.plain.slice(0, 40))
  const picks = outermost(picksOf(prose, isNumbered))
  return collection !== null || share(picks, wishes) >= 0.5 || inAreas(picks, 2) || spread(picks) >= 2 ? picks : []
}
