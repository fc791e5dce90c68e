import type {PlanDraft} from './draft.js'

/** `Decision: single`, in whatever emphasis; it stands above any list of reasons. */
const DECIDED = /^\W{0,12}(?:decision|verdict|recommendation|entscheidung|判断|結論)\W{1,8}single\b\W{0,12}(.{0,500})$/im

const ONE = '(?:a |one )?(?:single|one)(?: \\w+){0,2} (?:issue|task|change|pull request|pr|unit|piece|subtask|ticket)'
const SAID: readonly RegExp[] = [
  new RegExp(`\\b(?:keep|implement|do|treat|handle|ship|leave|deliver|recommend)\\w*(?: \\S+){0,6}? (?:as|in|to|with) ${ONE}\\b`, 'i'),
  new RegExp(`\\b(?:is|as|in|be) (?:best |better )?(?:done|implemented|shipped|kept|delivered|handled|made)(?: \\S+){0,2}? (?:as|in) ${ONE}\\b`, 'i'),
  /\b(?:should|must|need|does|do)(?:n't| not)(?: to)? be (?:split|decomposed|broken (?:up|down)|divided)\b/i,
  /\b(?:would|do|should|must|recommend|advise)(?:n't| not| against)(?: need to)? (?:split(?:ting)?|decompos(?:e|ing)|break(?:ing)? (?:up|down|this|it))\b/i,
  /\bno (?:need to split|split is (?:needed|necessary)|decomposition is (?:needed|necessary))\b/i,
]
const DENIED = /\b(?:not|never|cannot|can't|don't|isn't|rather than|instead of|too (?:large|big|much))\b[^.!?]{0,60}$/i
/** Longer prose is more than a decision. */
const PROSE_MAX = 4000

const whole = (reason: string): PlanDraft => ({decision: 'single', reason: reason.replace(/\*\*|__|`/g, '').replace(/\s+/g, ' ').trim(), effort: '', subtasks: []})

/** A line that decides for one piece, whatever else the text lists. */
export function singleByLine(text: string): PlanDraft | undefined {
  const found = DECIDED.exec(text.slice(0, 20_000))
  return found === null ? undefined : whole(found[1]!)
}

/** A sentence that says not to split; the sentence is the reason. Sentences that deny it do not count, nor does text with JSON in it. */
export function singleInProse(text: string): PlanDraft | undefined {
  if (text.length > PROSE_MAX || /\{\s*"/.test(text)) return undefined
  const sentences = text.split(/(?<=[.!?])\s+|\n+/)
  const found = sentences.find((sentence) => SAID.some((pattern, i) => {
    const match = pattern.exec(sentence)
    return match !== null && (i >= 2 || !DENIED.test(sentence.slice(0, match.index)))
  }))
  return found === undefined ? undefined : whole(found)
}
