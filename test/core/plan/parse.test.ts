import {readdirSync, readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {parsePlan} from '../../../src/lib/core/plan/parse.js'

/** What a subtask of a fixture says; a list that is left out is empty, a complexity that is left out is medium. */
type Subtask = {title: string; description: string; acceptance?: string[]; dependsOn?: number[]; touches?: string[]; complexity?: string}
/** The outcome of a fixture, written by hand. `titles` and the lists beside it: the short form, which leaves the rest open. */
type Expected = {
  kind: 'json' | 'markdown' | 'prose' | 'unparseable'; decision?: 'split' | 'single'; reason?: string; orders?: number[]; subtasks?: Subtask[]
  titles?: string[]; descriptions?: string[]; dependsOn?: number[][]; touches?: string[][]; acceptance?: string[][]
}
const folder = new URL('../../fixtures/plans/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const expected = JSON.parse(read('expected.json')) as Record<string, Expected>

test('every shape of the corpus has an expectation and the other way round', () => {
  const files = readdirSync(folder).filter((name) => name !== 'expected.json')
  expect(files.sort()).toEqual(Object.keys(expected).sort())
  expect(files.length).toBeGreaterThanOrEqual(100)
})

test.each(Object.entries(expected))('%s', (name, want) => {
  const got = parsePlan(read(name))
  expect(got.kind, JSON.stringify(got)).toBe(want.kind)
  if (got.kind === 'unparseable') { if (want.reason !== undefined) expect(got.reason).toBe(want.reason); return }
  const {subtasks, decision} = got.draft
  if (want.decision !== undefined || want.subtasks !== undefined) expect(decision).toBe(want.decision)
  if (want.subtasks !== undefined) {
    expect(subtasks).toEqual(want.subtasks.map((s, i) => ({acceptance: [], dependsOn: [], touches: [], complexity: 'medium', ...s, order: want.orders?.[i] ?? i + 1})))
    return
  }
  expect(subtasks.map((s) => s.title)).toEqual(want.titles)
  if (want.descriptions) expect(subtasks.map((s) => s.description)).toEqual(want.descriptions)
  if (want.dependsOn) expect(subtasks.map((s) => s.dependsOn)).toEqual(want.dependsOn)
  if (want.touches) expect(subtasks.map((s) => s.touches)).toEqual(want.touches)
  if (want.acceptance) expect(subtasks.map((s) => s.acceptance)).toEqual(want.acceptance)
})

describe('JSON beside the plan', () => {
  const item = (place: string): object => ({order: 1, title: `feat(${place}): part`, description: `In ${place}/.`, touches: [`${place}/**`]})
  const plan = JSON.stringify({decision: 'split', subtasks: [item('api'), item('web')]})
  const bare = JSON.stringify({tasks: [item('api'), item('web')]})
  const sample = '{"tasks": [{"name": "lint", "description": "runs eslint"}]}'
  const list = '[{"name": "lint", "description": "runs eslint"}]'
  const titles = (text: string): string[] => {
    const got = parsePlan(text)
    return got.kind === 'json' ? got.draft.subtasks.map(({title}) => title) : []
  }
  const PARTS = ['feat(api): part', 'feat(web): part']
  test.each([
    ['a sample behind it', `${plan}\n\nThe CI file then reads:\n${sample}\n`], ['a sample before it', `${sample}\n${plan}`], ['a list behind it', `${plan}\n${list}`], ['both', `${sample}\n${plan}\n${list}`],
    ['an older plan', `{"subtasks": [{"title": "old", "description": "x"}]}\nNo, better:\n${plan}`], ['an empty list of that name', `${plan}\n{"subtasks": []}`], ['another list of its own', `{"tasks": [{"name": "lint", "description": "x"}], "subtasks": ${JSON.stringify([item('api'), item('web')])}}`],
    ['in other words, the last of its kind', `${sample}\n${bare}`], ['fenced, and a sample in a fence behind it', `\`\`\`json\n${plan}\n\`\`\`\n\`\`\`json\n${sample}\n\`\`\``],
  ])('%s: the plan is the plan', (_, text) => { expect(titles(text)).toEqual(PARTS) })
  test('a decision to keep it whole is one, whatever stands behind it', () => {
    expect(parsePlan(`{"decision": "single", "reason": "one place", "subtasks": []}\n${sample}`)).toMatchObject({kind: 'json', draft: {decision: 'single', subtasks: []}})
  })
})

describe('what is kept', () => {
  test('a numbered list inside a description stays there', () => {
    const got = parsePlan(read('md-nested-flush.md'))
    expect(got.kind === 'markdown' && got.draft.subtasks[0]!.description).toBe('In this order:\n1. columns\n2. index')
  })
  test('all fields of a JSON plan arrive', () => {
    const got = parsePlan(read('json-bare.txt'))
    expect(got).toMatchObject({kind: 'json', draft: {decision: 'split', reason: 'two areas', effort: '2 days'}})
    expect(got.kind === 'json' && got.draft.subtasks[0]).toEqual({
      order: 1, title: 'feat(api): add export route', description: 'Route that streams rows.', acceptance: ['streams'], dependsOn: [],
        touches: ['api/**'], complexity: 'simple',
    })
  })
  test('an epic or unknown complexity becomes one that can be implemented', () => {
    const got = parsePlan('{"subtasks":[{"title":"a","description":"b","complexity":"EPIC"},'
      + '{"title":"c","description":"d","complexity":"huge"}]}')
    expect(got.kind === 'json' && got.draft.subtasks.map((s) => s.complexity)).toEqual(['complex', 'medium'])
  })
})
