import {describe, expect, test} from 'vitest'
import {classify, type ClassifyInput} from '../../../src/lib/core/classify/classify.js'
import type {DecomposeSettings} from '../../../src/lib/core/classify/merge.js'
import {classifyResultSchema, type ClassifyResult} from '../../../src/lib/core/classify/result.js'

const settings: DecomposeSettings = {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100}
const issue = (over: Partial<ClassifyInput>): ClassifyInput => ({number: 1, title: 'Something', body: '', labels: [], ...over})
const run = (over: Partial<ClassifyInput>, s: Partial<DecomposeSettings> = {}): ClassifyResult =>
  classifyResultSchema.parse(classify(issue(over), {...settings, ...s}))

const filler = (words: number): string => Array.from({length: words}, (_, i) => ['the', 'team', 'wants', 'this', 'soon'][i % 5]).join(' ')
const boxes = (n: number): string => Array.from({length: n}, (_, i) => `- [ ] Add piece number ${'abcdefghijklmnopqrst'[i]}`).join('\n')
const phases = (n: number, what = 'Build the thing'): string => Array.from({length: n}, (_, i) => `## Phase ${i + 1}: ${what}\nSome text.`)
  .join('\n\n')
const areas = '## Tasks\n- [ ] Add the export endpoint to the API\n- [ ] Build the export page in the web UI'
  + '\n- [ ] Add the database migration\n- [ ] Write the guide for the docs\n- [ ] Add a CLI command'

describe('levels', () => {
  test.each<[string, Partial<ClassifyInput>, ClassifyResult['complexity']]>([
    ['the tag in the title', {title: '[Epic] Exports', body: 'Soon.'}, 'epic'],
    ['words for containers in passing', {title: 'Show the plan', body: 'It is part of the roadmap epic, a multi-phase one.'}, 'simple'],
    ['six boxes in a short text', {title: 'Export rows', body: boxes(6)}, 'medium'],
    ['seven boxes in a long text', {title: 'Export rows', body: `${filler(210)}\n\n${boxes(7)}`}, 'complex'],
    ['three plain phases', {title: 'Export rows', body: phases(3)}, 'medium'],
    ['four phases with a deep word', {title: 'Export rows', body: phases(4, 'Change the database schema')}, 'complex'],
    ['five phases', {title: 'Export rows', body: phases(5)}, 'epic'],
    ['calls itself an epic and lists five boxes', {title: 'Export rows', body: `This epic covers exports.\n\n${boxes(5)}`}, 'epic'],
    ['long, sections, phases and boxes', {title: 'Export rows', body: `${filler(310)}\n\n${phases(3)}\n\n## Tasks\n${boxes(8)}`}, 'epic'],
    ['a file with a telling name',
      {title: 'Fix epic.go',
      body: 'PlanEpic in `src/epic.go` is wrong.\n\n```go\ntype EpicPlan struct{}\n// epic roadmap milestone\n```'}, 'simple'],
    ['the title counts before the body', {title: 'refactor(api): split the handlers', body: `Delete unused helpers.\n\n${filler(60)}`},
      'complex'],
    ['a typo, whatever the body says', {title: 'Fix typo in the guide', body: `${filler(300)} migration architecture rewrite`}, 'trivial'],
    ['nothing but a title', {title: 'Sorting loses rows'}, 'simple'],
    ['a question', {title: 'How do I run it behind a proxy?', body: 'I tried.'}, 'trivial'],
    ['somebody stuck', {title: 'Signatures differ', body: `${filler(80)} Am I doing something wrong? Any hints are welcome.`}, 'trivial'],
    ['a long report whose last line is a courtesy', {title: 'Signatures differ', body: `${filler(160)} Any hints are welcome.`}, 'medium'],
    ['a defect whose reporter asks for help', {title: 'Signing fails on an empty key', body: `${filler(80)} Any ideas?`}, 'simple'],
    ['a short request in many points', {title: 'Searching replays',
      body: `${filler(30)}\n\n${['players', 'map', 'date', 'length', 'winner'].map((by) => `- by ${by}`).join('\n')}`}, 'medium'],
    ['a short request in few points', {title: 'Searching replays', body: `${filler(30)}\n\n- by players\n- by map`}, 'simple'],
    ['a filesystem is no system, a prototype no typo', {title: 'Watch the filesystem of prototypos', body: filler(120)}, 'medium'],
    ['several areas in one list', {title: 'Exports', body: `${filler(100)}\n\n${areas}`}, 'epic'],
    ['an announced collection', {title: 'Various small issues',
      body: '1. The list does not scroll\n2. Please add a search\n3. Export is broken on an empty list'}, 'epic'],
    ['a crash with steps to see it', {title: 'Export crashes on an empty list',
      body: '## Steps to reproduce\n1. Open the list\n2. Press export\n3. Watch it crash\n\n## Expected\nA file.'}, 'simple'],
    ['a long step-by-step text about one change', {
      title: 'Add retry to the uploader',
        body: `${filler(320)}\n\n${Array.from({length: 9}, (_, i) => `${i + 1}. Change \`src/upload/part${i}.ts\` so that it retries`)
        .join('\n')}`,
    }, 'medium'],
  ])('%s', (_name, over, want) => { expect(run(over)).toMatchObject({complexity: want, source: 'heuristic'}) })

  test('the same list in a template, quote, comment, fence or log is not seen', () => {
    for (const wrap of [(t: string) => `\`\`\`\n${t}\n\`\`\``, (t: string) => `<!--\n${t}\n-->`, (t: string) => t.replace(/^/gm, '> '),
      (t: string) => `Text:\n\n${t.replace(/^/gm, '    ').replace('Text', '')}`]) {
      const {signals, complexity} = run({title: 'Export rows', body: `Rows please.\n\n${wrap(areas.replace('## Tasks\n', ''))}`})
      expect(signals).toMatchObject({splitPoints: 0, checkboxes: 0})
      expect(complexity).not.toBe('epic')
    }
  })
})

describe('whether it may be split', () => {
  const epic = {title: 'Exports', body: `${filler(120)}\n\n${areas}`}
  const inOne = `${filler(120)}\n\n${Array.from({length: 6}, (_, i) => `## Phase ${i + 1}: Change \`src/upload/part${i}.ts\``)
    .join('\n\n')}`
  test('an epic in several areas may', () => {
    expect(run(epic)).toMatchObject({decompose: {eligible: true, reason: 'epic', code: null},
      signals: {splitPoints: 5, splitSource: 'checkbox'}, bypass: null})
  })
  test.each<[string, Partial<ClassifyInput>, Partial<DecomposeSettings>, string]>([
    ['the label, in any case', {...epic, labels: ['No-Decompose']}, {enabled: false}, 'no_decompose_label'],
    ['the label before the title', {...epic, title: '[single] Exports', labels: ['no-decompose']}, {}, 'no_decompose_label'],
    ['[no-plan]', {...epic, title: 'Exports [No-Plan]'}, {enabled: false}, 'no_decompose_title'],
    ['[single]', {...epic, title: '[single] Exports'}, {}, 'no_decompose_title'],
    ['switched off', epic, {enabled: false}, 'disabled'],
    ['too small', {title: 'Fix typo in the guide', body: epic.body.replace(areas, '')}, {}, 'below_min_complexity'],
    ['too few words', {...epic, title: '[epic] Exports', body: areas}, {}, 'description_too_short'],
    ['nothing to split at', {title: '[epic] Exports', body: filler(150)}, {}, 'no_split_points'],
    ['one directory', {title: '[epic] Uploads', body: inOne}, {}, 'single_package'],
    ['many phases in one directory', {title: 'Uploads', body: inOne}, {}, 'single_package'],
  ])('%s', (_name, over, s, code) => { expect(run(over, s).decompose).toMatchObject({eligible: false, code}) })

  test('a veto is reported and keeps an epic from being one, unless its title says so', () => {
    expect(run({...epic, labels: ['no-decompose']})).toMatchObject({complexity: 'complex',
      bypass: {kind: 'label', evidence: 'no-decompose'}})
    expect(run({...epic, title: '[single] Exports'})).toMatchObject({complexity: 'complex', bypass: {kind: 'title', evidence: '[single]'}})
    expect(run({...epic, title: '[epic] [single] Exports'})).toMatchObject({complexity: 'epic', decompose: {eligible: false},
      signals: {tag: 'epic'}})
  })
  test('words of the body are no veto', () => {
    expect(run({...epic, body: `${epic.body}\n\nno-decompose [single] do not split`}).decompose.eligible).toBe(true)
  })
  test('a lower minimum lets smaller work through', () => {
    expect(run({title: 'Export rows', body: boxes(4)}, {min_complexity: 'medium', min_description_words: 0}).decompose)
      .toMatchObject({eligible: true, reason: 'medium'})
  })
})

test('the result is the contract\'s item', () => {
  expect(run({number: 123, title: '[epic] Exports', body: `${filler(120)}\n\n${areas}\nSee \`src/api/a.ts\` and \`web/b.ts\``}))
    .toMatchObject({
    issue: 123, signals: {checkboxes: 5, phases: 0, tag: 'epic', directories: ['src/api', 'web']}, usage: null, costUsd: null,
  })
})
