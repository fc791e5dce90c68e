import {IMPLEMENT_COMPLEXITIES} from '../config/words.js'
import {cleanAcceptance, CRITERION_MAX} from './clean-draft.js'
import {neutralise} from '../issue/text.js'
import type {SubtaskDraft} from './draft.js'

const PREFIX = '^(?:\\w+(?:\\([^()]*\\))?!?:\\s*)?'
/** Verbs that look at what is there, and those that do so or build: "Validate user input" is work, "Validate all changes" is none. */
const LOOKS = new RegExp(`${PREFIX}(?:verify|double-check|re-?run|smoke[- ]test|qa|manual(?:ly)? test|regression|confirm that|test(?= (?:the|that|all|each|every|both|whether|how|it)\\b))(?![\\w-])`, 'i')
const MAY_LOOK = new RegExp(`${PREFIX}(?:validate|confirm|check|ensure|run|test)(?![\\w-])`, 'i')
/** What a program verifies itself, as the object of the verb. */
const DATA = new RegExp(`${PREFIX}(?:verify|validate|check|confirm|ensure)\\s+(?:(?:the|all|each|every|any|new|user|users\'|user\'s|incoming|uploaded|client|api|webhook)\\s+){0,3}(?:inputs?|uploads?|payloads?|requests?|e-?mails?|e-?mail address(?:es)?`
  + '|address(?:es)?|passwords?|signatures?|tokens?|credentials|permissions?|webhooks?|identit(?:y|ies)|forms?|fields?|parameters?|rows|certificates?|licen[cs]es?|receipts?|coupons?|domains?|checksums?)\\b', 'i')
/** A conventional title of work that is built, whatever its verb. */
const BUILDS = /^(?:feat|fix|refactor|perf)(?:\([^()]*\))?!?:/i
/** Titles whose object is what the other subtasks made. */
const LOOKS_BACK = new RegExp('\\b(?:(?:test )?suites?|everything|(?:the|all|these) (?:the )?changes|end[- ]to[- ]end(?=\\W*$|\\s+(?:flows?|tests?|with|that))'
  + '|all (?:the )?tests|(?:previous|other|earlier) (?:subtasks?|steps?|parts?))\\b', 'i')
/** Titles that say how it should turn out, or name what only looks. */
const OUTCOME = new RegExp('\\b(?:tests|lint(?:ers?|ing)?|ci|builds?|coverage|benchmarks?|criteria|requirements|regressions?|works?|working|pass(?:es|ing)?|green|correct(?:ly|ness)?|as expected'
  + '|together|functionality|implementation|behaviou?r|flows?|integration|release|deployment|rollout)\\b', 'i')
const BUILD = new RegExp('\\b(?:add|build|change|configure|convert|create|delete|document|drop|extend|extract|fix|generate|handle'
  + '|implement|introduce|migrate|move|port|refactor|remove|rename|replace|rewrite|set up|support|update|upgrade|wire|write)\\b', 'i')
/** What a part does once it is built, and orders to make it do so. */
const DOES = new RegExp('\\b(?:adds?|answers?|blocks?|creates?|deletes?|den(?:y|ies)|drops?|escapes?|limits?|logs?|refuses?|rejects?|removes?|replaces?|returns?|sanitizes?|schedules?|sends?|shows?|stores?|throttles?'
  + '|warns?|writes?)\\b', 'i')
/** A state that has to be brought about, or a run that has to be set up: nobody only looks at it. */
const LASTS = /\b(?:nightly|hourly|daily|weekly|every (?:hour|day|night|week)|on (?:each|every)|automatically|in ci|(?:is|are|be|gets?) (?:not |never |always )?\w+ed)\b/i
const CODE = /`[^`]+`|\b[\w.-]+\/[\w./*-]+|\b\w+\.(?:[cm]?[jt]sx?|go|py|rs|java|rb|ya?ml|json|sql|sh|md)\b/

/** A title that looks at what others built. Only what cannot be meant otherwise is taken for that: a part that is folded is never built. */
function looksOnly(title: string): boolean {
  const told = LOOKS_BACK.test(title) || OUTCOME.test(title)
  return told ? LOOKS.test(title) || (MAY_LOOK.test(title) && !LASTS.test(title)) : LOOKS.test(title) && !DATA.test(title)
}

/**
 * A subtask that only looks at what others built: it begins with looking, looks back or waits for another one, builds nothing, names no
 * file and fits into criteria. What could be work of its own ("Test mode for payments") stays.
 */
export function isVerifyOnly({title, description, touches, dependsOn}: SubtaskDraft): boolean {
  if (!looksOnly(title) || BUILDS.test(title) || touches.length > 0) return false
  if (!LOOKS_BACK.test(title) && dependsOn.length === 0) return false
  if (!LOOKS.test(title) && DOES.test(description)) return false
  const fits = description.split('\n').every((line) => line.length <= CRITERION_MAX)
  return fits && !BUILD.test(title) && !BUILD.test(description) && !CODE.test(description)
}

const unite = (...lists: readonly (readonly number[])[]): number[] => [...new Set(lists.flat())]

/**
 * Verify-only subtasks become acceptance criteria of the one before them (the first one: of the one after). Who waited for such a subtask
 * waits for what took it in, and for what it waited for itself. Takes subtasks in dependency order.
 */
export function foldVerifyOnly(subtasks: readonly SubtaskDraft[]): SubtaskDraft[] {
  const kept = subtasks.filter((subtask) => !isVerifyOnly(subtask))
  if (kept.length === 0) return [...subtasks]
  const home = new Map<number, number>()
  subtasks.forEach((subtask, i) => {
    if (kept.includes(subtask)) return
    const before = subtasks.slice(0, i).findLast((other) => kept.includes(other))
    home.set(subtask.order, (before ?? kept[0]!).order)
  })
  const folded = (order: number): SubtaskDraft[] => subtasks.filter((subtask) => home.get(subtask.order) === order)
  const follow = (order: number): number[] => {
    const to = home.get(order)
    return to === undefined ? [order] : unite([to], subtasks.find((s) => s.order === order)!.dependsOn.flatMap(follow))
  }
  return kept.map((subtask) => ({
    ...subtask,
    acceptance: cleanAcceptance([...subtask.acceptance, ...folded(subtask.order)
      .flatMap((s) => [s.title, ...s.description.split('\n'), ...s.acceptance])]),
    dependsOn: unite(subtask.dependsOn.flatMap(follow)).filter((order) => order !== subtask.order),
  }))
}

/**
 * At most `max` subtasks, given in dependency order: the tail goes into the last one that stays, with all its text, criteria, files and
 * dependencies.
 */
export function mergeTail(subtasks: readonly SubtaskDraft[], max: number): SubtaskDraft[] {
  const keep = Math.max(1, max)
  if (subtasks.length <= keep) return [...subtasks]
  const tail = subtasks.slice(keep - 1)
  const orders = tail.map((subtask) => subtask.order)
  const hardest = Math.max(...tail.map((subtask) => IMPLEMENT_COMPLEXITIES.indexOf(subtask.complexity)))
  const first = tail[0]!
  const description = tail.map((subtask, i) => (i === 0 ? subtask.description : `**${subtask.title}**\n\n${subtask.description}`))
    .join('\n\n')
  return [...subtasks.slice(0, keep - 1), {
    ...first,
    description: neutralise(description).trim(),
    acceptance: cleanAcceptance(tail.flatMap((subtask) => subtask.acceptance)),
    dependsOn: unite(...tail.map((subtask) => subtask.dependsOn)).filter((order) => !orders.includes(order)),
    touches: [...new Set(tail.flatMap((subtask) => subtask.touches))],
    complexity: IMPLEMENT_COMPLEXITIES[hardest] ?? first.complexity,
  }]
}
