import type {Complexity} from '../config/words.js'
import type {Signals} from './signals.js'
import {COMPLEX, SIMPLE, TRIVIAL, WRITING} from './words.js'

export type Level = {complexity: Complexity; reason: string; confidence: number}
const level = (complexity: Complexity, confidence: number, reason: string): Level => ({complexity, reason, confidence})

/**
 * Why the text is a container of separate work, or null. Length alone never makes an epic, nor do steps of one coherent change:
 * it takes several points and something that says they are apart (the author, five phases, three areas, two packages).
 */
export function epicReason(s: Signals): string | null {
  const points = s.split.points.length
  if (s.tags.includes('epic')) return 'the title is tagged [epic]'
  if (s.phases >= 5) return `${s.phases} phases`
  if (s.collection && points >= 3) return `announced as a collection of ${points} pieces of work`
  if (s.keywords.epic.length > 0
    && (s.phases >= 3
    || s.checkboxes >= 5)) return `calls itself ${s.keywords.epic[0]} and lists ${Math.max(s.phases, s.checkboxes)} pieces`
  if (linked(s) >= 3 && linked(s) * 2 > points) return `a list of ${linked(s)} other issues`
  if (s.checkboxes >= 15 && s.words > 200) return `${s.checkboxes} checkboxes`
  // What follows only measures the text, and one package is one piece of work however long its text is.
  if (s.onePackage !== null) return null
  if (points >= 4 && s.areas.length >= 3) return `${points} split points in ${s.areas.length} areas`
  if (points >= 3 && s.split.points.length <= 12
    && s.directories.length >= 3) return `${points} split points in ${s.directories.length} directories`
  if (s.words > 300
    && (s.checkboxes >= 8 || (s.phases >= 3 && points >= 3))) return `${Math.max(s.phases, s.checkboxes)} pieces in ${s.words} words`
  return null
}

const REFERENCE = /#[0-9]+\b|\/issues\/[0-9]+/
const linked = (s: Signals): number => s.split.points.filter((point) => REFERENCE.test(point.title)).length

const QUESTION = /^(?:(?:how|why|what|where|which|who|can|could|is|are|does|do|any|anyone|has|will|should|help)\b(?!').*|.*[?？])$/
const ASKS_HOW = /\b(?:how (?:can|do|should|to) (?:i|we)|is there (?:a|any) way|are there plans|does anyone)\b/
const FEATURE = new RegExp('^(?:\\W|feature request|feature)*(?:add|allow|support|implement|create|enable|introduce|provide|improve'
  + '|make|show|let|option|ability)\\b')
const DEFECT = new RegExp('\\b(?:bugs?|errors?|crash(?:es|ing)?|fail(?:s|ed|ing|ure)?|broken|incorrect(?:ly)?|wrong(?:ly)?|exceptions?'
  + '|doesn\'t|does not|don\'t|isn\'t|can\'t|cannot|couldn\'t|not (?:work|show|possible|implemented|accept|handled?|found)\\w*|unable'
  + '|regression|freezes?|hangs?|blocks?|badly|invalid|missing|problematic|no longer)\\b')
const PROPOSAL = /\b(?:proposal|propose|first[- ]class|rethink|new (?:api|architecture|engine|system)|framework)\b/
const DEEP = new RegExp('\\b(?:slow|speed|memory leak|leaks?|race conditions?|deadlocks?|unresponsive|latency|throughput|random(?:ly)?'
  + '|intermittent(?:ly)?|flaky)\\b')
const FILE_IN_TITLE = /\S+\.(?:[a-z]{1,5})\b/
const NOTHING_TO_BUILD = new RegExp('\\b(?:weekly digest|meeting notes|agenda|job (?:ad|opening)|hiring|announcement|thank you)\\b'
  + '|\\b(?:new|next|last) release\\b')

/** Sections that only a bug report has. */
const isReport = (s: Signals): boolean =>
  s.prose.lines.some((line) => line.kind === 'heading' && (line.section === 'reproduction'
    || /^(?:describe the bug|actual|expected)/i.test(line.plain)))

function byTitle(s: Signals, rawTitle: string): Level | null {
  if (TRIVIAL.test(s.title)) return level('trivial', 0.85, `title says ${TRIVIAL.exec(s.title)![0]}`)
  if (NOTHING_TO_BUILD.test(s.title)) return level('trivial', 0.8, 'nothing to build')
  if (WRITING.test(s.title)) return level(s.words > 200 || s.split.points.length >= 5 ? 'medium' : 'simple', 0.55, 'text for readers')
  const complex = DEFECT.test(s.title) ? undefined : COMPLEX.exec(s.title)?.[0]
  if (complex !== undefined) {
    return FILE_IN_TITLE.test(rawTitle) ? level('medium', 0.6, `${complex} of one named file`) : level('complex', 0.75,
      `title says ${complex}`)
  }
  if (SIMPLE.test(s.title)) return level('simple', 0.75, `title says ${SIMPLE.exec(s.title)![0]}`)
  return null
}

function byText(s: Signals): Level {
  const text = s.prose.lines.map((line) => line.text.slice(0, 500)).join(' ').toLowerCase()
  const points = s.split.points.length
  const defect = DEFECT.test(s.title) || (isReport(s) && !FEATURE.test(s.title))
  if (s.prose.codeLines < 5 && !isReport(s) && (QUESTION.test(s.title) || (s.words < 60 && ASKS_HOW.test(text)))) return level('trivial',
    0.6, 'a question')
  if (PROPOSAL.test(s.title)) return level(s.words > 350 || points >= 3 ? 'complex' : 'medium', 0.5, 'a proposal')
  if (DEEP.test(s.title)) return level(s.words > 150 ? 'complex' : 'medium', 0.5, 'cause unknown and hard to reproduce')
  if (s.words === 0) return level('simple', 0.4, 'no description')
  if (s.checkboxes >= 7 && s.words > 200 && points >= 2) return level('complex', 0.5, `${s.checkboxes} checkboxes in ${s.words} words`)
  if (s.keywords.complex.length > 0 && points >= 3) return level('complex', 0.5, `${points} steps, ${s.keywords.complex[0]}`)
  if (points >= 2 || s.checkboxes >= 4) return level('medium', 0.6, `${Math.max(points, s.checkboxes)} steps of one change`)
  if (defect && DEEP.test(text) && s.words > 120) return level('medium', 0.5, 'a defect without a clear cause')
  if (defect) return level(s.words < 15 && s.prose.codeLines === 0 && !isReport(s) ? 'trivial' : 'simple', 0.6, 'a defect with a symptom')
  if (s.words < 100) return level('simple', 0.5, `${s.words} words`)
  return s.words > 700 && s.onePackage === null ? level('complex', 0.4, `${s.words} words on one goal`) : level('medium', 0.5,
    `${s.words} words, no sign of depth`)
}

/** The level of an issue by its text. Title before body: a body names tiny things in passing. */
export function complexityOf(s: Signals, rawTitle: string): Level {
  const epic = epicReason(s)
  if (epic !== null) return level('epic', s.tags.includes('epic') ? 0.95 : 0.75, epic)
  return byTitle(s, rawTitle) ?? byText(s)
}
