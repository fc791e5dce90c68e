import {clausesOf, PREPOSITION} from './clauses.js'
import {isCompanionWork} from './companions.js'
import {DEEP, DEEP_SUBJECT} from './subjects.js'
import {isImperative, WRITING} from './words.js'

/** After a word for text: then what is built shows, makes or serves the text. */
const BUILT = new RegExp('^[- ](?:generat\\w+|build\\w*|engine|server|viewer|editor|pars\\w+|render\\w*|search|systems?|tools?|plug-?ins?'
  + '|apps?|api|mode|screen|view|panel|tabs?|widgets?|buttons?|dashboard|components?|features?|crawler|check\\w+|export\\w*|import\\w*'
  + '|themes?|pipelines?|platform|preview\\w*|deploy\\w*|hosting|framework|store|index\\w*|lint\\w*|users|player)\\b')
/** What a text is made of, and what is done to it. */
const PIECE = new RegExp('\\b(?:documents?|describ\\w+|explain\\w*|mention\\w*|clarif\\w+|write|reword\\w*|note|examples?|sections?|pages?'
  + '|paragraphs?|chapters?|links?|badges?|sentences?|instructions|typos?|wording|spelling|grammar|titles?|screenshots?|text|contents?'
  + '|info(?:rmation)?|translations?|changelog|comments?|todo|to-do)\\b')
/** A program does, not a text. */
const GOES_WRONG = new RegExp('\\b(?:crash\\w*|fail\\w*|hangs?|freez\\w+|exceptions?|slow|unresponsive|(?:do|does|is|are)(?:n\'t| not)'
  + ' (?:work|load|open|render|build|start|display)\\w*)\\b')
/** What a program does with text. */
const PROGRAM_DOES = new RegExp('^\\W*(?:support|implement|show|display|render|parse|generate|build|enable|allow|expose|integrate|emit|host'
  + '|deploy|load|read|open|embed|index|cache|serve|store|lint|validate|detect|auto\\w*)\\b')
/** Verbs of programming: under `docs:` too they ask for more than text. */
const PROGRAMS = /^\W*(?:implement|refactor|migrate|re-?design|re-?architect|restructure|overhaul|rewrite|replace)\b/

/** Whether text for readers is what a part of a title is about, not where something happens or what something is built for. */
function isText(part: string): boolean {
  const word = WRITING.exec(part)
  if (word === null || GOES_WRONG.test(part) || PROGRAM_DOES.test(part)) return false
  if (BUILT.test(part.slice(word.index + word[0].length))) return false
  const before = part.slice(0, word.index)
  if (!PREPOSITION.test(before)) return true
  return PIECE.test(before) || (!isImperative(part) && !DEEP.test(before) && !DEEP_SUBJECT.test(before))
}

/** `docs for the api`: what the text is about follows, and may go on; where it stands (`in the docs`) may not. */
const hasSubject = (part: string): boolean => {
  const word = WRITING.exec(part)
  return word !== null && PREPOSITION.test(part.slice(word.index + word[0].length))
}

/** Whether text for readers is all that a title in lower case asks for. */
export function asksForWriting(title: string): boolean {
  const {prefix, parts} = clausesOf(title)
  if (WRITING.test(prefix) && !parts.some((part) => PROGRAMS.test(part) && !isText(part))) return true
  if (!parts.some(isText)) return false
  const goesOn = (part: string, i: number): boolean => isCompanionWork(part) || PIECE.test(part)
    || (!isImperative(part) && parts.slice(0, i).some((earlier) => isText(earlier) && hasSubject(earlier)))
  return parts.every((part, i) => isText(part) || goesOn(part, i))
}
