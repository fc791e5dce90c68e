/** Word lists of the rules: whole words, matched against prose in lower case. */

/** Kinds of change that are tiny by nature. */
export const TRIVIAL = new RegExp('\\b(?:typos?|misspell(?:ed|ing)s?|spelling|wording|(?:broken|dead) links?|(?:remove|delete) unused'
  + '|if (?:it is |it\'s )?unused|(?:update|upgrade|bump) .{1,40} to (?:the )?(?:latest|newest|v?[0-9])|bump(?: version)?'
  + '|update version|fix (?:comment|import|whitespace)'
  + '|update comment|add (?:log|logging|import)|lint fix|formatting|new release|last release|whitespace|grammar|copyright'
  + '|rename variable)\\b')
/** Kinds of change that are deep or wide by nature. */
export const COMPLEX = new RegExp('\\b(?:refactor(?:s|ing|ed)?|rewrite|re-?design(?:ing|ed)?|migrat(?:e|ing|ion)|re-?architect(?:ure)?'
  + '|architecture|restructur(?:e|ing)|overhaul|database schema|api design|multi-file'
  + '|cross-cutting|rfc|concurren(?:t|cy)|async(?:hronous)?|protocol|performance|multi-?tenan(?:t|cy)|subsystem|new backend|unified?'
  + '|replace .{1,40} with)\\b')
/** Small, bounded changes. */
export const SIMPLE = new RegExp('\\badd (?:a |an |the )?(?:new )?(?:field|property|parameter|argument|constant|test case|button'
  + '|flag)\\b|\\b(?:small|minor|quick) fix\\b|\\b(?:update|change) (?:config|constant)\\b|\\bfix test\\b')
/** Words by which people call a container of work. */
export const EPIC_WORD = /\b(?:epic|roadmap|multi-phase|milestone)s?\b/
/** Titles that announce several unrelated pieces of work. */
export const COLLECTION = new RegExp('\\b(?:epics?|umbrella|roadmap|milestone|multi-phase|tracking|tracker|meta[- ]?(?:issue|bug|ticket'
  + '|task)|master[- ]?(?:issue|list|ticket)|to-?do list|wish ?list|items (?:needed|for)|release (?:plan|checklist)|project plan'
  + '|technical debt|tech debt)\\b'
  + '|\\b(?:various|several|multiple|many|some|few|misc(?:ellaneous)?|assorted|bunch of|list of|lots of) (?:\\S+ ){0,3}(?:issues|bugs'
  + '|things|problems|improvements|suggestions|fixes|enhancements|ideas|features|requests|changes|tasks)\\b'
  + '|^(?:\\S+ ){0,2}(?:issues|bugs|suggestions|ideas|improvements|enhancements|feature requests|todos?)\\s*[.!]?$')
/** Work that ends in an answer, not in something to merge. */
export const INVESTIGATION = /^\W*(?:spike|research|investigat(?:e|ion)|explor(?:e|ation)|poc|proof of concept)\b/
/** Sentences of a body that say the same. */
export const COLLECTION_BODY = new RegExp('\\b(?:umbrella|meta|master|tracking)[- ](?:issue|bug|ticket)\\b|\\b(?:all|many|them|these'
  + '|those|everything) (?:\\S+ ){0,6}(?:in|into|to) (?:this|one|a) single issue\\b|\\b(?:separate|extra|individual) issues (?:for'
  + '|will be)\\b')
/** Labels that say the same. */
export const COLLECTION_LABEL = /^(?:(?:type|kind)\W+)?(?:epic|tracking|tracker|umbrella|meta|meta-issue|roadmap|story)$/i

const BUILD = 'add|allow|apply|audit|auto\\w*|build|change|clean|collect|configure|connect|convert|create|cut|decouple|define|delete'
  + '|deploy|deprecate|design|detect|develop|disable|display|document|drop|emit|enable|ensure|execute|expose|extend'
  + '|extract|fix|generate|handle|harden|implement|improve|include|instrument|integrate|introduce|investigate|localize|make|merge'
  + '|migrate|modify|move|normali[sz]e|optimi[sz]e|persist|port|prevent|provide|publish|reduce|refactor|reimplement'
  + '|remove|rename|render|reorganize|replace|resolve|restructure|rewrite|send|separate|set up|setup|show|simplify|split|store|support'
  + '|swap|switch|teach|tidy|translate|unify|update|upgrade|validate|wire|write'
/** A work item says what to build. */
export const IMPERATIVE = new RegExp(
  `^(?:\\W*)(?:(?:feat|fix|chore|docs|refactor|test|perf|build|ci|style)(?:\\([^)]{0,40}\\))?!?:|(?:${BUILD})\\b)`, 'i')
/** What a person would like to have. */
export const WISH = /\b(?:should|would (?:like|be (?:nice|great|good|useful|helpful))|please|it'd be|nice to have|wish)\b/i
/** What a person found wrong; a work item only in a list that is one of such findings. */
export const COMPLAINT = new RegExp('\\b(?:doesn\'t|does not|don\'t|isn\'t|is not|can\'t|cannot|crash(?:es)?|broken|fails?|missing'
  + '|wrong|bug|no longer|not)\\b', 'i')
/** Titles about text for readers. */
export const WRITING = /\b(?:docs?|documentation|readme|overview|guide|tutorial|blog post|javadocs?|docstrings?|editorial)\b/
/** What a reader does to see a bug, or a program does to work, is no work item. */
export const USER_ACTION = new RegExp('^\\W*(?:open|click|tap|press|go to|goto|navigate|launch|start|run|install|select|type|enter'
  + '|log ?in|sign in|observe|see|notice|wait|scroll|choose|save|when|if|then|we|the user|user)\\b', 'i')
/** Form boxes that a reporter ticks. */
export const RITUAL = new RegExp('^\\W*(?:(?:i|we|you)\\b(?!.{0,12}(?:would like|want)).{0,24}\\b(?:have|did|am|are|will|agree|searched'
  + '|read|checked|confirm|understand|used|added|tried|willing|verified|can|looked|included|reproduced|believe|report|already)\\b'
  + '|i\'(?:ve|m|ll)\\b|searched |read the |(?:this|my) (?:issue|bug|is|has)|there is (?:a )?(?:repro|minimal)'
  + '|checked (?:the|that|for)|yes\\b|no\\b$|not a duplicate|using the latest)', 'i')
/** Names of platforms and browsers, alone: where something happens. */
export const PLATFORM = new RegExp('^\\W*(?:android|ios|iphone|ipad|windows|linux|mac ?os ?x?|macos|web|chrome|firefox|safari|edge'
  + '|desktop|mobile|mweb|ubuntu|debian|docker|native|opera)\\b[\\s\\w/:.,()-]{0,24}$', 'i')

/** Parts of a system that are built apart. */
export const AREAS: Readonly<Record<string, RegExp>> = {
  backend: /\b(?:back-?end|server|endpoints?|rest|graphql|api|apis)\b/i,
  frontend: /\b(?:front-?end|ui|user interface|web ?app|page|screen|dashboard|components?|css|theme|layout)\b/i,
  data: /\b(?:database|db|schema|sql|migrations?|tables?|storage|index(?:es)?|cache)\b/i,
  cli: /\b(?:cli|command[- ]line|terminal)\b/i,
  docs: /\b(?:docs?|documentation|readme|guide|tutorial)\b/i,
  infra: /\b(?:infra|ci|cd|pipeline|deploy(?:ment)?|docker|kubernetes|terraform|helm|monitoring|metrics|logging|telemetry)\b/i,
  mobile: /\b(?:mobile|android|ios)\b/i,
  auth: /\b(?:auth|authentication|authorization|login|oauth|sso|permissions?|sessions?)\b/i,
  billing: /\b(?:billing|payments?|invoices?|checkout|subscriptions?)\b/i,
  messaging: /\b(?:emails?|notifications?|webhooks?|messaging|queue|worker|scheduler|jobs?)\b/i,
  search: /\b(?:search|filters?|sorting)\b/i,
  sdk: /\b(?:sdk|client library|bindings?|plugins?|extension)\b/i,
}
export const areasOf = (text: string): string[] => Object.keys(AREAS).filter((area) => AREAS[area]!.test(text.slice(0, 2000)))
