import {PHASE_WORD} from '../classify/phase.js'
import {capNeutral, cutTitle, neutralise} from '../issue/text.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'

/** GitHub takes 65,536 characters a body: half for the text, and a third for the criteria. What is longer is a problem, nothing is cut. */
export const DESCRIPTION_MAX = 30_000
/** A criterion is one line of a list, and child bodies keep a thousand characters of it. */
export const CRITERION_MAX = 1000
export const CRITERIA_MAX = 100
/** Beyond that it is no longer said what is touched, only that nearly everything is. */
const TOUCHES_MAX = 100
const TITLE_MAX = 80
/** Longer text than any limit above, so that a runaway answer costs little and is still seen to be too long. */
const READ_MAX = 100_000

/** List marks and `Task 2:`; a title of nothing but its number keeps that, as it does in `phaseOf`. */
const TITLE_MARKS = new RegExp('^(?:#{1,6}\\s+|[-*+•]\\s+|\\[[ xX]\\]\\s+|[0-9]{1,3}[.)]\\s+'
  + `|(?:${PHASE_WORD})\\s+#?[0-9]{1,3}\\s*[.:)—–-]\\s*(?=\\S))+`, 'i')
const EMPHASIS = /(^|[\s(])[*_]([^*_\s][^*_]*)[*_](?=$|[\s).,:;!?])/g

/** Numbering, list marks and emphasis around a title; code spans lose their ticks, since titles are not rendered. */
const plainTitle = (text: string): string => text.slice(0, 2000).replace(/\s+/g, ' ').trim()
  .replace(TITLE_MARKS, '').replace(/\*\*|__|`|~~/g, '').replace(EMPHASIS, '$1$2')
  .replace(/^["'“”]+|["'“”]+$/g, '').replace(/[\s.;,:]+$/, '').trim()

/** One plain, neutral line of at most 80 characters. What neutralising adds may make it too long, hence the narrowing. */
export function cleanTitle(text: string): string {
  let now = text
  let room = TITLE_MAX
  for (let pass = 0; pass < 12; pass++) {
    const next = neutralise(cutTitle(plainTitle(now), room)).replace(/\s+/g, ' ').trim()
    if (next.length > TITLE_MAX) room -= next.length - TITLE_MAX
    else if (next === now) return next
    now = next
  }
  return cutTitle(now.replace(/[^\p{L}\p{N} ]/gu, ''), TITLE_MAX)
}

export const cleanText = (text: string, max: number): string => capNeutral(text, max).trim()

const ITEM_MARKS = /^(?:[-*+•]\s+|\[[ xX]\]\s+|[0-9]{1,3}[.)]\s+|`{3,}\s*|~{3,}\s*)+/
/** One line of a list: without its marks, and without a fence that would swallow the lines below. To a fixed point, since both can uncover the other. */
function cleanCriterion(text: string): string {
  for (let now = text.slice(0, READ_MAX), pass = 0; ; pass++) {
    const next = neutralise(now.replace(/\s+/g, ' ').trim().replace(ITEM_MARKS, '')).replace(/\s+/g, ' ').trim()
    if (next === now || pass === 8) return next
    now = next
  }
}

/** Acceptance criteria, each once. */
export const cleanAcceptance = (lines: readonly string[]): string[] => [...new Set(lines.map(cleanCriterion).filter((line) => line !== ''))]

const NOTE = /\s+(?=[([—–-]\s?|#\s)|\s*\((?:new|neu|create|modify|update|delete).*$/i
const VERB = /^[([]?(?:new|create|add|modify|update|edit|change|delete|remove|rename)[)\]]?:?\s+(?=\S+$)/i
/** What is longer is no glob, whatever is taken off it; patterns that look for notes would go over it for each of its blanks. */
const GLOB_READ = 1000
/** A glob without ticks, quotes, `./`, backslashes and what a model noted beside it. */
const bareGlob = (text: string): string => text.trim().slice(0, GLOB_READ).replace(VERB, '').split(NOTE)[0]!.replace(/^[`'"]+|[`'"]+$/g, '').replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')

/** Globs below the repository root; absolute paths, `..` and anything with spaces or control characters say nothing and go. */
export const cleanTouches = (globs: readonly string[]): string[] => [...new Set(globs.slice(0, 1000).map(bareGlob)
  .filter((glob) => glob.length > 0 && glob.length <= 200 && /^[\p{L}\p{M}\p{N}_@+.*?{},[\]()!~$%=&#/-]+$/u.test(glob) && !glob.startsWith('/') && !glob.split('/').includes('..')))]
  .slice(0, TOUCHES_MAX)

/** A title that had to be cut is told in full at the head of the description. */
function cleanSubtask(subtask: SubtaskDraft): SubtaskDraft {
  const title = cleanTitle(subtask.title)
  const full = neutralise(plainTitle(subtask.title)).replace(/\s+/g, ' ').trim()
  const cut = title.endsWith('…') && !full.startsWith(title)
  const description = cut && !subtask.description.includes(full) ? `${full}\n\n${subtask.description}` : subtask.description
  return {
    order: subtask.order, title, description: cleanLong(description), acceptance: cleanAcceptance(subtask.acceptance),
    dependsOn: [...new Set(subtask.dependsOn)], touches: cleanTouches(subtask.touches), complexity: subtask.complexity,
  }
}
/** Neutral text, whole. */
const cleanLong = (text: string): string => neutralise(text.slice(0, READ_MAX)).trim()

/** A draft with all model text made plain and inert. Idempotent. */
export const cleanDraft = (draft: PlanDraft): PlanDraft => ({
  ...draft, reason: cleanText(draft.reason, 2000), effort: cleanText(draft.effort, 200), subtasks: draft.subtasks.map(cleanSubtask),
  ...(draft.context === undefined ? {} : {context: cleanLong(draft.context)}),
})
