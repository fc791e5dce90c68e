import {isImperative, NOT_WORKING, WANTED} from './words.js'

/** What a title is about, as patterns on the title in lower case: the kind of request, and how deep its subject lies. */

export const QUESTION = /^(?:(?:how|why|what|where|which|who|can|could|is|are|does|do|any|anyone|has|will|should|help)\b(?!').*|.*[?？])$/
export const ASKS_HOW = /\b(?:how (?:can|do|should|to) (?:i|we)|is there (?:a|any) way|are there plans|does anyone)\b/
/** Somebody who is stuck asks for a hand: their use of the thing is the subject, not the thing. */
export const ASKS_HELP = new RegExp('\\bhow (?:can|do|should|could|would) i\\b|\\b(?:any|some) (?:ideas?|help|hints?|advice|suggestions?|pointers?)\\b'
  + '|\\b(?:can|could|does|has) any(?:one|body)\\b|\\bam i (?:doing|missing)\\b|\\bwhat am i\\b|\\bplease (?:advise|help)\\b')
export const FEATURE = new RegExp('^(?:\\W|feature request|feature)*(?:add|allow|support|implement|create|enable|introduce|provide'
  + '|improve|make|show|let|option|ability)\\b')
const DEFECT = new RegExp(`\\b(?:${NOT_WORKING}|bugs?|errors?|crash(?:es|ing)?|fail(?:s|ed|ing|ure)?|incorrect(?:ly)?|wrong(?:ly)?`
  + '|exceptions?|couldn\'t|not (?:work|show|possible|implemented|accept|handled?|found)\\w*|unable|regression|freezes?|hangs?|blocks?'
  + '|badly|invalid|problematic)\\b')
/** A title that asks for something new, under whatever heading. */
const NEW = new RegExp('^\\W*(?:(?:feature(?: request)?|feat|proposal|request|enhancement)(?:\\([^)]{0,40}\\))?\\W+)?'
  + '(?:add|support|implement|allow|introduce|provide|create|enable)(?![\\w-])')
/** What does not work, said of the title's own subject; behind "when", "that" and their like it is the occasion of something new. */
const FAILS = new RegExp('(?<!\\b(?:when|whenever|if|unless|that|which|who|where|while|after|once|case|because)(?: [^\\s,]+){0,4})'
  + ' (?:doesn\'t|does not|don\'t|isn\'t|can\'t|cannot|no longer|(?:is|are) (?:broken|missing)|crashes|fails|not working)\\b')
/** Whether a title in lower case tells of a defect. One that asks for something new names a failure as what that is for. */
export const isDefect = (title: string): boolean => DEFECT.test(title) && (!NEW.test(title) || FAILS.test(title))
export const PROPOSAL = /\b(?:proposal|propose|first[- ]class|rethink|new (?:api|architecture|engine|system)|framework)\b/
/** Symptoms whose cause is seldom where they show. */
export const DEEP = new RegExp('\\b(?:slow|speed|memory leak|leaks?|race conditions?|deadlocks?|unresponsive|latency|throughput'
  + '|random(?:ly)?|intermittent(?:ly)?|flaky|miscompil\\w*|code ?gen(?:eration)?|corrupt(?:s|ed|ion)?|segfaults?|internal error'
  + '|reconnect\\w*|data loss)\\b')
const NO_WORK = new RegExp('^\\W*(?:\\S+ ){0,3}?(?:weekly digest|meeting notes|meeting agenda|agenda|job (?:ad|opening)|hiring'
  + '|announcement|thank you|dependency dashboard)(?=\\s*$|\\s*[^\\w\\s-]|\\s+[-–—0-9]|\\s+(?:for|of|from|to|on)\\b)')
/** Somebody asks for, or about, the release of what is there already; a release pipeline is something to build. */
const RELEASE = new RegExp('^\\W*(?:(?:please|make|cut|publish|tag|do|create|push|ship|request|need|want|any|plan(?:s|ned)?|time|date|when'
  + '|will|is|be|the|an?|there|for|of|to)\\s+)*(?:new|next|last)(?: (?:stable|minor|patch|major|official))? release\\b'
  + '(?! (?!please|soon|date|schedule|plans?|when|with|of|for|on|to|since|including|request)\\w)'
  + '|\\b(?:days?|weeks?|months?|years?) (?:\\w+ )?since (?:the )?last release\\b')
/** Whether a title in lower case is about nothing that could be built. */
export const isNothingToBuild = (title: string): boolean =>
  (RELEASE.test(title) && !isDefect(title)) || (NO_WORK.test(title) && !isImperative(title))

/** Parts of a system that take design of their own wherever they are built. */
export const DEEP_SUBJECT = new RegExp('\\b(?:encrypt(?:ion|ed)?|end[- ]to[- ]end (?!test)|peer[- ]to[- ]peer|p2p|plug-?in (?:system|api'
  + '|support)|compiler|as (?:a |the )?(?:\\S+ )?backend|backend the default|vectori[sz]\\w+|optimi[sz]er|push[- ]?down'
  + '|query plan\\w*|type (?:system|inference)|garbage collect\\w*|distributed|replication|sandbox(?:ing|ed)|multi-?threading'
  + '|real-?time|offline mode|scripting|virtuali[sz]ation|(?:all|everything|whole|entire) .{0,40}\\bpython ?3)\\b|插件系统|加密')
/** Subjects that touch several places or another system. */
export const WIDE_SUBJECT = new RegExp('\\b(?:supports?|compatib(?:le|ility)|integrat(?:e|ion)|synchroni[sz](?:e|ation)|sync|helm|i18n'
  + '|internationali[sz]ation|locali[sz]ation|accessibility|a11y|multi-?player|connection pool|widgets?|backups?|conver(?:t|sion)'
  + `|standardi[sz]ation|(?:query|template|expression|programming) language|python ?3|implement)\\b|${WANTED}`)
/** One thing in one place of a program. */
export const SMALL_SUBJECT = new RegExp('\\b(?:option|flag|switch|button|icon|tooltip|label|placeholder|checkbox|shortcut|column'
  + '|menu item|link|setting|environment variable|parameter|default|arm64|warning|message)\\b')
/** An edit that the title says in full. */
export const TINY = new RegExp('^\\W*(?:add|move|remove|delete|put) .{1,40} (?:to|from|on|in) .{1,30}\\b(?:page|list|readme|docs|menu'
  + '|table|footer|header)\\W*$|\\bthe default\\b|\\b(?:message|text|label|string)\\b.{1,40}\\b(?:precise|misleading|unclear'
  + '|confusing)\\b')
