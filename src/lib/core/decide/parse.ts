import {answersIn, isBag, type Bag, type Said} from '../answer.js'

const KEYS = ['analysis', 'strategies', 'routedContext', 'skip', 'waves', 'learnings'] as const

const asDecision = (value: unknown): Bag | undefined => (isBag(value) && KEYS.some((key) => key in value) ? value : undefined)

/** The decision in a model's answer: the last object that has one of a decision's keys. undefined when there is none. */
export const decisionIn = (said: Said): Bag | undefined => answersIn(said, asDecision).at(-1)
