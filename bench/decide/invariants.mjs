// What must hold in every run, however good or bad the decisions are.
import {EPIC} from './spoil.mjs'

const count = (list, keyOf) => list.reduce((counts, one) => ({...counts, [keyOf(one)]: (counts[keyOf(one)] ?? 0) + 1}), {})
const cents = (list) => Math.round(list.reduce((sum, {costUsd}) => sum + costUsd, 0) * 100)
const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())

/** Every issue that a decision in force does something to. */
const touched = ({applied: {retries, context, skipped, waves}}) =>
  [...retries.map(({issue}) => issue), ...context.map(({issue}) => issue), ...skipped.map(({issue}) => issue), ...waves.flat()]

/** Labels by which a decision sets an issue aside or takes it up again. */
const MARKS = ['pilot-needs-human', 'pilot-retry-ready']

/** What is broken in a run, as sentences; none where all holds. */
export function broken({pulls, decisions, family, stranger, epic, ledger, calls, children, done}, {asks}) {
  const merges = count(pulls.filter(({pull}) => pull.merged), ({pull}) => pull.headRef)
  const callsBy = count(calls, ({gate, issue, attempt}) => `${gate} #${issue} attempt ${attempt}`)
  const linesBy = count(ledger, ({gate, issue, attempt}) => `${gate} #${issue} attempt ${attempt}`)
  const own = new Set(family)
  return [
    ...Object.entries(merges).filter(([, n]) => n > 1).map(([branch, n]) => `${branch} was merged ${n} times`),
    ...decisions.flatMap(touched).filter((n) => !own.has(n))
      .map((n) => `a decision about #${n}, which is no child of #${EPIC}, was applied`),
    ...(stranger.labels.length > 0 || stranger.state !== 'open' ? [`#${stranger.number}, which is nobody's child, was changed`] : []),
    ...(epic.labels.some((label) => MARKS.includes(label)) ? [`#${EPIC} itself was skipped or retried`] : []),
    ...(same(callsBy, linesBy) ? [] : [`the ledger has ${ledger.length} lines for ${calls.length} spawns, or other ones`]),
    ...(cents(calls) === cents(ledger) ? [] : [`the ledger says ${cents(ledger)} cents, the agent asked for ${cents(calls)}`]),
    ...(asks || !calls.some(({gate}) => gate === 'decide') ? [] : ['a model was asked for a decision although decide is off']),
    ...(epic.state === 'open' || done.length === children.length ? []
      : [`#${EPIC} is closed with ${done.length} of ${children.length} children done`]),
  ]
}
