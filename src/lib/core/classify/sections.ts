/**
 * What the headings above a line say it is for. `criteria`, `excluded` (what nobody is to build), `reproduction` and `template` (forms) never hold
 * work items; `talk` (motivation, alternatives, references) holds none either unless it says so itself; `aims` (goals, users, limits) does
 * only where the text lists nothing else; `work` names work outright.
 */
export type SectionKind = 'work' | 'criteria' | 'excluded' | 'reproduction' | 'template' | 'talk' | 'aims' | 'plain'

const CRITERIA = new RegExp('^(?:acceptance(?: criteri(?:a|on))?|(?:success |completion |exit |done )?criteria|definition of done(?: .*)?|dod'
  + '|done when|verification(?: steps| plan)?|how to (?:verify|test)|test plan|testing plan|manual testing|qa(?: steps)?|expect(?:ed'
  + '|ations?)\\b.*|actual(?:ly)?\\b.*|desired (?:behaviou?r|outcome|result)s?|current behaviou?r.*|.{0,4}(?:预期|期望|验收|期待).{0,8})$')
const EXCLUDED = /^(?:(?:explicitly |what (?:is|s) )?(?:out of|not in|beyond) scope|non[- ]?goals?|not planned|won t do|nicht[- ]?ziele|hors périmètre|fuera de alcance|buiten scope)(?: .{0,60})?$/
const REPRODUCTION = new RegExp('\\brepro(?:du|\\b)|^(?:test )?steps? to (?:reproduce|replicate|recreate|trigger|get|see)|^(?:test'
  + '|reproduction) steps?$|^steps?$|\\baction performed\\b|^how to trigger|^(?:(?:current|existing|my|your) )?workflow$|^minimal (?:example|working)|^usage(?: examples?)?$|^example'
  + '|复现|重现|再現')
const TEMPLATE = new RegExp('^(?:(?:general |system |basic |device |about )?info(?:rmation)?(?: about.*)?|(?:your |system |test '
  + '|my )?environment.*|(?:affected |tested )?versions?.*|platforms?(?: affected)?|about(?: (?:this|these|the|your|you|my|me|us|tracking)\\b.{0,20})?|(?:devices?|os|operating system|browsers?|hardware'
  + '|software|specs?|configuration)(?: (?:and|or|your|the|my|used|info(?:rmation)?|versions?|details?|names?|types?|models?|specs?|browsers?|os|devices?|tested|affected|setup|files?|settings)){0,4}|(?:first |self |pre-?flight |pre-?submission |submission |issue |contributor )?check(?:s'
  + '|list)?|before (?:you |submitting|opening|filing|posting).*|(?:please )?(?:confirm|read|note)\\b.*|prerequisites?'
  + '|code of conduct|validations?|agreements?|(?:are you|would you be) willing.*|(?:relevant |error |crash )?(?:logs?|log output'
  + '|output|stack ?traces?|traceback|backtraces?)|screenshots?(?:/.*)?|videos?|attachments?|.{0,4}(?:环境|版本|系统信息|例行检查).{0,8}'
  + '|reported by.*|.{1,40} template|can(?: the)? user\\b.*)$')
const TALK = new RegExp('^(?:findings?|analysis|observations?|what (?:i|we) (?:found|saw|read)|references?|links?|see also|related(?: .*)?|resources?|background|context|motivation|rationale|why\\b.*'
  + '|problem(?: .*)?|alternatives?(?: .*)?|(?:possible|potential) (?:solutions?|approach(?:es)?|fix(?:es)?|options?)|approach(?:es)?'
  + '|considered.*|options?|notes?|faq|(?:(?:open|unresolved|outstanding) )?questions?|discussion|pros.*|cons.*|advantages?'
  + '|disadvantages?|benefits?|risks?|credits?|changelog|timeline|(?:implementation )?history|audience|(?:additional|other|further|more) (?:context'
  + '|information|info|notes?)|updated pull requests?|pull requests?|contributors?|stargazers?|commits|releases?|glossary'
  + '|dependencies)$')
const WORK = new RegExp('\\b(?:tasks?|sub-?tasks?|to-?dos?|action items?|work items?|stories|deliverables?|scope|milestones?|roadmap'
  + '|(?:implementation|migration|project|release|rollout|work) (?:plan|steps?|items?)|steps towards|next steps|required changes'
  + '|items? needed|items|bugs?|issues?|suggestions?|improvements?|enhancements?|features?(?: requests?)?|proposed changes|fixes'
  + '|checklist of work|phases?|blockers?)\\b')
/** What the work is for, and within which limits. */
const AIMS = new RegExp('^(?:(?:project |business |key |main )?(?:goals?|objectives?)|purpose|vision|mission|target (?:users?|audience|groups?)|(?:user )?personas?|user (?:groups?|types?)'
  + '|(?:technical |business )?constraints?|assumptions?|stakeholders?|(?:success|key|business) (?:metrics?|measures?|indicators?)|(?:success )?kpis?|(?:metrics|measures) of success'
  + '|tech(?:nical|nology)? (?:notes?|stack|considerations)|ziele|zielgruppen?|annahmen|rahmenbedingungen|objetivos?|objectifs?)$')
/** Headings of forms that name a part of a product where the issue is a container. */
const PART = new RegExp('^(?:platforms?|devices?|browsers?|hardware|software|specs?|configuration|settings|workflow|usage|examples?|prerequisites?|validations?|agreements?|attachments?'
  + '|logs?|screenshots?|videos?|versions?|environments|info(?:rmation)?|output)$')
const STEPS = /^steps?$/

/**
 * The same in other languages. Headings come here in lower case, with blanks for all but letters and digits; `work` is looked for between
 * letters of any script.
 */
const ABROAD: readonly [SectionKind, RegExp][] = [
  ['criteria', new RegExp('^(?:akzeptanzkriterien|abnahme(?:kriterien)?|fertig wenn|(?:erwartetes|tatsächliches|aktuelles|gewünschtes) (?:verhalten|ergebnis)'
    + '|crit[èe]res d acceptation|crit[èe]res de réussite|(?:comportement|résultat) (?:attendu|actuel|observé|obtenu)|criterios de (?:aceptaci[óo]n|éxito)'
    + '|(?:comportamiento|resultado) (?:esperado|actual)|acceptatie ?(?:criteria)?|(?:verwacht|huidig) gedrag|criteri di accettazione|comportamento (?:atteso|attuale|esperado|atual)'
    + '|crit[ée]rios de aceita[çc][ãa]o|kryteria akceptacji|критерии при[её]мки|ожидаемое поведение|фактическое поведение|受け?入れ?(?:基準|条件)|完了条件)$')],
  ['reproduction', /^(?:schritte zum (?:nachstellen|nachvollziehen)|как воспроизвести|шаги (?:для )?воспроизведения)/],
  ['template', new RegExp('^(?:(?:test|system)?umgebung|systeminfo(?:rmation(?:en)?)?|versionen|protokolle?|bildschirmfotos?|environnement|journaux|captures d écran|entorno'
    + '|registros|capturas de pantalla|omgeving|ambiente|środowisko|окружение)$')],
  ['talk', new RegExp('^(?:hintergrund|kontext|alternativen|anmerkungen|hinweise|offene fragen|fragen|problem(?:stellung)?|verweise|contexte|remarques'
    + '|questions ouvertes|problème|contexto|motivación|alternativas|notas|preguntas(?: abiertas)?|problema|antecedentes|achtergrond|alternatieven|opmerkingen'
    + '|open vragen|vragen)$')],
  ['work', new RegExp('(?<!\\p{L})(?:aufgaben|teilaufgaben|unteraufgaben|arbeitspakete|arbeitsschritte|nächste schritte|zu tun|(?:sous-)?t[âa]ches|à faire|prochaines étapes'
    + '|tareas|subtareas|por hacer|próximos pasos|subtaken|deeltaken|te doen|volgende stappen|attività|da fare|tarefas|subtarefas|a fazer|próximos passos|zadania|задачи|подзадачи)'
    + '(?!\\p{L})|^taken$|タスク|作業項目|任务|待办', 'u')],
]

const textOf = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N}/.-]+/gu, ' ').trim().slice(0, 120)

/** What an issue calls itself by title or label: an `epic`, another `container` of work, or neither. */
export type Called = 'epic' | 'container' | null

/** What one heading says. In a container of work one like "Configuration" names a part of it; the steps of an epic are its work, those of a tracking issue a procedure. */
export function sectionOf(heading: string, called: Called = null): SectionKind {
  const text = textOf(heading)
  if (CRITERIA.test(text)) return 'criteria'
  if (EXCLUDED.test(text)) return 'excluded'
  if (called !== null && (text === 'checklist' || (called === 'epic' && STEPS.test(text)))) return 'work'
  const isPart = called !== null && PART.test(text)
  if (!isPart && REPRODUCTION.test(text)) return 'reproduction'
  if (!isPart && TEMPLATE.test(text)) return 'template'
  if (TALK.test(text)) return 'talk'
  if (AIMS.test(text)) return 'aims'
  if (WORK.test(text)) return 'work'
  return ABROAD.find(([, pattern]) => pattern.test(text))?.[0] ?? 'plain'
}

/** Whether a heading names work in a language other than English, of which the rules know no verbs. */
export function namesWorkAbroad(heading: string): boolean {
  const text = textOf(heading)
  return ABROAD.some(([kind, pattern]) => kind === 'work' && pattern.test(text))
}

/** Whether a section never holds work items. */
export const isBarred = (kind: SectionKind): boolean => kind === 'criteria' || kind === 'reproduction' || isAside(kind)
/** Whether a section says nothing of what is wanted: a form, or what nobody is to build. */
export const isAside = (kind: SectionKind): boolean => kind === 'template' || kind === 'excluded'
/**
 * Kinds of nested headings, outermost first: one that bars work items bars them for all below it; otherwise the innermost that says
 * anything counts.
 */
export const strictest = (kinds: readonly SectionKind[]): SectionKind =>
  kinds.find(isBarred) ?? kinds.findLast((kind) => kind !== 'plain') ?? 'plain'
