import {proseOf} from './clean.js'
import {isCompanionWork} from './companions.js'
import {isContainerTitle, namedIn} from './containers.js'
import {directoriesIn, singlePackage} from './packages.js'
import {readProse, type Line, type Prose} from './prose.js'
import {restOf} from './rest.js'
import {isAside, type Called} from './sections.js'
import {collectionOf, splitPointsOf, type SplitPoint, type SplitPoints} from './split-points.js'
import {trivialTitle} from './trivial-title.js'
import {findings, isPhase, isWorkText, type Collection} from './work-items.js'
import {areasIn, COMPLEX, CONTAINER_LABEL, EPIC_LABEL, EPIC_WORD, INVESTIGATION, SIMPLE} from './words.js'
import {asksForWriting} from './writing.js'

export type IssueText = {title: string; body: string; labels: readonly string[]}
export const TAGS = ['epic', 'no-plan', 'single'] as const
/** A word in square brackets in the title that a person wrote for pilot. */
export type Tag = (typeof TAGS)[number]

/** Everything the rules look at, once. */
export type Signals = {
  title: string
  prose: Prose
  split: SplitPoints
  /** open work that stands in none of its points */
  rest: SplitPoint[]
  words: number
  checkboxes: number
  phases: number
  /** boxes stand under a heading that names work */
  underWork: boolean
  /** the word by which title or label call it a container outright */
  named: string | null
  /** lines and numbers of other issues that the text names */
  references: number
  /** headings that number bugs, problems or requests */
  findings: number
  directories: string[]
  /** the only package that the work touches; null when several are named, or none */
  onePackage: string | null
  collection: Collection
  /** whether the title asks for text for readers, which lies in one place */
  writing: boolean
  keywords: {epic: string[]; complex: string[]; simple: string[]; trivial: string[]}
  tags: Tag[]
}

const BRACKETED = /\[([^[\]]{1,40})\]/g
const tagsIn = (title: string): Tag[] => {
  const words = [...title.matchAll(BRACKETED)].map((match) => match[1]!.trim().toLowerCase())
  return TAGS.filter((tag) => words.includes(tag))
}

const found = (pattern: RegExp, texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap((text) => pattern.exec(text)?.[0] ?? []))]

/** Boxes of forms and acceptance lists are no measure of size, so only those outside them count. */
const isTracked = (line: Line): boolean =>
  line.marker === 'box' && !isAside(line.section) && line.section !== 'criteria' && isWorkText(line)

/** A line that says itself how far the work goes. */
const SAYS_WHERE = new RegExp('\\b(?:all|everything|(?:whole|entire|complete) (?:work|change|fix|feature))\\b.{0,60}\\b(?:is|are|be|stays?|lives?|happens?|lies|remains?|fits?'
  + '|belongs?|goes|limited|confined|restricted)\\b.{0,30}\\b(?:in|to|inside|within|under|below)\\b|\\bnothing (?:else|outside|beyond)\\b'
  + '|\\b(?:only|just|solely|exclusively)\\b.{0,30}\\b(?:touch(?:es|ed)?|changes?|affects?|concerns?|in|within|inside|under|below)\\b', 'i')

/**
 * The package that all work lies in. Where the pieces name paths they decide, each of them: one that names none could lie anywhere, unless it
 * is tests or documentation of the others. Where none does the rest of the text decides, if it says so; paths that it only mentions, at least
 * two or one in the title, may be mere context and count for nothing beside pieces, or without these a text, in more than one area of a system.
 */
function scopeOf(all: readonly SplitPoint[], prose: Prose, title: string): {directories: string[]; onePackage: string | null} {
  const main = all.filter((piece) => !isCompanionWork(piece.title))
  const pieces = main.length > 0 ? main : all
  const cited = [...new Set(pieces.flatMap(({places}) => places))]
  if (cited.length > 0) {
    const enough = pieces.every(({places}) => places.length > 0)
    return {directories: cited.slice(0, 20), onePackage: enough ? singlePackage(cited) : null}
  }
  const said = prose.lines.filter(({section}) => !isAside(section))
  const naming = said.filter(({plain}) => plain.includes('/')).map(({plain}) => ({plain, places: directoriesIn(plain)})).filter(({places}) => places.length > 0)
  const inTitle = directoriesIn(title)
  const directories = [...new Set([...inTitle, ...naming.flatMap(({places}) => places)])]
  const stated = naming.some(({plain}) => SAYS_WHERE.test(plain.slice(0, 400)))
  const mentioned = naming.flatMap(({places}) => places).length >= 2 || (pieces.length === 0 && inTitle.length > 0)
  const texts = pieces.length > 0 ? pieces.map((piece) => piece.title) : [title, ...said.map(({text}) => text)]
  const enough = stated || (mentioned && areasIn(texts, 2) < 2)
  return {directories: directories.slice(0, 20), onePackage: enough ? singlePackage(directories) : null}
}

function calledBy(title: string, labels: readonly string[]): Called {
  const isContainer = isContainerTitle(title)
  if ((isContainer && /\bepics?\b/.test(title)) || labels.some((label) => EPIC_LABEL.test(label.trim()))) return 'epic'
  return isContainer || labels.some((label) => CONTAINER_LABEL.test(label.trim())) ? 'container' : null
}

/** Reads an issue once for all rules. */
export function signalsOf({title, body, labels}: IssueText): Signals {
  const called = calledBy(title.slice(0, 500).toLowerCase(), labels)
  const prose = readProse(body, called)
  const cleanTitle = proseOf(title.slice(0, 500)).toLowerCase()
  const tiny = trivialTitle(cleanTitle)
  const collection = called !== null ? 'container' : collectionOf(title.slice(0, 500), prose)
  const split: SplitPoints = INVESTIGATION.test(cleanTitle) ? {source: 'none', points: []} : splitPointsOf(prose, collection)
  const rest = restOf(prose, split, collection)
  const label = labels.find((name) => EPIC_LABEL.test(name.trim()))
  const speaks = ({section}: Line): boolean => !isAside(section) && section !== 'reproduction'
  const said = prose.lines.filter(speaks)
  const tracked = prose.lines.filter(isTracked)
  const searched = prose.lines.slice(0, prose.read).filter(speaks)
  const texts = [cleanTitle, ...searched.map((line) => line.text.slice(0, 1000).toLowerCase())]
  return {
    title: cleanTitle, prose, split, rest, words: prose.words, checkboxes: tracked.length,
    phases: prose.lines.filter((line) => line.section !== 'reproduction' && isPhase(line)).length, findings: findings(prose).length,
    underWork: tracked.filter(({section}) => section === 'work').length >= 2,
    named: label ?? namedIn(cleanTitle),
    references: new Set(said.flatMap((line) => line.plain.match(/#[0-9]+\b/g) ?? [])).size,
    ...scopeOf([...split.points, ...rest], prose, title.slice(0, 500)), collection, writing: asksForWriting(cleanTitle),
    keywords: {
      epic: found(EPIC_WORD, texts), complex: found(COMPLEX, texts), simple: found(SIMPLE, texts), trivial: tiny === null ? [] : [tiny],
    },
    tags: tagsIn(title),
  }
}
