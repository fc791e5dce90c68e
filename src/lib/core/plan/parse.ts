import type {PlanDraft} from './draft.js'
import {draftFromJson} from './json-draft.js'
import {draftFromMarkdown} from './markdown-draft.js'

export type ParsedPlan = {kind: 'json' | 'markdown'; draft: PlanDraft} | {kind: 'unparseable'; reason: string}

/** More than any plan has; what follows is not read. */
const TEXT_MAX = 1_000_000

/** A planning model's answer, whatever it wrote: JSON first, then Markdown. Never throws; linear in the length of the text. */
export function parsePlan(answer: string): ParsedPlan {
  const text = answer.slice(0, TEXT_MAX)
  if (text.trim() === '') return {kind: 'unparseable', reason: 'the answer is empty'}
  const json = draftFromJson(text)
  if (json !== undefined && 'broken' in json) return {kind: 'unparseable', reason: json.broken}
  if (json !== undefined) return {kind: 'json', draft: json}
  const draft = draftFromMarkdown(text)
  return draft === undefined
    ? {kind: 'unparseable', reason: 'neither a JSON object with subtasks nor a numbered list of subtasks'} : {kind: 'markdown', draft}
}
