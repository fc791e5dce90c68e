import type {Complexity} from '../config/words.js'
import {clausesOf} from './clauses.js'
import {isAside} from './sections.js'
import {separateWork} from './separate.js'
import type {Signals} from './signals.js'
import {
  ASKS_HELP, ASKS_HOW, DEEP, DEEP_SUBJECT, FEATURE, isDefect, isNothingToBuild, PROPOSAL, QUESTION, SMALL_SUBJECT, TINY, WIDE_SUBJECT,
} from './subjects.js'
import {versionChange} from './version-change.js'
import {COMPLEX, isImperative, SIMPLE} from './words.js'

export type Level = {complexity: Complexity; reason: string; confidence: number}
const level = (complexity: Complexity, confidence: number, reason: string): Level => ({complexity, reason, confidence})

const FILE_IN_TITLE = /\S+\.(?:[a-z]{1,5})\b/
const FORM_OF_A_REPORT = /^(?:describe the bug|actual|expected)/i
/** Words up to which a text can only ask for something tiny. */
const FEW = 30
/** Points from which on a request is more than one bounded change, however few its words. */
const MANY = 5
/** Things that a title lists, from which on they are more than one bounded change. */
const SEVERAL = 3
/** Words up to which asking for help is what a text is for; in a longer one it is the courtesy at the end of a report. */
const CRY_FOR_HELP = 150

/** Sections that only a bug report has. */
const isReport = (s: Signals): boolean => s.prose.lines.some((line) =>
  line.kind === 'heading' && (line.section === 'reproduction' || FORM_OF_A_REPORT.test(line.plain)))

/** Lines of lists that say what is wanted, wherever they stand; no form, and no way to see a defect. */
const pointsOf = (s: Signals): number =>
  s.prose.lines.filter(({kind, section}) => kind === 'item' && !isAside(section) && section !== 'reproduction').length

/** Things that a title asks for one after the other; 1 when it asks for none. */
const thingsIn = (title: string): number => isImperative(title) && !isDefect(title) ? clausesOf(title).parts.length : 1

/** What the title alone decides. */
function byTitle(s: Signals, rawTitle: string): Level | null {
  const says = (pattern: RegExp): string | undefined => pattern.exec(s.title)?.[0]
  const [trivial, simple] = [s.keywords.trivial[0], says(SIMPLE)]
  if (trivial !== undefined) return level('trivial', 0.85, `title says ${trivial}`)
  if (isNothingToBuild(s.title)) return level('trivial', 0.8, 'nothing to build')
  if (s.writing) return level(s.words > 200 || s.split.points.length >= 5 ? 'medium' : 'simple', 0.55, 'text for readers')
  const complex = isDefect(s.title) ? undefined : says(COMPLEX)
  if (complex !== undefined && FILE_IN_TITLE.test(rawTitle)) return level('medium', 0.6, `${complex} of one named file`)
  if (complex !== undefined) return level('complex', 0.75, `title says ${complex}`)
  if (versionChange(s.title) === 'major') return level('medium', 0.5, 'a jump to another major version')
  return simple === undefined ? null : level('simple', 0.75, `title says ${simple}`)
}

/** A defect is as deep as its cause is hidden. */
function ofDefect(s: Signals, text: string): Level {
  if (DEEP.test(s.title)) return level(s.words > 300 ? 'complex' : 'medium', 0.5, 'cause unknown and hard to reproduce')
  if (DEEP.test(text) && s.words > 120) return level('medium', 0.5, 'a defect without a clear cause')
  const tiny = s.words < 15 && s.prose.codeLines === 0 && !isReport(s)
  return tiny ? level('trivial', 0.6, 'a defect in few words') : level('simple', 0.6, 'a defect with a symptom')
}

/** A request is as large as what its title names; without such a name, length is all there is to go by. */
function ofRequest(s: Signals): Level {
  const deep = DEEP_SUBJECT.exec(s.title)?.[0]
  if (deep !== undefined) return level('complex', 0.5, `title asks for ${deep.trim()}`)
  if (s.words < FEW && s.prose.codeLines === 0 && TINY.test(s.title)) return level('trivial', 0.5, 'a small edit with its place')
  const things = thingsIn(s.title)
  if (things >= SEVERAL) return level('medium', 0.5, `title asks for ${things} things`)
  const small = SMALL_SUBJECT.exec(s.title)?.[0]
  if (small !== undefined && s.words < 250) return level('simple', 0.5, `title asks for one ${small}`)
  const wide = WIDE_SUBJECT.exec(s.title)?.[0]
  if (wide !== undefined) return level('medium', 0.5, `title asks for ${wide}`)
  const points = pointsOf(s)
  if (s.words >= FEW && points >= MANY) return level('medium', 0.5, `a request in ${points} points`)
  if (s.words < 100) return level('simple', 0.5, 'short text, nothing that points at more')
  return s.words > 700 && s.onePackage === null ? level('complex', 0.4, `${s.words} words on one goal`)
    : level('medium', 0.5, `${s.words} words, no sign of depth`)
}

function byText(s: Signals): Level {
  const text = s.prose.lines.slice(0, s.prose.read).map((line) => line.text.slice(0, 500)).join(' ').toLowerCase()
  const points = s.split.points.length
  const report = isReport(s)
  const asks = QUESTION.test(s.title) || (s.words < 60 && ASKS_HOW.test(text))
  if (s.prose.codeLines < 5 && !report && asks) return level('trivial', 0.6, 'a question')
  if (s.words < CRY_FOR_HELP && !report && ASKS_HELP.test(text) && !isDefect(s.title) && !DEEP.test(s.title)) {
    return level('trivial', 0.5, 'somebody asks for help')
  }
  if (PROPOSAL.test(s.title)) return level(s.words > 350 || points >= 3 ? 'complex' : 'medium', 0.5, 'a proposal')
  if (DEEP.test(s.title)) return ofDefect(s, text)
  const largeByTitle = thingsIn(s.title) >= SEVERAL || DEEP_SUBJECT.test(s.title) || WIDE_SUBJECT.test(s.title)
  if (s.words === 0 && !largeByTitle) return level('simple', 0.4, 'no description')
  if (s.checkboxes >= 7 && s.words > 200 && points >= 2) return level('complex', 0.5, `${s.checkboxes} checkboxes in ${s.words} words`)
  if (s.keywords.complex.length > 0 && points >= 3) return level('complex', 0.5, `${points} steps, ${s.keywords.complex[0]}`)
  if (points >= 2 || s.checkboxes >= 4) return level('medium', 0.6, `${Math.max(points, s.checkboxes)} steps of one change`)
  return isDefect(s.title) || (report && !FEATURE.test(s.title)) ? ofDefect(s, text) : ofRequest(s)
}

/** The level of an issue by its text. Title before body: a body names tiny things in passing. */
export function complexityOf(s: Signals, rawTitle: string): Level {
  const separate = separateWork(s)
  if (separate !== null) return level('epic', s.tags.includes('epic') ? 0.95 : 0.75, separate)
  return byTitle(s, rawTitle) ?? byText(s)
}
