import {proseOf} from './clean.js'
import {directoriesIn, singlePackage} from './packages.js'
import {readProse, type Line, type Prose} from './prose.js'
import {collectionOf, splitPointsOf, type SplitPoints} from './split-points.js'
import {findings, isPhase, isWorkText, type Collection} from './work-items.js'
import {COMPLEX, CONTAINER_LABEL, EPIC_LABEL, EPIC_WORD, INVESTIGATION, NAMED_EPIC, SIMPLE, TRIVIAL, WRITING} from './words.js'

export type IssueText = {title: string; body: string; labels: readonly string[]}
export const TAGS = ['epic', 'no-plan', 'single'] as const
/** A word in square brackets in the title that a person wrote for pilot. */
export type Tag = (typeof TAGS)[number]

/** Everything the rules look at, once. */
export type Signals = {
  title: string
  prose: Prose
  split: SplitPoints
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
  line.marker === 'box' && line.section !== 'template' && line.section !== 'criteria' && isWorkText(line)

/**
 * The package that all work lies in. What the split points say decides; only when they name no path does the rest of the text,
 * where one path may be mere context: then it has to be named for most of the points or at least twice.
 */
function scopeOf(split: SplitPoints, prose: Prose, title: string): {directories: string[]; onePackage: string | null} {
  const {points} = split
  const cited = [...new Set(points.flatMap(({places}) => places))]
  if (cited.length > 0) {
    const enough = points.filter(({places}) => places.length > 0).length * 2 >= points.length
    return {directories: cited.slice(0, 20), onePackage: enough ? singlePackage(cited) : null}
  }
  const mentions = prose.lines.filter((line) => line.section !== 'template').flatMap((line) => directoriesIn(line.plain))
  const directories = [...new Set([...directoriesIn(title), ...mentions])]
  const enough = mentions.length >= 2 || points.length === 0
  return {directories: directories.slice(0, 20), onePackage: enough ? singlePackage(directories) : null}
}

/** Reads an issue once for all rules. */
export function signalsOf({title, body, labels}: IssueText): Signals {
  const prose = readProse(body)
  const cleanTitle = proseOf(title.slice(0, 500)).toLowerCase()
  const collection = labels.some((label) => CONTAINER_LABEL.test(label.trim())) ? 'container' : collectionOf(title.slice(0, 500), prose)
  const split: SplitPoints = INVESTIGATION.test(cleanTitle) ? {source: 'none', points: []} : splitPointsOf(prose, collection)
  const label = labels.find((name) => EPIC_LABEL.test(name.trim()))
  const speaks = ({section}: Line): boolean => section !== 'template' && section !== 'reproduction'
  const said = prose.lines.filter(speaks)
  const tracked = prose.lines.filter(isTracked)
  const searched = prose.lines.slice(0, prose.read).filter(speaks)
  const texts = [cleanTitle, ...searched.map((line) => line.text.slice(0, 1000).toLowerCase())]
  return {
    title: cleanTitle, prose, split, words: prose.words, checkboxes: tracked.length,
    phases: prose.lines.filter((line) => line.section !== 'reproduction' && isPhase(line)).length, findings: findings(prose).length,
    underWork: tracked.filter(({section}) => section === 'work').length >= 2,
    named: label ?? NAMED_EPIC.exec(cleanTitle)?.[0]?.trim() ?? null,
    references: new Set(said.flatMap((line) => line.plain.match(/#[0-9]+\b/g) ?? [])).size,
    ...scopeOf(split, prose, title.slice(0, 500)), collection, writing: WRITING.test(cleanTitle),
    keywords: {epic: found(EPIC_WORD, texts), complex: found(COMPLEX, texts), simple: found(SIMPLE, texts), trivial: found(TRIVIAL, texts)},
    tags: tagsIn(title),
  }
}
