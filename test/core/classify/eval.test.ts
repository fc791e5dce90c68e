import {describe, expect, test} from 'vitest'

type Truth = {complexity: string; decompose: boolean; acceptable: string[]; parts: [number, number]}
type Got = {complexity: string; eligible: boolean; open: boolean; points: number; words: number; ms: number; longMs: number} | {crash: string}
type Judged = {id: string; title: string; truth: Truth; got: Got}
type Score = {
  issues: number; crashes: number; short: number; ceiling: number | null; confusion: number[][]; level: Record<'exact' | 'within' | 'acceptable', number | null>
  eligible: Record<'precision' | 'recall' | 'f1', number | null>; split: Record<'of' | 'asRead' | 'capped' | 'none', number>; ms: {mean: number | null; p99: number | null}
}
const script = (name: string): string => new URL(`../../../scripts/lib/eval/${name}`, import.meta.url).href
const {foldOf, readIssues} = await import(script('issues.mjs')) as {foldOf: (id: string) => string; readIssues: (text: string) => (Judged & {fold: string})[]}
const {agreement, percentile, scoreOf, worstOf} = await import(script('score.mjs')) as {
  agreement: (items: Judged[], said: (item: Judged) => boolean) => Record<string, number | null>
  percentile: (numbers: number[], share: number) => number | null
  scoreOf: (items: Judged[], settings: {max_subtasks: number; min_description_words: number; min_complexity: string}) => Score
  worstOf: (items: Judged[], limit: number) => Judged[]
}
const {markdownTable} = await import(script('print.mjs')) as {markdownTable: (scores: Record<string, Score>) => string}

const row = (over: object = {}): string => JSON.stringify({
  id: 'a', title: 'T', body: 'B', labels: {complexity: 'medium', decompose: false, split_count_min: 1, split_count_max: 1}, ...over,
})
const judged = (id: string, truth: Partial<Truth>, got: object): Judged => ({
  id, title: 'T', truth: {complexity: 'medium', decompose: false, acceptable: ['medium'], parts: [1, 1], ...truth},
  got: {complexity: 'medium', eligible: false, open: false, points: 0, words: 200, ms: 1, longMs: 9, ...got},
})
const settings = {max_subtasks: 5, min_description_words: 100, min_complexity: 'epic'}

describe('labelled issues', () => {
  test('are read with their truth', () => {
    expect(readIssues(`${row()}\n\n${row({id: 'b', acceptable_complexity: ['epic'], gh_labels: ['x']})}\n`)).toMatchObject([
      {id: 'a', labels: [], truth: {complexity: 'medium', acceptable: ['medium'], parts: [1, 1]}}, {id: 'b', labels: ['x'], truth: {acceptable: ['medium', 'epic']}},
    ])
  })
  test('that cannot be scored are named by line and field', () => {
    expect(() => readIssues(`${row()}\nno json\n${row({id: 1, labels: {complexity: 'huge', decompose: true, split_count_min: 0, split_count_max: 2}})}`))
      .toThrow('line 2: no JSON object\nline 3: id, labels.complexity, labels.split_count_min')
  })
  test('keep their fold, about three in five seen', () => {
    const folds = Array.from({length: 1000}, (_, i) => foldOf(`issue-${i}`))
    const seen = folds.filter((fold) => fold === 'seen').length
    expect([folds[0], seen > 550 && seen < 650]).toEqual([foldOf('issue-0'), true])
  })
})

describe('scores', () => {
  const items = [
    judged('right', {decompose: true, complexity: 'epic', acceptable: ['epic'], parts: [6, 8]}, {complexity: 'epic', eligible: true, open: true, points: 7}),
    judged('short', {decompose: true, complexity: 'epic', acceptable: ['epic'], parts: [2, 3]}, {complexity: 'epic', open: true, points: 2, words: 20, ms: 3}),
    judged('missed', {decompose: true, complexity: 'complex', acceptable: ['complex', 'epic'], parts: [2, 2]}, {complexity: 'simple'}),
    judged('wrong', {}, {complexity: 'epic', eligible: true, open: true, points: 3}),
    judged('fine', {acceptable: ['medium', 'simple']}, {complexity: 'simple'}),
  ]
  test('count what was right, wrong and missed', () => {
    expect(scoreOf(items, settings)).toMatchObject({
      issues: 5, crashes: 0, short: 1, ceiling: 1 / 3, eligible: {precision: 1 / 2, recall: 1 / 3, f1: 0.4, wrong: 1, missed: 2}, open: {precision: 2 / 3, recall: 2 / 3},
      level: {exact: 2 / 5, within: 3 / 5, acceptable: 3 / 5}, split: {of: 3, asRead: 2, capped: 2, none: 1}, ms: {mean: 7 / 5, p99: 3},
    })
    expect(scoreOf(items, {...settings, min_complexity: 'complex', min_description_words: 0}).ceiling).toBe(1)
    expect(scoreOf(items, settings).confusion[2]).toEqual([0, 1, 0, 0, 1])
  })
  test('a plan of at most five meets labels of six to eight with five', () => {
    const [of] = [judged('x', {decompose: true, parts: [6, 8]}, {points: 12})]
    expect(scoreOf([of], settings).split).toMatchObject({asRead: 0, capped: 1})
  })
  test('a crash counts against everything', () => {
    const crashed: Judged = {...items[0]!, got: {crash: 'boom'}}
    expect(scoreOf([crashed], settings)).toMatchObject({issues: 1, crashes: 1, level: {exact: 0}})
  })
  test('nothing said is no precision, not a perfect one', () => {
    expect(agreement([items[2]!], () => false)).toMatchObject({precision: null, recall: 0, f1: null})
    expect(percentile([], 0.99)).toBeNull()
  })
  test('a wrong split is worse than a missed one, and what is acceptable is no miss', () => {
    expect(worstOf(items, 9).map(({id}) => id)).toEqual(['wrong', 'missed', 'short'])
  })
  test('the table has a row a fold', () => {
    const lines = markdownTable({all: scoreOf(items, settings)}).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toBe('| all | 5 | 3 | 1 | 0.50 | 0.33 | 0.33 | 0.67 | 0.67 | 0.40 | 0.60 | 2 of 3 | 0 |')
  })
})
