import {capNeutral, cutTitle, neutralise} from '../issue/text.js'
import type {PlanDraft, SubtaskDraft} from './draft.js'

/** GitHub takes 65,536 characters a body: half for the text, half for the criteria, and some left for the lines around them. */
export const DESCRIPTION_MAX = 30_000
const ACCEPTANCE_MAX = 300
const CRITERIA_MAX = 100
const TOUCHES_MAX = 50
const TITLE_MAX = 80

const LIST_MARKS = /^(?:[-*+•]\s+|\[[ xX]\]\s+|[0-9]{1,3}[.)]\s+)+/
const TITLE_MARKS = /^(?:#{1,6}\s+|[-*+•]\s+|\[[ xX]\]\s+|[0-9]{1,3}[.)]\s+|(?:sub-?task|step|task)\s+[0-9]{1,3}\s*[.:)—–-]\s*)+/i
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

/** Acceptance criteria: one line each, without list marks, each once. */
export const cleanAcceptance = (lines: readonly string[]): string[] => [...new Set(lines.slice(0, 200)
  .map((line) => cleanText(line.slice(0, 2000).replace(/\s+/g, ' ').trim().replace(LIST_MARKS, ''), ACCEPTANCE_MAX))
  .filter((line) => line !== ''))].slice(0, CRITERIA_MAX)

/** Globs below the repository root; absolute paths, `..` and anything with spaces or control characters say nothing and go. */
export const cleanTouches = (globs: readonly string[]): string[] => [...new Set(globs.slice(0, 200)
  .map((glob) => glob.trim().replace(/^[`'"]+|[`'"]+$/g, '').replace(/^(?:\.\/)+/, ''))
  .filter((glob) => glob.length <= 200 && /^[\w@+.*?{},[\]()!~$%=&#/-]+$/.test(glob) && !glob.startsWith('/') && !glob.split('/')
    .includes('..'))
  .map((glob) => neutralise(glob)))].filter((glob) => glob !== '' && glob.length <= 200).slice(0, TOUCHES_MAX)

const cleanSubtask = (subtask: SubtaskDraft): SubtaskDraft => ({
  order: subtask.order, title: cleanTitle(subtask.title), description: cleanText(subtask.description, DESCRIPTION_MAX),
  acceptance: cleanAcceptance(subtask.acceptance), dependsOn: [...new Set(subtask.dependsOn)], touches: cleanTouches(subtask.touches),
  complexity: subtask.complexity,
})

/** A draft with all model text made plain and inert. Idempotent. */
export const cleanDraft = (draft: PlanDraft): PlanDraft => ({
  ...draft, reason: cleanText(draft.reason, 2000), effort: cleanText(draft.effort, 200), subtasks: draft.subtasks.map(cleanSubtask),
})
