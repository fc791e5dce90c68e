const V = 'v?([0-9]{1,5})((?:\\.[0-9x*]+){0,3}(?:[-.+][\\w.]*)?)'
const VERB = '^\\W*(?:please )?(update|upgrade|bump|raise)(?:s|d|ing)?\\b'
const TAIL = '(?=\\s*$|\\s*[.!?()\\[\\]]|\\s+(?:in|on|for|across|everywhere)\\b)'
const OBJECT = '((?: (?!to\\b|from\\b|all\\b|every\\w*\\b)[^\\s,]+){0,5}?)'
const FROM_TO = new RegExp(`${VERB}${OBJECT} (?:from (?:\\S+ ){0,2}?)?${V} (?:to|→|[-=]>) (?:\\S+ ){0,2}?${V}${TAIL}`)
const NEWEST = '(?:latest|newest|current)(?: (?:stable|version|release|patch|minor)){0,2}'
const TO = new RegExp(`${VERB}${OBJECT} to (?:the )?(?:${NEWEST}|(?:version )?${V})${TAIL}`)
const OWN_VERSION = new RegExp('^\\W*(?:please )?(?:bump|update|increment|raise)(?: the| our)?(?: (?:package|patch|minor|app|crate))?'
  + ' version(?: numbers?)?(?=\\s*$|\\s*[.!:()]|\\s+(?:in|to|for)\\b)|^\\W*version bump\\b')
/** What both sides of a system agree on: another version of it is work on both. */
const AGREED = /\b(?:protocol|schema|api|format|standard|spec(?:ification)?)\b/
/** Numbers that can only be versions; beside "upgrade" and "bump" any number is one. */
const IS_VERSION = /[0-9]\.[0-9]|\bv[0-9]|\bversion\b/
/** A year is no version, and a number this large the count of something. */
const LARGEST_MAJOR = 1000

/**
 * Whether a title in lower case asks for another version of one thing: `major`, a jump to another major version, which breaks what is built
 * on it; `small`, any other, or another number in one place; null when it asks for something else, or for the versions of all things. Where
 * only the aim is named, a round number after "upgrade" is a major version.
 */
export function versionChange(title: string): 'major' | 'small' | null {
  if (OWN_VERSION.test(title)) return 'small'
  const jump = FROM_TO.exec(title)
  if (jump !== null) {
    const [from, to] = [Number(jump[3]), Number(jump[5])]
    const versions = jump[1] === 'upgrade' || jump[1] === 'bump' || IS_VERSION.test(title)
    return versions && from !== to && Math.max(from, to) < LARGEST_MAJOR ? 'major' : 'small'
  }
  const [, verb, object, major, minor] = TO.exec(title) ?? []
  if (verb === undefined || object === undefined || object === '' || AGREED.test(object)) return null
  return verb === 'upgrade' && major !== undefined && /^(?:\.0)*$/.test(minor ?? '') ? 'major' : 'small'
}
