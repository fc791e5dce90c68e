import {answerText} from '../answer-text.js'
import type {PlanDraft} from './draft.js'
import {draftFromJson} from './json-draft.js'
import {draftFromMarkdown} from './markdown-draft.js'
import {singleInProse} from './single-prose.js'

export type ParsedPlan = {kind: 'json' | 'markdown' | 'prose'; draft: PlanDraft} | {kind: 'unparseable'; reason: string}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

/**
 * A planning model's answer, whatever it wrote: JSON first, then Markdown, then a sentence that says not to split. Text that `prompt`
 * holds word for word is no answer. Never throws; linear in the length of the text.
 */
export function parsePlan(answer: string, prompt = ''): ParsedPlan {
  const text = answerText(answer)
  if (text.trim() === '') return {kind: 'unparseable', reason: 'the answer is empty'}
  if (squeezed(prompt).includes(squeezed(text))) return {kind: 'unparseable', reason: 'the answer repeats the question'}
  const json = draftFromJson(text)
  if (json !== undefined) return 'broken' in json ? {kind: 'unparseable', reason: json.broken} : {kind: 'json', draft: json}
  const draft = draftFromMarkdown(text)
  if (draft !== undefined) {
    const questions = draft.subtasks.filter(({title}) => /[?？]\W*$/.test(title)).length
    return questions * 2 > draft.subtasks.length ? {kind: 'unparseable', reason: 'the answer asks questions instead of planning'} : {kind: 'markdown', draft}
  }
  const single = singleInProse(text)
  return single === undefined ? {kind: 'unparseable', reason: 'neither a JSON object with subtasks nor a numbered list of subtasks'} : {kind: 'prose', draft: single}
}
