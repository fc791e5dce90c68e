import {expect, test} from 'vitest'
import {childLabels, escalationTag, hasLabel, LABEL_STYLES, LABELS, pinsOf, RETRY_LABELS} from '../../../src/lib/core/issue/labels.js'

test('labels are compared without case', () => {
  expect(hasLabel(['Pilot-Done'], 'pilot-done')).toBe(true)
  expect(hasLabel(['pilot-done-ish', 'pilot'], 'pilot-done')).toBe(false)
})

test('every label can be created as GitHub wants it', () => {
  expect(Object.keys(LABEL_STYLES)).toEqual([...LABELS])
  for (const {color, description} of Object.values(LABEL_STYLES)) {
    expect(color).toMatch(/^[0-9a-f]{6}$/)
    expect(description.length).toBeLessThanOrEqual(100)
  }
  expect(LABELS).toEqual(expect.arrayContaining([...RETRY_LABELS]))
})

test.each([
  [[], ['pilot']],
  [['area:auth', 'priority:P1', 'no-decompose', 'bug', 'pilot-failed', 'pilot-tier:free', 'ARCH'], ['pilot', 'area:auth', 'priority:P1', 'no-decompose']],
  [['Pilot', 'Area:Web', 'area:web', 'No-Decompose', 'x-area:y', 'no-decompose-now'], ['pilot', 'Area:Web', 'No-Decompose']],
])('a child of %j gets %j', (parent, labels) => expect(childLabels(parent)).toEqual(labels))

test.each([
  [[], null, null, null, []],
  [['pilot-executor:codex', 'pilot-tier:Cheap'], 'codex', null, 'cheap', []],
  [['Pilot-Model:Native:qwen3-coder:30B'], null, {executor: 'native', model: 'qwen3-coder:30B'}, null, []],
  [['pilot-model:claude', 'pilot-model::x', 'pilot-executor:', 'pilot-executor'], null, null, null, []],
  [['pilot-tier:cheap', 'pilot-tier:free'], null, null, null, ['pilot-tier:cheap', 'pilot-tier:free']],
  [['pilot-tier:cheap', 'PILOT-TIER:CHEAP'], null, null, 'cheap', []],
])('pins of %j', (labels, executor, model, tier, conflicts) => expect(pinsOf(labels)).toEqual({executor, model, tier, conflicts}))

test.each([
  ['arch', 'ARCH'], ['Architecture', 'ARCH'], ['SECURITY', 'SECURITY'], ['security', 'SECURITY'], ['search', null], ['security-review', null],
])('label %s escalates as %s', (label, tag) => expect(escalationTag(['bug', label])).toBe(tag))
