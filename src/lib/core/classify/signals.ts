import {directoriesIn, singlePackage} from './packages.js'
import {readProse, type Prose} from './prose.js'
import {isPhase, isWorkText, saysCollection, splitPointsOf, type SplitPoints} from './split-points.js'
import {proseOf} from './clean.js'
import {areasOf, COLLECTION_LABEL, COMPLEX, EPIC_WORD, INVESTIGATION, SIMPLE, TRIVIAL} from './words.js'

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
  directories: string[]
  /** the only package that the work touches; null when several are named, or none */
  onePackage: string | null
  /** parts of a system that the split points name between them */
  areas: string[]
  collection: boolean
  keywords: {epic: string[]; complex: string[]; simple: string[]; trivial: string[]}
  tags: Tag[]
}

const BRACKETED = /\[([^[\]]{1,40})\]/g
const tagsIn = (title: string): Tag[] => {
  const words = [...title.matchAll(BRACKETED)].map((match) => match[1]!.trim().toLowerCase())
  return TAGS.filter((tag) => words.includes(tag))
}

const found = (pattern: RegExp, texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap((text) => { const hit = pattern.exec(text); return hit ? [hit[0]] : [] }))]

/** Boxes of forms and acceptance lists are no measure of size, so only those outside them count. */
function countBoxes(prose: Prose): number {
  return prose.lines.filter((line) => line.marker === 'box' && line.section !== 'template' && line.section !== 'criteria'
    && isWorkText(line)).length
}

/**
 * The package that all work lies in. What the split points say decides; only when they name no path does the rest of the text,
 * where one path may be mere context: then it has to be named for most of the points or at least twice.
 */
function scopeOf(split: SplitPoints, prose: Prose, title: string): {directories: string[]; onePackage: string | null} {
  const lines = prose.lines.filter((line) => line.section !== 'template').map((line) => line.plain)
  const perPoint = split.points.map((point) => directoriesIn([point.title, ...point.detail].join('\n')))
  const cited = [...new Set(perPoint.flat())]
  const directories = cited.length > 0 ? cited : directoriesIn([title, ...lines].join('\n'))
  const citing = perPoint.filter((list) => list.length > 0).length
  const mentions = lines.reduce((n, line) => n + directoriesIn(line).length, 0)
  const enough = cited.length > 0 ? citing * 2 >= split.points.length : mentions >= 2 || split.points.length === 0
  return {directories: directories.slice(0, 20), onePackage: enough ? singlePackage(directories) : null}
}

export function signalsOf({title, body, labels}: IssueText): Signals {
  const prose = readProse(body)
  const cleanTitle = proseOf(title.slice(0, 500)).toLowerCase()
  const collection = saysCollection(title, prose) || labels.some((label) => COLLECTION_LABEL.test(label))
  const split: SplitPoints = INVESTIGATION.test(cleanTitle) ? {source: 'none', points: []} : splitPointsOf(prose, collection)
  const body_ = prose.lines.filter((line) => line.section !== 'template' && line.section !== 'reproduction')
    .map((line) => line.text.slice(0, 1000).toLowerCase())
  const texts = [cleanTitle, ...body_]
  return {
    title: cleanTitle, prose, split, words: prose.words, checkboxes: countBoxes(prose),
    phases: prose.lines.filter((line) => line.section !== 'reproduction' && isPhase(line)).length,
    ...scopeOf(split, prose, title), areas: [...new Set(split.points.flatMap((point) => areasOf(point.title)))], collection,
    keywords: {epic: found(EPIC_WORD, texts), complex: found(COMPLEX, texts), simple: found(SIMPLE, texts), trivial: found(TRIVIAL, texts)},
    tags: tagsIn(title),
  }
}
