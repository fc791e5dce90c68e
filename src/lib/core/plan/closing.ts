import {withCode} from './code-lines.js'
import {numbersIn, PART_WORD} from './references.js'

/** One order; a point behind it ends the sentence, unless a digit or letter follows ("2.5", "2.x"). */
const ONE = `(?:(?:${PART_WORD})\\s{0,3})?#?[0-9]{1,3}(?![\\w%]|\\.\\w)`
const JOIN = '\\s{0,3}(?:,\\s{0,3}and|,|;|&|\\+|/|、|and|und|et|y|と|[-–—]|to|bis)\\s{0,3}'
const LIST = `${ONE}(?:${JOIN}${ONE}){0,30}`
/** Where a sentence or part of one begins: these words have other meanings inside of one ("log out after 3"). */
const BEGIN = '(?:^\\W{0,12}|[.;!,([—–]\\s{0,3}|\\s-\\s{1,3})(?:\\*\\*|__|[*_])?'
const INSIDE = 'depend(?:s|ing|ent)? (?:up)?on|blocked by|requires|hängt (?:ab )?von|abhängig von'
const AT_BEGIN = 'dependenc(?:y|ies)|prerequisites?|after|needs|abhängigkeiten|nach|依存(?:関係|先)?'
const MARK = '(?:\\*\\*|__|[*_])?\\s{0,3}([:：])?(?:\\*\\*|__|[*_])?\\s{0,3}'
const NONE = 'none|nothing|n/a|keine?|[-–—]'
/** Where the numbers end a sentence: what they count would stand behind them ("requires 2 approvals"). */
const END = '(?:\\s{0,3}\\([^()]{0,200}\\))?(?:[)\\].;!*_]{0,4}\\s{0,3}$|[)\\]]?[.;!]\\s|[)\\]]?,\\s(?!\\s{0,3}(?:and |or |maybe )?#?[0-9]))'
const CLOSING = new RegExp(`(?:(?<!\\bnot |n't |\\bnever |\\blonger )\\b(?:${INSIDE})|(?<=${BEGIN})(?:${AT_BEGIN}))${MARK}(?:(${LIST})|(${NONE}))${END}`, 'giu')
const BEGUN = new RegExp(`${BEGIN}$`, 'u')
/** What led up to the phrase, and the mark of a list item that held nothing else. */
const LOOSE = /[\s;,:([—–*_-]+$/
const READ = 2000

/**
 * The orders that the sentences of a line end with: "Depends on: 1", "blocked by #1, #2.", "… (after 1 and 2)"; `rest` is the line without the phrase,
 * where it stands by itself at the end, else null. Numbers that count something are no orders: "requires 2 approvals".
 */
export function closing(line: string): {numbers: number[]; rest: string | null} {
  const text = line.slice(0, READ)
  const found = [...text.matchAll(CLOSING)].filter(([, colon, list]) => list !== undefined || colon !== undefined)
  const last = found.at(-1)
  const numbers = [...new Set(found.flatMap(([, , list]) => numbersIn(list ?? '')))]
  const isAtEnd = last !== undefined && line.length <= READ && text.slice(last.index + last[0].length).trim() === ''
  const before = text.slice(0, last?.index ?? 0)
  return {numbers, rest: isAtEnd && BEGUN.test(before) ? before.replace(LOOSE, '') : null}
}

/**
 * A text without the phrases that stand at the end of its lines by themselves and name nothing but orders (`isOrder`), outside of code. What says
 * nothing else stays as it is.
 */
export function withoutClosing(text: string, isOrder: (n: number) => boolean): string {
  const kept: string[] = []
  for (const {line, isCode} of withCode(text.split('\n'))) {
    const {numbers, rest} = isCode ? {numbers: [], rest: null} : closing(line)
    if (rest === null || !numbers.every(isOrder)) kept.push(line)
    else if (/[\p{L}\p{N}]/u.test(rest)) kept.push(rest)
  }
  const out = kept.join('\n').replace(/\n{3,}/g, '\n\n').trim()
  return out === '' ? text : out
}

/** The orders that the lines of a text end with, outside of code. */
export function closingIn(text: string): number[] {
  return [...new Set(withCode(text.split('\n')).flatMap(({line, isCode}) => (isCode ? [] : closing(line).numbers)))]
}
