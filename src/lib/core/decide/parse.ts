import {answersIn, isBag, type Bag, type Said} from '../answer.js'
import {REJECTED_MAX, type Rejected} from './decision.js'

const RECORDS = ['analysis', 'strategies'] as const
const LISTS = ['routedContext', 'skip', 'waves', 'learnings'] as const
const KEYS = [...RECORDS, ...LISTS] as const
type Key = (typeof KEYS)[number]

const asDecision = (value: unknown): Bag | undefined => (isBag(value) && KEYS.some((key) => key in value) ? value : undefined)

const ofItsKind = (key: Key, value: unknown): boolean => ((RECORDS as readonly Key[]).includes(key) ? isBag(value) : Array.isArray(value))
const saysSomething = (bag: Bag): boolean => KEYS.some((key) => ofItsKind(key, bag[key]) && Object.keys(bag[key] as object).length > 0)

/** `dropped`: what another object of the same answer counts for. */
export type Found = {raw: Bag; dropped: Rejected[]}

/**
 * The decision in a model's answer, from all objects in it that have one of a decision's keys: of each key, what was said last in the right
 * kind of value. An object that is empty throughout, such as a form or a remark that there is nothing to skip, takes nothing back. undefined
 * when there is no such object.
 */
export function decisionIn(said: Said): Found | undefined {
  const found = answersIn(said, asDecision)
  const inOrder = [...found.filter((bag) => !saysSomething(bag)), ...found.filter(saysSomething)]
  const last = inOrder.at(-1)
  if (last === undefined) return undefined
  const fields = new Map<Key, {value: unknown; text: string}>()
  for (const key of KEYS) {
    const values = inOrder.filter((bag) => key in bag).map((bag) => bag[key])
    if (values.length === 0) continue
    const value = values.findLast((one) => ofItsKind(key, one)) ?? values.at(-1)
    fields.set(key, {value, text: JSON.stringify(value) ?? ''})
  }
  const dropped = found.flatMap((bag) => KEYS.filter((key) => key in bag).map((key) => ({field: key, value: JSON.stringify(bag[key]) ?? ''}))
    .filter(({field, value}) => value !== fields.get(field)!.text))
  return {
    raw: {...last, ...Object.fromEntries([...fields].map(([key, {value}]) => [key, value]))},
    // an answer may hold one object twice: in its text, and as its program read it
    dropped: [...new Map(dropped.map((one) => [`${one.field} ${one.value}`, one])).values()].map(({field, value}) => ({field, value: value.slice(0, REJECTED_MAX), reason: 'another object of the answer counts for it'})),
  }
}
