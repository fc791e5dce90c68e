import {EPIC_TITLE} from './sample-project.js'
import {SUBTASKS, type ScriptedSubtask} from './scripted-work.js'

/** What the scripted agent does for one prompt: prints text and writes files, or admits that it cannot. */
export type ScriptedAnswer = {kind: 'answer'; text: string; files: Readonly<Record<string, string>>} | {kind: 'unknown'; message: string}
export type Question = {gate: string; attempt: number; prompt: string}

const said = (text: string, files: Readonly<Record<string, string>> = {}): ScriptedAnswer => ({kind: 'answer', text, files})
const unknown = (message: string): ScriptedAnswer => ({kind: 'unknown', message: `the demo's scripted agent ${message}`})

/** The subtask a prompt is about: a whole line that is its title, behind the number where there is one. */
const subtaskIn = (prompt: string): ScriptedSubtask | undefined => {
  const lines = new Set(prompt.split('\n').map((line) => line.trim().replace(/^#\d+ /, '')))
  return SUBTASKS.find(({title}) => lines.has(title))
}

const isFixRound = (prompt: string): boolean => prompt.includes('\nGate: implement, fix round.')

/** An answer from a script: it recognises the demo's issues by their titles, and no model is asked. */
export function scriptedAnswer({gate, attempt, prompt}: Question): ScriptedAnswer {
  if (gate === 'plan') return prompt.split('\n').includes(EPIC_TITLE) ? said(plan()) : unknown('knows only the epic of the demo')
  const subtask = subtaskIn(prompt)
  if (subtask === undefined) return unknown('knows only the sub-issues of the demo')
  switch (gate) {
    case 'implement': {
      const files = isFixRound(prompt) ? subtask.files(attempt) : subtask.firstRound ?? subtask.files(attempt)
      return said(`Written by a script: ${Object.keys(files).join(', ')}.`, files)
    }
    case 'review': return said(JSON.stringify(review(subtask, prompt)))
    case 'commit': return said(subtask.commit)
    case 'draft': return said(`Written by a script: what "${subtask.title}" asks for, in ${Object.keys(subtask.files(attempt)).join(' and ')}.`)
    default: return unknown(`has no answer for gate ${gate}`)
  }
}

const plan = (): string => JSON.stringify({
  decision: 'split', reason: 'four pieces in four directories, each with tests of its own', effort: 'a day',
  subtasks: SUBTASKS.map(({title, description, acceptance, dependsOn, touches, complexity}, i) =>
    ({order: i + 1, title, description, acceptance, dependsOn, touches, complexity})),
})

/** Approves a patch that changes exactly the files it should; this reviewer reads no more than their names. */
function review(subtask: ScriptedSubtask, prompt: string): object {
  const changed = [...prompt.matchAll(/^diff --git a\/\S+ b\/(\S+)$/gm)].map((match) => match[1]!)
  const wanted = Object.keys(subtask.files(1))
  const findings = [
    ...wanted.filter((file) => !changed.includes(file)).map((file) => ({file, message: 'the patch does not change this file'})),
    ...changed.filter((file) => !wanted.includes(file)).map((file) => ({file, message: 'the task does not need this file'})),
  ].map((finding) => ({severity: 'blocker', line: null, ...finding}))
  return findings.length === 0
    ? {verdict: 'approve', summary: `Script: all ${wanted.length} files of the task are changed, tests among them.`, findings}
    : {verdict: 'request_changes', summary: 'Script: the patch is not the one of the task.', findings}
}
