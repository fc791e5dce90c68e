import {clausesOf, PREPOSITION} from './clauses.js'
import {DEEP, DEEP_SUBJECT} from './subjects.js'
import {versionChange} from './version-change.js'
import {COMPLEX, isImperative} from './words.js'

const MEND = '(?:please )?(?:fix(?:e[sd]|ing)?|correct|repair|resolve|address|clean(?: up)?|cleanup|tidy(?: up)?|remove|delete'
  + '|update|replace)'
const FEW = '(?:an?|the|some|few|several|various|multiple|two|more|another|minor|small|tiny|little|simple|obvious|possible)'
/** Text that somebody wrote, and where it stands. */
const TEXT = '(?:java)?docs?|documentation|readme|changelog|comments?|docstrings?|tutorials?|guides?|wiki|faq|manual|(?:web ?)?site'
  + '|home ?page|page|help|messages?|labels?|titles?|head(?:ing|er)s?|footer|text|strings?|licen[sc]e|examples?|chapter|section|paragraph'
  + '|sentence|translations?|error|log|ui|code'
const LANGUAGE = '(?:spelling|grammar|grammatical|punctuation)'
const MISTAKE = `typos?|typographical errors?|misspell?ings?|misspel(?:led|t) \\w+|${LANGUAGE}(?: and ${LANGUAGE})? (?:mistakes?|errors?`
  + '|issues?|fix(?:es)?)|(?:broken|dead) (?:\\w+ )?(?:hyper)?(?:links?|urls?)|lint(?:er|ing)? (?:fix(?:es)?|errors?|warnings?)'
const MATTER = 'spelling|wording|grammar|punctuation|formatting|indentation|white ?space'
  + '|copyright(?: (?:years?|notices?|headers?|dates?))?'
const LEFT_OVER = 'imports?|variables?|parameters?|arguments?|constants?|dependenc(?:y|ies)|packages?|files?|functions?|methods?'
  + '|class(?:es)?|code|css|styles?|types?|exports?|props?|fields?|keys?|translations?|strings?|assets?|images?|headers?|includes?|labels?'
/** What may follow the last word of a thing: its end, a mark, or where it is. Another noun may not: a link checker is no link. */
const END = '(?=\\s*$|\\s*[:.!?()"“’]|\\s+[-–—]|\\s+(?:in|on|at|of|for|to|from|within|inside|under|here|there)\\b)'
/** Names of files are gone from a title by now, so it may end in the word before one. */
const IN_TEXT = `(?:\\s*$|\\s*[:.!]|\\s+(?:in|on|of|for)(?:\\s*$|(?:\\s+[\\w'-]+){0,3}?\\s+(?:${TEXT})\\b))`
const IN_CODE = '(?:\\s*$|\\s*[:.!]|\\s+in(?:(?:\\s+[\\w\'-]+){0,3}?\\s+(?:files?|modules?|packages?|class|tests?|functions?|code'
  + '|headers?))?\\s*$)'

/**
 * Tiny as the object of a verb that mends, or as the whole title: what stands before the thing, the thing, and what may follow it. The thing is
 * looked for by itself first: few titles have one, and to compile what stands before it takes longer than all else that is read of a title.
 */
const TINY_THINGS = ([
  [`(?:${MEND} )?(?:${FEW} ){0,3}(?:(?:${TEXT}) ){0,2}`, MISTAKE, END],
  [`(?:(?:${MEND}|change|improve) )?(?:${FEW} ){0,3}(?:(?:${TEXT}) ){0,2}`, MATTER, IN_TEXT],
  [`(?:fix|correct|update) (?:${FEW} ){0,3}`, '(?:code )?comments?|imports?(?: order)?|lint', IN_CODE],
  [`(?:${FEW} ){0,3}(?:(?:${TEXT}) ){0,2}`, 'links? (?:(?:in|on|to|of) (?:[\\w\'-]+ ){0,4})?(?:is|are|seems?) (?:broken|dead)', '\\b'],
  [`(?:remove|delete|drop|clean up) (?:${FEW} ){0,3}`, 'unused', `(?:(?: [\\w-]+)?(?: (?:${LEFT_OVER}))${END}|\\s*$)`],
  ['(?:remove|delete|drop) (?:[\\w-]+ ){0,3}', '(?:if|as|since|because) (?:it is |it\'s |they are )?(?:unused|not used)', ''],
  [`add (?:${FEW} ){0,3}(?:missing |debug )?`, '(?:log|logging) (?:line|message|statement|entry)s?', `(?:${END}|(?= (?:when|if|before)\\b))`],
  [`add (?:${FEW} ){0,3}`, 'missing imports?', END],
  ['', `rename (?:${FEW} ){0,3}(?:local )?variables?`, `(?:${END}|(?: [^\\s,]+)? to [^\\s,]+\\s*$)`],
] as const).map(([before, thing, after]) => ({thing: new RegExp(thing), shape: new RegExp(`^\\W*${before}(${thing})${after}`)}))

/** Over how much of a thing the same small edit is made. */
const EVERYWHERE = /\b(?:in|on|of|for|to|from) (?:all|every|each|(?:our|the) (?:whole|entire))\b|\b(?:across|throughout|everywhere)\b/

/** One more place of it, in a few words. */
const PLACE = /^(?:\S+\s+){0,4}\S+$/
const ENDS_IN_TEXT = new RegExp(`\\b(?:${TEXT})$`)
/** What makes it work of its own. */
const MORE: readonly RegExp[] = [COMPLEX, DEEP, DEEP_SUBJECT, /\bnew\b/]

const tinyThing = (clause: string): string | null => {
  for (const {thing, shape} of TINY_THINGS) {
    const found = thing.test(clause) ? shape.exec(clause)?.[1] : undefined
    if (found !== undefined) return found.trim()
  }
  return versionChange(clause) === 'small' ? clause.slice(0, 60) : null
}

/**
 * The tiny thing that is all a title asks for, to be shown; null when it asks for another, or for more. Such a word counts only as the
 * thing itself or as the whole object of a verb that mends: `typo in the migration guide` is tiny, `migrate the typo checker` is not, nor
 * is `fix a typo and rewrite the parser`.
 */
export function trivialTitle(title: string): string | null {
  if (EVERYWHERE.test(title)) return null
  const bare = clausesOf(title)
  // `typo: x should be y`: what looks like a prefix is the thing
  const {parts: [first, ...more]} = tinyThing(bare.parts[0]) === null && bare.prefix !== '' ? clausesOf(title.replace(':', ' -')) : bare
  const thing = tinyThing(first)
  if (thing === null) return null
  const placed = PREPOSITION.test(first)
  const goesOn = (part: string): boolean => tinyThing(part) !== null || (placed && PLACE.test(part) && !isImperative(part)
    && (ENDS_IN_TEXT.test(part) || !MORE.some((word) => word.test(part))))
  return more.every(goesOn) ? thing : null
}
