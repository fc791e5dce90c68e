import {capNeutral} from '../issue/text.js'
import {CAPS, MAX_LEARNINGS, REJECTED_MAX, STRATEGY_ACTIONS, type Decision, type Rejected, type Strategy, type StrategyAction} from './decision.js'
import type {FailedChild, Facts} from './facts.js'
import {isBag} from '../answer.js'
import {wavesFault, without} from './waves.js'

export type Validated = {decision: Decision; rejected: Rejected[]}

/** Writes down an entry that is not taken. */
type Reject = (field: string, value: unknown, reason: string) => void

/**
 * A model's answer, checked against the facts field by field. What is wrong drops that one entry, which is written down; it never costs
 * the rest. Nothing of what comes back names an issue that the facts do not allow, or says more than its cap.
 */
export function validateDecision(raw: Readonly<Record<string, unknown>>, facts: Facts): Validated {
  const rejected: Rejected[] = []
  const reject: Reject = (field, value, reason) => void rejected.push({field, value: (JSON.stringify(value) ?? '').slice(0, REJECTED_MAX), reason})
  const skip = named(raw, {field: 'skip', key: 'reason', max: CAPS.reason}, facts, reject)
  const context = named(raw, {field: 'routedContext', key: 'context', max: CAPS.context}, facts, reject)
  for (const issue of context.keys()) {
    if (!skip.has(issue)) continue
    reject('routedContext', issue, 'is skipped')
    context.delete(issue)
  }
  const decision: Decision = {
    analysis: analysisIn(raw, facts, reject), strategies: strategiesIn(raw, facts, reject), learnings: learningsIn(raw, facts, reject),
    routedContext: [...context].map(([issue, text]) => ({issue, context: text})), skip: [...skip].map(([issue, reason]) => ({issue, reason})),
    waves: wavesIn(raw['waves'], facts, new Set(skip.keys()), reject),
  }
  return {decision, rejected}
}

/** `124`, `"124"`, `"#124"`, `"GH-124"`. */
const issueOf = (value: unknown): number | null => {
  const digits = /^(?:#|GH-)?([1-9]\d{0,15})$/i.exec(typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '')?.[1]
  return digits === undefined ? null : Number(digits)
}
const textOf = (value: unknown, max: number): string => (typeof value === 'string' ? capNeutral(value.trim(), max) : '')

type Raw = Readonly<Record<string, unknown>>

function listIn(raw: Raw, field: string, reject: Reject): unknown[] {
  const value = raw[field]
  if (value !== undefined && !Array.isArray(value)) reject(field, value, 'not a list')
  return Array.isArray(value) ? value : []
}

/** The entries of a record that are about a sub-issue that failed. */
function failedIn(raw: Raw, field: string, facts: Facts, reject: Reject): {child: FailedChild; value: unknown}[] {
  const value = raw[field]
  if (value !== undefined && !isBag(value)) reject(field, value, 'not an object of issues')
  return Object.entries(isBag(value) ? value : {}).flatMap(([key, entry]) => {
    const child = facts.failed.find(({number}) => number === issueOf(key))
    if (child === undefined) reject(field, key, 'not a sub-issue that failed')
    return child === undefined ? [] : [{child, value: entry}]
  })
}

/** The entries of a list that name a remaining sub-issue, each once, with a text. */
function named(raw: Raw, {field, key, max}: {field: string; key: string; max: number}, facts: Facts, reject: Reject): Map<number, string> {
  const found = new Map<number, string>()
  for (const value of listIn(raw, field, reject)) {
    const issue = isBag(value) ? issueOf(value['issue']) : null
    const text = isBag(value) ? textOf(value[key], max) : ''
    if (issue === null || !facts.remaining.some((child) => child.number === issue)) reject(field, value, 'not a remaining sub-issue')
    else if (found.has(issue)) reject(field, value, 'named twice')
    else if (text === '') reject(field, value, `no ${key}`)
    else found.set(issue, text)
  }
  return found
}

function analysisIn(raw: Raw, facts: Facts, reject: Reject): Decision['analysis'] {
  const out: Decision['analysis'] = {}
  for (const {child, value} of failedIn(raw, 'analysis', facts, reject)) {
    const text = textOf(value, CAPS.analysis)
    if (text === '') reject('analysis', {[child.number]: value}, 'no text')
    else out[child.number] = text
  }
  return out
}

function strategiesIn(raw: Raw, facts: Facts, reject: Reject): Decision['strategies'] {
  const out: Decision['strategies'] = {}
  for (const {child, value} of failedIn(raw, 'strategies', facts, reject)) {
    const read = strategyOf(value, child)
    if (typeof read === 'string') reject('strategies', {[child.number]: value}, read)
    else out[child.number] = read
  }
  return out
}

/** A strategy that changes something the next attempt can see and that ladder and caps allow; else why not. */
function strategyOf(value: unknown, child: FailedChild): Strategy | string {
  if (!isBag(value)) return 'not an object'
  const action = STRATEGY_ACTIONS.find((a) => a === value['action'])
  if (action === undefined) return 'unknown action'
  const strategy: Strategy = {action, guidance: textOf(value['guidance'], CAPS.guidance), reason: textOf(value['reason'], CAPS.reason)}
  return refusalOf(strategy, child) ?? strategy
}

function refusalOf({action, guidance}: {action: StrategyAction; guidance: string}, {may, failure}: FailedChild): string | null {
  const ladder = may.retry ? null : `the retry ladder does not allow it (${failure})`
  switch (action) {
    case 'skip': return null
    case 'retry': return ladder
    case 'retry_different': return ladder ?? (guidance === '' ? 'no guidance: nothing would be different' : null)
    case 'escalate': return ladder ?? (may.rise ? null : 'the tier cannot rise further (routing.max_escalations_per_issue)')
    case 'decompose': return may.decompose ? null : 'it has no split points of its own, or carries no-decompose'
  }
}

function learningsIn(raw: Raw, facts: Facts, reject: Reject): string[] {
  const texts = listIn(raw, 'learnings', reject).map((value) => {
    const text = textOf(value, CAPS.learning)
    if (text === '') reject('learnings', value, 'no text')
    return text
  })
  return [...new Set(texts)].filter((text) => text !== '' && !facts.learnings.includes(text)).slice(0, MAX_LEARNINGS)
}

/** Waves that hold every remaining sub-issue that is not skipped, each once and in order; else those in force without the skipped. */
function wavesIn(value: unknown, facts: Facts, skipped: ReadonlySet<number>, reject: Reject): number[][] {
  const old = without(facts.waves, skipped)
  if (value === undefined) return old
  const read = Array.isArray(value) ? value.map((wave) => (Array.isArray(wave) ? wave.map(issueOf) : [null])) : [[null]]
  const waves = read.map((wave) => wave.filter((n) => n !== null))
  const fault = read.flat().includes(null) ? 'not lists of issues' : wavesFault(waves, facts.remaining, skipped)
  if (fault === null) return waves
  reject('waves', value, `${fault}; the old waves stand`)
  return old
}
