/**
 * What the headings above a line say it is for. `criteria`, `reproduction` and `template` (forms, and what nobody is to build) never hold work items; `talk` (motivation,
 * alternatives, references) holds none either unless it says so itself; `work` names work outright.
 */
export type SectionKind = 'work' | 'criteria' | 'reproduction' | 'template' | 'talk' | 'plain'

const CRITERIA = new RegExp('^(?:acceptance(?: criteri(?:a|on))?|(?:success |completion |exit |done )?criteria|definition of done(?: .*)?|dod'
  + '|done when|verification(?: steps| plan)?|how to (?:verify|test)|test plan|testing plan|manual testing|qa(?: steps)?|expect(?:ed'
  + '|ations?)\\b.*|actual(?:ly)?\\b.*|desired (?:behaviou?r|outcome|result)s?|current behaviou?r.*|.{0,4}(?:预期|期望|验收|期待).{0,8})$')
const REPRODUCTION = new RegExp('\\brepro(?:du|\\b)|^(?:test )?steps? to (?:reproduce|replicate|recreate|trigger|get|see)|^(?:test'
  + '|reproduction) steps?$|^steps?$|\\baction performed\\b|^how to trigger|\\bworkflow$|^minimal (?:example|working)|^usage|^example'
  + '|复现|重现|再現')
const TEMPLATE = new RegExp('^(?:(?:general |system |basic |device |about )?info(?:rmation)?(?: about.*)?|(?:your |system |test '
  + '|my )?environment.*|(?:affected |tested )?versions?.*|platforms?(?: affected)?|(?:about|device|devices|os|browser|hardware'
  + '|software|specs?|configuration).{0,20}|(?:first |self |pre-?flight |pre-?submission |submission |issue |contributor )?check(?:s'
  + '|list)?|before (?:you |submitting|opening|filing|posting).*|(?:please )?(?:confirm|read|note)\\b.*|prerequisites?'
  + '|code of conduct|validations?|agreements?|(?:are you|would you be) willing.*|(?:relevant |error |crash )?(?:logs?|log output'
  + '|output|stack ?traces?|traceback|backtraces?)|screenshots?(?:/.*)?|videos?|attachments?|.{0,4}(?:环境|版本|系统信息|例行检查).{0,8}'
  + '|reported by.*|non-?goals?|(?:out of|not in) scope|won t do|.{1,40} template|can(?: the)? user\\b.*)$')
const TALK = new RegExp('^(?:findings?|analysis|observations?|what (?:i|we) (?:found|saw|read)|references?|links?|see also|related(?: .*)?|resources?|background|context|motivation|rationale|why\\b.*'
  + '|problem(?: .*)?|alternatives?(?: .*)?|(?:possible|potential) (?:solutions?|approach(?:es)?|fix(?:es)?|options?)|approach(?:es)?'
  + '|considered.*|options?|notes?|faq|questions?|open questions?|discussion|pros.*|cons.*|advantages?'
  + '|disadvantages?|benefits?|risks?|credits?|changelog|timeline|history|audience|(?:additional|other|further|more) (?:context'
  + '|information|info|notes?)|updated pull requests?|pull requests?|contributors?|stargazers?|commits|releases?|glossary'
  + '|dependencies)$')
const WORK = new RegExp('\\b(?:tasks?|sub-?tasks?|to-?dos?|action items?|work items?|stories|deliverables?|scope|milestones?|roadmap'
  + '|(?:implementation|migration|project|release|rollout|work) (?:plan|steps?|items?)|steps towards|next steps|required changes'
  + '|items? needed|items|bugs?|issues?|suggestions?|improvements?|enhancements?|features?(?: requests?)?|proposed changes|fixes'
  + '|checklist of work|phases?|blockers?)\\b')

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
  ['talk', new RegExp('^(?:hintergrund|kontext|alternativen|anmerkungen|hinweise|nicht ziele|offene fragen|fragen|problem(?:stellung)?|verweise|contexte|remarques|hors périmètre'
    + '|questions ouvertes|problème|contexto|motivación|alternativas|notas|fuera de alcance|preguntas(?: abiertas)?|problema|antecedentes|achtergrond|alternatieven|opmerkingen'
    + '|buiten scope|open vragen|vragen)$')],
  ['work', new RegExp('(?<!\\p{L})(?:aufgaben|teilaufgaben|unteraufgaben|arbeitspakete|arbeitsschritte|nächste schritte|zu tun|(?:sous-)?t[âa]ches|à faire|prochaines étapes'
    + '|tareas|subtareas|por hacer|próximos pasos|subtaken|deeltaken|te doen|volgende stappen|attività|da fare|tarefas|subtarefas|a fazer|próximos passos|zadania|задачи|подзадачи)'
    + '(?!\\p{L})|^taken$|タスク|作業項目|任务|待办', 'u')],
]

/** What one heading says. */
export function sectionOf(heading: string): SectionKind {
  const text = heading.toLowerCase().replace(/[^\p{L}\p{N}/.-]+/gu, ' ').trim().slice(0, 120)
  if (CRITERIA.test(text)) return 'criteria'
  if (REPRODUCTION.test(text)) return 'reproduction'
  if (TEMPLATE.test(text)) return 'template'
  if (TALK.test(text)) return 'talk'
  if (WORK.test(text)) return 'work'
  return ABROAD.find(([, pattern]) => pattern.test(text))?.[0] ?? 'plain'
}

/** Whether a section never holds work items. */
export const isBarred = (kind: SectionKind): boolean => kind === 'criteria' || kind === 'reproduction' || kind === 'template'
/**
 * Kinds of nested headings, outermost first: one that bars work items bars them for all below it; otherwise the innermost that says
 * anything counts.
 */
export const strictest = (kinds: readonly SectionKind[]): SectionKind =>
  kinds.find(isBarred) ?? kinds.findLast((kind) => kind !== 'plain') ?? 'plain'
