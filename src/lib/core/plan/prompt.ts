import {cap} from '../issue/text.js'
import {DATA, OPENING, quote, quoteExact} from '../prompt.js'
import {planAnswerJsonSchema} from './draft.js'
import type {Excerpt} from './excerpts.js'
import type {MadeChild} from './key.js'

/** GitHub's own limit of a body; longer text cannot come from an issue. */
const ISSUE_MAX = 65_536
const RAW_MAX = 20_000

/** What stands where the planner writes a title: words that no repository uses, so that a copied one is recognised (`isPlaceholder`). */
const TITLE_FORM = 'TYPE(SCOPE): WHAT_CHANGES'
/** A title that was copied from the prompt instead of written. */
export const isPlaceholder = (title: string): boolean => /\bWHAT_CHANGES\b|^TYPE\(SCOPE\)/.test(title)

const WITH_TOOLS = 'Read the repository with the tools you have, then decide whether the issue below should be split into subtasks, and how.'
const WITHOUT_TOOLS = `You have no tools: the map and the beginnings of files below are all that you can see of the repository. Decide
whether the issue below should be split into subtasks, and how. Name no file that you have not seen unless it is to be made.`

const rules = (maxSubtasks: number): string => `Each subtask becomes one issue and one pull request, written by an agent that sees that subtask alone.
- Answer "single" when the work lies in one package or directory, or is one coherent change however long its description is.
  That is a good answer.
- Split only into parts that can be reviewed and merged one by one and that change different files.
  At most ${maxSubtasks} subtasks; fewer are better.
- What has to change in the same file belongs in the same subtask, or depends on the earlier one.
- What others build on comes first; a dependency is there only where a subtask would not build or pass its tests without the other.
- Tests and documentation of a change belong to that change. No subtask only verifies, reviews or tests what others built.
- Every description names what to build and where, and is complete without the rest of the plan.
  Acceptance criteria can be checked by a reviewer.
- Titles read ${TITLE_FORM}, in the repository's own words.
- touches lists globs relative to the repository root, as narrow as you can tell.`

const answer = (): string => `Answer with one JSON object by this schema and nothing else:\n${planAnswerJsonSchema()}`

export type PlanQuestion = {
  title: string
  body: string
  /** new for every run */
  nonce: string
  /** lines of the map of the repository */
  tree: readonly string[]
  maxSubtasks: number
  /** what an earlier plan of the issue made */
  made: readonly MadeChild[]
}

const excerptsText = (excerpts: readonly Excerpt[]): string =>
  excerpts.map(({path, text, cut}) => `--- ${path}${cut ? ' (beginning)' : ''}\n${text}`).join('\n\n')

const MADE = `An earlier plan of this issue made the sub-issues below. The new plan still names all the work of the issue, what is closed included.
A subtask that is the work of one of them repeats its title letter for letter, or it would be made a second time.`

const madeText = (made: readonly MadeChild[], nonce: string): string =>
  `${MADE}\n${quote(made.map(({title, state}) => `${state}: ${title}`).join('\n'), nonce)}`

/** The planning model's question. `excerpts`: beginnings of files for a planner without tools; null for one that reads for itself. */
export function planPrompt({title, body, nonce, tree, maxSubtasks, made}: PlanQuestion, excerpts: readonly Excerpt[] | null): string {
  return [
    OPENING, `Gate: plan. ${excerpts === null ? WITH_TOOLS : WITHOUT_TOOLS}`, rules(maxSubtasks), answer(), DATA,
    `The issue:\n${quote(cap(`${title}\n\n${body}`, ISSUE_MAX), nonce)}`,
    made.length > 0 ? madeText(made, nonce) : '',
    tree.length > 0 ? `Map of the repository:\n${quoteExact(tree.join('\n'), nonce)}` : '',
    excerpts !== null && excerpts.length > 0 ? `Beginnings of files:\n${quoteExact(excerptsText(excerpts), nonce)}` : '',
  ].filter((part) => part !== '').join('\n\n') + '\n'
}

/** What came of the first round: what was wrong with it, and the answer itself. */
export type PlanFault = {problems: readonly string[]; raw: string}

/** The one repair round: the question again, since the session may be a new one, and what came of the first. */
export function planRepairPrompt(question: PlanQuestion, excerpts: readonly Excerpt[] | null, {problems, raw}: PlanFault): string {
  const list = problems.slice(0, 50).map((problem) => `- ${problem}`).join('\n')
  return [
    planPrompt(question, excerpts).trimEnd(),
    'You answered before, but the plan could not be used. Mend what is listed and keep the rest.',
    `Problems, as data:\n${quote(list, question.nonce)}`,
    `Your answer was:\n${quoteExact(cap(raw, RAW_MAX), question.nonce)}`,
  ].join('\n\n') + '\n'
}
