/** Words that number one of several parts of work; the alternatives of a pattern. */
export const PHASE_WORD = 'phase|stage|part|milestone|task|step|sprint|workstream|subtask|sub-task|story|pr'
/** The same in other languages; `PART_WORD` has them too. */
export const PHASE_WORD_ABROAD = 'teilaufgaben?|unteraufgaben?|aufgaben?|schritte?|sous-t[âa]ches?|t[âa]ches?|[ée]tapes?|subtareas?|tareas?|pasos?'
  + '|サブタスク|タスク|ステップ|子任务|任务|步骤'
/** `2`, `2.1`, `2a`; letters and Roman numbers are ordinary words unless a mark follows. */
const NUMBER = '#?[0-9]{1,2}(?:\\.[0-9]{1,2})?[a-z]?\\b|(?:[ivx]{1,4}|[a-f])(?=\\s*(?:[.:)*](?:\\s|$)|[—–-]\\s|$))'
const PHASE = new RegExp(`^\\W*(?:${PHASE_WORD}|${PHASE_WORD_ABROAD})(?:\\s+(?:${NUMBER})|#?[0-9]{1,2}(?:\\.[0-9]{1,2})?[a-z]?\\b)\\s*[\\].:)*：、—–-]*\\s*`, 'i')

/**
 * What a line says after its `Phase 2: …`, `Step 3 - …` or `Task 1`; null for a line that numbers no phase. A line of nothing but its
 * number keeps that as its title. Whoever asks whether phases wait for each other asks here too: they do.
 */
export function phaseOf(text: string): {title: string} | null {
  const start = PHASE.exec(text.slice(0, 80))?.[0]
  if (start === undefined) return null
  const rest = text.slice(start.length)
  return {title: rest.trim() === '' ? text.trim() : rest}
}
