/** Word lists of the rules: whole words, matched against prose in lower case. */

/** Alternatives of a pattern: what is said of something that does not work. */
export const NOT_WORKING = 'doesn\'t|does not|don\'t|isn\'t|can\'t|cannot|broken|missing|no longer'
/** The same of something that is wanted, in Han script. */
export const WANTED = '希望|支持|增加|添加|新增|建议|対応|追加'

/** Kinds of change that are deep or wide by nature. */
export const COMPLEX = new RegExp('\\b(?:refactor(?:s|ing|ed)?|rewrite|re-?design(?:ing|ed)?|migrat(?:e|ing|ion)|re-?architect(?:ure)?'
  + '|architecture|restructur(?:e|ing)|overhaul|database schema|api design|multi-file|cross-cutting|rfc|concurren(?:t|cy)'
  + '|async(?:hronous)?|protocol|performance|multi-?tenan(?:t|cy)|subsystem|new backend|unified?|replace .{1,40} with)\\b')
/** Small, bounded changes. */
export const SIMPLE = new RegExp('\\badd (?:a |an |the )?(?:new )?(?:field|property|parameter|argument|constant|test case|button|flag)\\b'
  + '|\\b(?:small|minor|quick) fix\\b|\\b(?:update|change) (?:config|constant)\\b|\\bfix test\\b')
/** Words by which people call a container of work. */
export const EPIC_WORD = /\b(?:epic|roadmap|multi-phase|milestone)s?\b/
/** Work that ends in an answer, not in something to merge. */
export const INVESTIGATION = /^\W*(?:spike|research|investigat(?:e|ion)|explor(?:e|ation)|poc|proof of concept)\b/
/** Labels of containers; pilot's own `complexity:epic` is a verdict, not evidence. */
export const CONTAINER_LABEL = /^(?:(?:type|kind|[a-z])\W{1,3})?(?:epic|tracking|tracker|tracking[- ]issue|umbrella|meta|meta[- ]?issue|metabug)$/i
/** Those that make it one whether or not it lists its parts. */
export const EPIC_LABEL = /^(?:(?:type|kind|[a-z])\W{1,3})?(?:epic|umbrella)$/i

const BUILD = 'add|adopt|align|allow|apply|audit|auto\\w*|build|bump|change|clean|collect|complete|configure|connect|consolidate|convert'
  + '|cover|create|cut|decouple|define|delete|deploy|deprecate|design|detect|develop|disable|display|document|drop|edit|eliminate'
  + '|emit|enable|enforce|enhance|ensure|establish|execute|expand|expose|extend|extract|finali[sz]e|finish|fix|generate|handle|harden'
  + '|host|implement|improve|include|increase|instrument|integrate|introduce|investigate|keep|list|localize|make|manage|merge|migrate'
  + '|modify|move|normali[sz]e|optimi[sz]e|pass|persist|polish|port|prepare|prevent|provide|publish|reduce|refactor|reimplement'
  + '|remove|rename|render|reorganize|replace|resolve|restructure|review|rework|rewrite|send|separate|set up|setup|show|simplify'
  + '|split|standardi[sz]e|store|support|swap|switch|teach|test|tidy|track|translate|unify|update|upgrade|use|validate|wire|write'
const IMPERATIVE = new RegExp(
  `^\\W*(?:(?:feat|fix|chore|docs|refactor|test|perf|build|ci|style)(?:\\([^)]{0,40}\\))?!?:|(?:${BUILD})\\b)`, 'i')
/** `Backend: …`, `Web app & docs: …`: the part of a system that an item is about. */
const PART = /^[^\p{L}:]{0,10}\p{L}[\p{L}\p{N} /&-]{0,24}:/u
/** A work item says what to build, perhaps with the part of the system first. */
export function isImperative(text: string): boolean {
  if (IMPERATIVE.test(text)) return true
  const part = text.slice(0, 40).includes(':') ? PART.exec(text)?.[0] : undefined
  return part !== undefined && IMPERATIVE.test(text.slice(part.length))
}
/** What a person would like to have. */
export const WISH = new RegExp('\\b(?:should|would (?:like|be (?:nice|great|good|useful|helpful))|please|it\'d be|nice to have|wish)\\b'
  + `|${WANTED}|修复|优化|实现|修正`, 'i')
/** What a person found wrong; a work item only in a list that is one of such findings. */
export const COMPLAINT = new RegExp(`\\b(?:${NOT_WORKING}|crash(?:es)?|fails?|wrong|bug|not)\\b`, 'i')
/** Titles about text for readers. */
export const WRITING = /\b(?:docs?|documentation|readme|overview|guide|tutorial|blog post|javadocs?|docstrings?|editorial)\b/
/** What a reader does to see a bug, or a program does to work, is no work item. */
export const USER_ACTION = new RegExp('^\\W*(?:open|click|tap|press|go to|goto|navigate|launch|start|run|install|select|type|enter'
  + '|log ?in|sign in|observe|see|notice|wait|scroll|choose|save|when|if|then|we|the user|user'
  + '|öffnen?|klicken?|gehen? (?:zu|auf)|starten?|anmelden|einloggen|wählen?|gib|abrir|hacer clic|haz clic|pulsar|ir a|iniciar sesión|ouvr(?:ir|ez)|cliqu(?:er|ez)|all(?:er|ez) (?:à|sur|dans)|lanc(?:er|ez))\\b'
  + '|^\\W*(?:点击|打开|输入|选择|进入|启动|运行|安装)|\\s(?:öffnen|anklicken|klicken|auswählen|eingeben|einloggen|anmelden)\\W*$', 'i')
/** Form boxes that a reporter ticks: what the person did, knows or offers, said in the first or second person or of the report itself. */
export const RITUAL = new RegExp('^\\W*(?:i\\b(?!.{0,12}(?:would like|want|need|have to)).{0,24}\\b(?:have|did|am|will|agree|searched|read|checked'
  + '|confirm|understand|used|added|tried|willing|verified|looked|included|reproduced|believe|report|already'
  + '|can(?= (?:reproduce|confirm|help|provide|submit|work|make|open|contribute|take|test)))\\b'
  + '|(?:we|you)\\b(?!.{0,12}(?:want|need|have to)).{0,16}\\b(?:have|did|agree|searched|read|checked|confirm|understand|tried|verified|reproduced)\\b'
  + '|i\'(?:ve|m|ll)\\b|searched |read the (?:\\S+ ){0,3}(?:docs?|documentation|readme|guides?|guidelines?|faq|wiki|rules|instructions|manual|terms'
  + '|policy|contribut\\w+|code of conduct|template|troubleshooting)\\b|(?:this|my) (?:issue|bug)\\b|my (?:is|has)\\b'
  + '|this (?:is (?:not|a (?:bug|feature|regression|question|duplicate))|has(?:n\'t| not| never| been))\\b|there is (?:a )?(?:repro|minimal)'
  + '|checked (?:the|that|for)|yes\\b(?:\\W*$|\\W{1,3}(?:i|we|it|this|but|please)\\b)|no\\b$|not a duplicate|using the latest)', 'i')
/** One of several ways to do the same; only one of them is ever built. */
export const ALTERNATIVE = new RegExp('^\\W*(?:options?|alternatives?|approach|solution|variant|proposal|scenario|case|example'
  + '|method)\\s*#?(?:[0-9]{1,2}|[a-d])\\s*(?:$|[^\\w\\s])', 'i')
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
/** How many areas the texts name together, counted up to `limit`. */
export function areasIn(texts: readonly string[], limit: number): number {
  const left = new Set(Object.values(AREAS))
  const most = left.size - limit
  for (const text of texts) {
    for (const area of left) if (area.test(text.slice(0, 2000))) left.delete(area)
    if (left.size <= most) return limit
  }
  return most + limit - left.size
}
