// From judged issues to numbers. A judged issue is {id, title, fold, truth, got}; `got` is what the product said, or {crash}.
import {LEVELS} from './issues.mjs'

/** Labels count no more parts than this. */
const LABEL_CAP = 10
const ratio = (part, whole) => whole === 0 ? null : part / whole
const count = (items, test) => items.filter(test).length
const distance = (a, b) => Math.abs(LEVELS.indexOf(a) - LEVELS.indexOf(b))

/** Precision, recall and F1 of one yes/no answer; null where nothing was asked for or answered. */
export function agreement(items, said) {
  const hit = count(items, (item) => said(item) && item.truth.decompose)
  const precision = ratio(hit, count(items, said))
  const recall = ratio(hit, count(items, (item) => item.truth.decompose))
  const f1 = precision === null || recall === null ? null : precision + recall === 0 ? 0 : 2 * precision * recall / (precision + recall)
  return {precision, recall, f1, wrong: count(items, said) - hit, missed: count(items, (item) => item.truth.decompose) - hit}
}

/** The value that a share of the sorted numbers does not exceed. */
export function percentile(numbers, share) {
  if (numbers.length === 0) return null
  return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * share) - 1]
}

/** Whether the number of split points is one the labels name, as read and as a plan of at most `cap` sub-tasks would have it. */
function splitHits(items, cap) {
  const split = items.filter((item) => item.truth.decompose)
  const within = (limit) => count(split, ({got, truth: {parts: [least, most]}}) => {
    const n = Math.min(got.points, limit)
    return n >= Math.min(least, limit) && n <= Math.min(most, limit)
  })
  return {of: split.length, asRead: within(LABEL_CAP), capped: within(cap), cap, none: count(split, (item) => item.got.points < 2)}
}

/** Everything that is reported of one fold, at these settings of `decompose`. */
export function scoreOf(judged, {max_subtasks: cap, min_description_words: least, min_complexity: lowest}) {
  const items = judged.filter(({got}) => got.crash === undefined)
  const times = items.map(({got}) => got.ms)
  return {
    issues: judged.length, crashes: judged.length - items.length,
    confusion: LEVELS.map((truth) => LEVELS.map((got) => count(items, (i) => i.truth.complexity === truth && i.got.complexity === got))),
    level: {
      exact: ratio(count(items, ({truth, got}) => truth.complexity === got.complexity), judged.length),
      within: ratio(count(items, ({truth, got}) => distance(truth.complexity, got.complexity) <= 1), judged.length),
      acceptable: ratio(count(items, ({truth, got}) => truth.acceptable.includes(got.complexity)), judged.length),
    },
    eligible: agreement(items, ({got}) => got.eligible),
    /** what the word gate refuses by contract, however clear the text */
    short: count(items, ({truth, got}) => truth.decompose && got.words < least),
    /** the recall of a rater that gives every issue its labelled level: the gates stand in the way of the rest, whoever reads it */
    ceiling: ratio(count(items, ({truth, got}) => truth.decompose && got.words >= least && LEVELS.indexOf(truth.complexity) >= LEVELS.indexOf(lowest)),
      count(items, ({truth}) => truth.decompose)),
    open: agreement(items, ({got}) => got.open),
    split: splitHits(items, cap),
    ms: {
      mean: ratio(times.reduce((sum, ms) => sum + ms, 0), times.length), p99: percentile(times, 0.99),
      long: percentile(items.map(({got}) => got.longMs), 1),
    },
  }
}

/** How bad a verdict is: a wrong split costs most, a missed one less, then the distance to a level that would do. */
function badness({truth, got}) {
  if (got.crash !== undefined) return 10
  const split = got.eligible === truth.decompose ? 0 : got.eligible ? 4 : 2
  const rule = got.open === truth.decompose ? 0 : 1
  return split + rule + Math.min(...truth.acceptable.map((level) => distance(level, got.complexity)))
}

/** The verdicts that are furthest off, worst first. */
export const worstOf = (judged, limit) => judged.map((item) => ({...item, badness: badness(item)}))
  .filter((item) => item.badness > 0).toSorted((a, b) => b.badness - a.badness || (a.id < b.id ? -1 : 1)).slice(0, limit)
