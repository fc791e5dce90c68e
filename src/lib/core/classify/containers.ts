import {isImperative} from './words.js'

/**
 * Whether an issue is a container of work or several things in one, by its title (in lower case) or a sentence of its body. The words for
 * containers are ordinary nouns too: "Roadmap page returns 404" is about a page. What stands behind such a noun, or before it, tells.
 */

/** Titles that mark themselves, whatever follows: `Epic: …`, `[Tracking] …`, `… (umbrella)`, or nothing but the word. */
const MARKED = new RegExp('^\\W*(?:epics?|umbrella|meta|to-?dos?|tracking|milestones?|roadmap|backlog)(?=\\s*[:\\])–—]|\\s+-\\s|\\W*$)'
  + '|\\[(?:meta|umbrella|tracking|tracking issue|roadmap|epic)\\]|\\((?:meta|umbrella|tracking|tracking issue|roadmap|epic)\\)\\W*$')
/** Work that is still to be done, by names that no program has a page for. */
const AHEAD = new RegExp('\\b(?:items (?:needed|for)|(?:remaining|outstanding|upcoming|planned) (?:work|tasks|items|features|issues)|(?:plans?|goals) for (?:v?[0-9]'
  + '|the next)|(?:technical|tech) debt|v?[0-9]+\\.[0-9x]+(?:\\.[0-9x]+)? (?:release|milestones?|plan|to-?do|checklist)'
  + '|(?<!\\b(?:support|wheels?|binary|binaries|builds?|packages?|images?) )for v?[0-9]+\\.[0-9x.]*[0-9x]$)(?!\\w)')
/** Names of containers that are names of things as well. */
const NOUN = new RegExp('^\\W*(?:epics?|meta|to-?do|tracking|milestone)\\s+(?:issue|list|ticket|for|v?[0-9])|\\b(?:epic|tracker|milestones?|to-?dos?)\\W*$'
  + '|\\b(?:umbrella(?: (?:issue|ticket))?|roadmap|multi-phase|tracking (?:issue|bug|ticket|task|list)|meta[- ]?(?:issue|bug|ticket|task)|milestone \\S*[0-9]'
  + '|master[- ]?(?:issue|list|ticket)|to-?do list|wish ?list|backlog|(?:release|project|work) (?:plan|checklist))\\b')

const VERB = '(?:is|are|was|were|isn\'t|aren\'t|does|do|did|doesn\'t|don\'t|has|have|can|cannot|can\'t|should'
  + '|will|won\'t|never|no longer|fail(?:s|ed)?|crash(?:es|ed)?|returns?|shows?|loses?|breaks?|throws?|hangs?|freezes?|disappears?|stops?|displays?|jumps?|overlaps?'
  + '|ignores?|times? out|missing(?= (?:in|from|on|after|when))|missing$|broken$|not (?:found|working|shown|loading|updat\\w+))'
/** Behind a noun: what the thing does or is, in one sentence with it. */
const DOES = new RegExp(`^(?!\\s+(?:for|of|towards?|(?:is|are) (?:needed|missing|wanted|required|left|planned))\\b)(?:\\s+[^\\s:;,()–—]+){0,4}?\\s+${VERB}(?![\\w'])`)
/** Behind a noun: the part of a program that is called after it. */
const PART = new RegExp('^\\s+(?:pages?|views?|widgets?|themes?|boards?|links?|buttons?|screens?|tabs?|panels?|badges?|icons?|headers?|fields?|files?|columns?|editors?|exports?|imports?'
  + '|apis?|endpoints?|templates?|labels?|dates?|names?|modules?|components?|plugins?|apps?|quer(?:y|ies)|status|progress|dialogs?|menus?|sidebars?)\\b')
/** Verbs with a container for their object: to complete a milestone is to do all that is in it. */
const COMPLETES = /^\W*(?:finish|complete|deliver)\b/
const AT_END = /(?<!\b(?:the|an?|this|our) )(?:tracking|umbrella|meta|master)[- ]?(?:issue|bug|ticket|task|list)\W*$/

/** What a person does with a list, and no work by itself. */
const HANDLES = /^\W*(?:sort|export|import|filter|hide|open|close|print|search|group|highlight|let|embed|link|pin|reorder|drag)\b/

const isSaidOf = (title: string, found: RegExpExecArray): boolean => DOES.test(title.slice(found.index + found[0].length))
/** A noun that the title says something about, or wants something done with, is a thing. */
function isThing(title: string, found: RegExpExecArray): boolean {
  if (isSaidOf(title, found) || PART.test(title.slice(found.index + found[0].length))) return true
  return HANDLES.test(title) || (isImperative(title) && !COMPLETES.test(title) && !AT_END.test(title))
}

/** Whether a title names a container of work: whatever it lists is work of its own. */
export function isContainerTitle(title: string): boolean {
  if (MARKED.test(title) || VERSION_TITLE.test(title)) return true
  const ahead = AHEAD.exec(title)
  if (ahead !== null && !isSaidOf(title, ahead)) return true
  const noun = NOUN.exec(title)
  return noun !== null && !isThing(title, noun)
}

/** A title that names a version and nothing else: whatever stands below is what that version is to bring. */
const VERSION_TITLE = new RegExp('^\\W*(?:(?:(?:version|release) v?|v)[0-9]+(?:\\.[0-9x]+){0,3}|[0-9]+(?:\\.[0-9x]+){1,3})'
  + '(?: (?:discussion|planning|plans?|ideas|goals|wishes|wish ?list|changes|features|blockers))?\\W*$')

/** Names by which a title is a container whether or not it lists its parts. */
const NAMED_EPIC = new RegExp('^\\W*(?:epic|umbrella)(?=\\s*(?:[:\\])–—-]|$))|\\b(?:umbrella|tracking|meta) (?:issue|ticket)\\b|\\broadmap$'
  + '|^\\W*roadmap (?:for|to|of|20)|\\[(?:meta|umbrella|tracking|roadmap)\\]')
/** The name by which a title calls the issue a container outright, or null. */
export const namedIn = (title: string): string | null => (isContainerTitle(title) ? NAMED_EPIC.exec(title)?.[0].trim() ?? null : null)

/** Titles that announce several unrelated pieces of work. */
const PLURAL = new RegExp('\\b(?:various|several|multiple|many|some|few|couple|two(?! (?:factor|way|step|phase|stage|column|pass|finger)\\b)|three'
  + '|misc(?:ellaneous)?|assorted|bunch of|list of|lots of) (?:[^\\s:]+ ){0,3}(?:issues|bugs|things|problems|improvements|suggestions|fixes|enhancements|ideas|features'
  + '|requests|changes|tasks)\\b|\\b(?:feature requests|feature suggestions|bug fixes and|follow-?ups|quality of life'
  + '|small improvements)\\b|^(?:\\S+ ){0,2}(?:issues|bugs|suggestions|ideas|improvements|enhancements|feedback|todos?)(?: (?:and'
  + '|&) \\S+)?\\s*[.!]?$|^(?:\\S+ ){0,1}(?:suggestions|ideas|feedback|improvements) (?:for|on|about|to)\\b')
/** Of those, what programs have and handle themselves. */
const HANDLED = /(?:features|requests|changes|tasks)$/

/** Whether a title announces several unrelated pieces of work. */
export function isPluralTitle(title: string): boolean {
  const found = PLURAL.exec(title)
  return found !== null && !(HANDLED.test(found[0]) && (isSaidOf(title, found) || PART.test(title.slice(found.index + found[0].length))))
}

/** Words without which the two patterns on sentences cannot match: those are large, and few sentences need them. */
const CONTAINER_HINT = /umbrella|meta|master|track|epic|overarching/
const PLURAL_HINT = /issue|ticket|\bpr|pull|bug|suggestion|idea|request|improvement|feature|enhancement|problem/
/** Sentences of a body by which it is a container; a part that names its parent is none. */
const CONTAINER_BODY = new RegExp('\\b(?:this|it)(?: (?:issue|ticket|one|task|bug))?(?:\'s| is| was| will be| serves| acts| shall be| should be| becomes)(?: \\S+){0,3}? (?:an?|the|our) (?:\\S+ ){0,2}'
  + '(?:umbrella|meta|master|tracking|epic)(?= (?:issue|ticket|bug|task|pr|list|story|thread|for|of|to|where|that|which|with)\\b|-issue|\\s*(?:[.,;:!()–—]|$))'
  + '|^(?:umbrella|meta|master|tracking)[- ](?:issue|bug|ticket)\\b|\\boverarching (?:task|issue|ticket)\\b|\\b(?:this'
  + '|it) (?:\\S+ ){0,3}tracks? (?:the |all )?(?:remaining|outstanding|discussion|work|progress|tasks|issues)\\b'
  + '|\\bkeep track of (?:\\S+ ){0,4}(?:issues|tasks|work|items)\\b')
/** Sentences of a body that announce several things in one. */
const PLURAL_BODY = new RegExp('\\b(?:all|many|them|these|those|everything) (?:\\S+ ){0,6}(?:in|into|to) (?:this|one'
  + '|a) single issue\\b|\\b(?:separate|extra|individual) issues (?:for|will be)\\b|\\b(?:each|these|they|them) (?:\\S+ ){0,4}(?:own'
  + '|separate|individual) (?:issue|ticket|pr|pull request)s?\\b|\\b(?:here are|there are|i have|i\'ve|i found|i noticed'
  + '|we have) (?:\\S+ ){0,3}(?:a few|few|several|some|multiple|various|many|two|three|couple of|lots? of) (?:\\S+ ){0,3}(?:issues'
  + '|bugs|suggestions|ideas|requests|improvements|features|enhancements|problems)\\b')
/** What one sentence of a body, in lower case, says that the issue is. */
export const saysContainer = (sentence: string): boolean => CONTAINER_HINT.test(sentence) && CONTAINER_BODY.test(sentence)
export const saysPlural = (sentence: string): boolean => PLURAL_HINT.test(sentence) && PLURAL_BODY.test(sentence)
