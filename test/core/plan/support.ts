import {createHash} from 'node:crypto'
import type {CheckContext} from '../../../src/lib/core/plan/check.js'
import type {SubtaskDraft} from '../../../src/lib/core/plan/draft.js'
import {bodySha, type Hash} from '../../../src/lib/core/plan/plan-inputs.js'

export const sha256: Hash = (text) => createHash('sha256').update(text).digest('hex')

export const context = (over: Partial<CheckContext> = {}): CheckContext => ({
  epic: {number: 7, title: 'Exports', bodySha: bodySha('Exports', 'body', sha256), updatedAt: '2026-01-01T00:00:00Z'},
  base: {branch: 'main', sha: 'a'.repeat(40)}, maxSubtasks: 5, source: 'model', hash: sha256, ...over,
})

const PLACES = ['api', 'web', 'cli', 'db', 'docs', 'mobile', 'infra', 'sdk']
/** A subtask in a place of its own. */
export const subtask = (order: number, over: Partial<SubtaskDraft> = {}): SubtaskDraft => ({
  order, title: `Build part ${order}`, description: `Write part ${order}.`, acceptance: [`part ${order} works`], dependsOn: [],
  touches: [`${PLACES[order % PLACES.length]}/${order}/**`], complexity: 'medium', ...over,
})

/** mulberry32: small, seeded, good enough to vary test input. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
