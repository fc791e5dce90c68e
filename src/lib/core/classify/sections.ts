/**
 * What the headings above a line say it is for. `criteria`, `reproduction` and `template` never hold work items; `talk` (motivation,
 * alternatives, references) holds none either unless it says so itself; `work` names work outright.
 */
export type SectionKind = 'work' | 'criteria' | 'reproduction' | 'template' | 'talk' | 'plain'

const CRITERIA = new RegExp('^(?:acceptance(?: criteri(?:a|on))?|(?:success |completion |exit |done )?criteria|definition of done(?: .*)?|dod'
  + '|done when|verification(?: steps| plan)?|how to (?:verify|test)|test plan|testing plan|manual testing|qa(?: steps)?|expect(?:ed'
  + '|ations?)\\b.*|actual(?:ly)?\\b.*|desired (?:behaviou?r|outcome|result)s?|current behaviou?r.*|.{0,4}(?:预期|期望|验收|期待).{0,8})$')
const REPRODUCTION = new RegExp('\\brepro(?:duc|\\b)|^(?:test )?steps? to (?:reproduce|replicate|recreate|trigger|get|see)|^(?:test'
  + '|reproduction) steps?$|^steps?$|\\baction performed\\b|^how to trigger|\\bworkflow$|^minimal (?:example|working)|^usage|^example'
  + '|复现|重现|再現')
const TEMPLATE = new RegExp('^(?:(?:general |system |basic |device |about )?info(?:rmation)?(?: about.*)?|(?:your |system |test '
  + '|my )?environment.*|(?:affected |tested )?versions?.*|platforms?(?: affected)?|(?:about|device|devices|os|browser|hardware'
  + '|software|specs?|configuration).{0,20}|(?:first |self |pre-?flight |pre-?submission |submission |issue |contributor )?check(?:s'
  + '|list)?|before (?:you |submitting|opening|filing|posting).*|(?:please )?(?:confirm|read|note)\\b.*|prerequisites?'
  + '|code of conduct|validations?|agreements?|(?:are you|would you be) willing.*|(?:relevant |error |crash )?(?:logs?|log output'
  + '|output|stack ?traces?|traceback|backtraces?)|screenshots?(?:/.*)?|videos?|attachments?|.{0,4}(?:环境|版本|系统信息|例行检查).{0,8}'
  + '|reported by.*|.{1,40} template|can(?: the)? user\\b.*)$')
const TALK = new RegExp('^(?:references?|links?|see also|related(?: .*)?|resources?|background|context|motivation|rationale|why\\b.*'
  + '|problem(?: .*)?|alternatives?(?: .*)?|(?:possible|potential) (?:solutions?|approach(?:es)?|fix(?:es)?|options?)|approach(?:es)?'
  + '|considered.*|options?|notes?|non-?goals?|out of scope|faq|questions?|open questions?|discussion|pros.*|cons.*|advantages?'
  + '|disadvantages?|benefits?|risks?|credits?|changelog|timeline|history|audience|(?:additional|other|further|more) (?:context'
  + '|information|info|notes?)|updated pull requests?|pull requests?|contributors?|stargazers?|commits|releases?|glossary'
  + '|dependencies)$')
const WORK = new RegExp('\\b(?:tasks?|sub-?tasks?|to-?dos?|action items?|work items?|stories|deliverables?|scope|milestones?|roadmap'
  + '|(?:implementation|migration|project|release|rollout|work) (?:plan|steps?|items?)|steps towards|next steps|required changes'
  + '|items? needed|items|bugs?|issues?|suggestions?|improvements?|enhancements?|features?(?: requests?)?|proposed changes|fixes'
  + '|checklist of work|phases?|blockers?)\\b')

/** What one heading says. */
export function sectionOf(heading: string): SectionKind {
  const text = heading.toLowerCase().replace(/[^\p{L}\p{N}/.-]+/gu, ' ').trim().slice(0, 120)
  if (CRITERIA.test(text)) return 'criteria'
  if (REPRODUCTION.test(text)) return 'reproduction'
  if (TEMPLATE.test(text)) return 'template'
  if (TALK.test(text)) return 'talk'
  return WORK.test(text) ? 'work' : 'plain'
}

/** Whether a section never holds work items. */
export const isBarred = (kind: SectionKind): boolean => kind === 'criteria' || kind === 'reproduction' || kind === 'template'
/**
 * Kinds of nested headings, outermost first: one that bars work items bars them for all below it; otherwise the innermost that says
 * anything counts.
 */
export const strictest = (kinds: readonly SectionKind[]): SectionKind =>
  kinds.find(isBarred) ?? kinds.findLast((kind) => kind !== 'plain') ?? 'plain'
