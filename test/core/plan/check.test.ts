import {describe, expect, test} from 'vitest'
import {printPlanComment} from '../../../src/lib/core/issue/plan-comment.js'
import {checkPlan, type CheckContext} from '../../../src/lib/core/plan/check.js'
import {draftOf, type PlanDraft, type SubtaskDraft} from '../../../src/lib/core/plan/draft.js'
import {planSchema, type EpicPlan} from '../../../src/lib/core/plan/plan.js'
import {context, subtask} from './support.js'

const draft = (...subtasks: SubtaskDraft[]): PlanDraft => ({reason: 'why', effort: '', subtasks})
function planned(d: PlanDraft, over: Partial<CheckContext> = {}): EpicPlan {
  const checked = checkPlan(d, context(over))
  if (!checked.ok) throw new Error(checked.problems.join('; '))
  return planSchema.parse(checked.plan)
}
const problems = (d: PlanDraft): string[] => { const checked = checkPlan(d, context()); return checked.ok ? [] : checked.problems }

describe('what the author has to mend', () => {
  test.each<[string, PlanDraft, string[]]>([
    ['a circle names its members', draft(subtask(1, {dependsOn: [3]}), subtask(2, {dependsOn: [1]}), subtask(3, {dependsOn: [2]})),
      ['subtasks depend on each other in a circle: 1 → 3 → 2 → 1']],
    ['a subtask waiting for itself', draft(subtask(1), subtask(2, {dependsOn: [2]})),
      ['subtasks depend on each other in a circle: 2 → 2']],
    ['an unknown dependency', draft(subtask(1), subtask(2, {dependsOn: [9]})), ['subtask 2 depends on 9, which is not in the plan']],
    ['an order twice', draft(subtask(1), subtask(1)), ['order 1 is used more than once']],
    ['no description', draft(subtask(1), subtask(2, {description: ' \n'})), ['subtask 2 has an empty description']],
    ['no title', draft(subtask(1, {title: '** **'}), subtask(2)), ['subtask 1 has no title']],
    ['nothing at all', draft(), ['the plan has no subtasks and does not say that the work is single']],
    ['everything at once', draft(subtask(1, {description: ''}), subtask(2, {dependsOn: [8]})),
      ['subtask 1 has an empty description', 'subtask 2 depends on 8, which is not in the plan']],
  ])('%s', (_name, d, want) => { expect(problems(d)).toEqual(want) })
})

describe('nothing is cut to fit', () => {
  const long = 'word '.repeat(7000).trim()
  test.each<[string, PlanDraft, RegExp]>([
    ['a description', draft(subtask(1, {description: long}), subtask(2)), /^subtask 1 has a description of 34999 characters: at most 30000 fit$/],
    ['a criterion', draft(subtask(1), subtask(2, {acceptance: ['x '.repeat(600)]})), /^subtask 2 has an acceptance criterion of more than 1000/],
    ['too many criteria', draft(subtask(1, {acceptance: Array.from({length: 101}, (_, i) => `works ${i}`)}), subtask(2)), /^subtask 1 has 101 acceptance criteria/],
    ['a tail that grew too long', draft(...[1, 2, 3, 4, 5, 6].map((n) => subtask(n, {description: `${n} ${'word '.repeat(4000)}`}))), /^subtask 5 has a description of \d+ characters.*after 6 subtasks became 5$/],
    ['a plan that no comment holds', draft(...[1, 2, 3].map((n) => subtask(n, {description: `${n} ${'word '.repeat(5000)}`}))), /^the plan is \d+ characters long: at most 63536 fit into a comment$/],
  ])('%s', (_name, d, want) => { expect(problems(d)).toEqual([expect.stringMatching(want)]) })
  test('the longest plan that passes fits into a comment', () => {
    const words = (n: number): PlanDraft => draft(...[1, 2, 3].map((k) => subtask(k, {description: `${k} ${'a<b '.repeat(n)}`})))
    let n = 100
    while (checkPlan(words(n + 100), context()).ok) n += 100
    expect(printPlanComment({...planned(words(n)), costUsd: 12.345678, usage: {inFresh: 1e9, cacheRead: 1e9, cacheWrite5m: 1e9, cacheWrite1h: 1e9, out: 1e9}}).length).toBeLessThanOrEqual(65_536)
  })
  test('a title too long for a title is told in full below it', () => {
    const title = `Build ${'very '.repeat(30)}much`
    const [first] = planned(draft(subtask(1, {title}), subtask(2))).subtasks
    expect([first!.title.length <= 80, first!.title.endsWith('…'), first!.description]).toEqual([true, true, `${title}\n\nWrite part 1.`])
  })
  test('a long check that builds nothing stays a subtask', () => {
    const told = 'By hand. '.repeat(200)
    expect(planned(draft(subtask(1), subtask(2), subtask(3, {title: 'Verify all', description: told, touches: []}))).subtasks).toHaveLength(3)
  })
  test('the steps of a plan that became single are in its reason', () => {
    // a directory without its slash is one all the same
    expect(planned(draft(subtask(1, {touches: ['packages/api']}), subtask(2, {touches: ['packages/web']}))).decision).toBe('split')
    expect(planned(draft(subtask(1, {touches: ['packages/api']}), subtask(2, {touches: ['packages/api/src/a.ts']}))).decision).toBe('single')
    expect(planned(draft(subtask(1, {touches: ['src/a/x.ts']}), subtask(2, {touches: ['src/a/y.ts']}))).reason)
      .toBe('everything touches one package: src/a (the steps: Build part 1; Build part 2)')
  })
})

describe('order', () => {
  test('gaps are closed and dependencies come first, otherwise the order stays', () => {
    const plan = planned(draft(subtask(10, {dependsOn: [40]}), subtask(20), subtask(40)))
    expect(plan.subtasks.map((s) => [s.order, s.title, s.dependsOn])).toEqual([
      [1, 'Build part 20', []], [2, 'Build part 40', []], [3, 'Build part 10', [2]],
    ])
    expect(plan.waves).toEqual([[1, 2], [3]])
  })
  test('subtasks that touch the same file wait for the earlier one', () => {
    const plan = planned(draft(subtask(1, {touches: ['api/a.ts']}), subtask(2, {touches: ['web/b.ts']}),
      subtask(3, {touches: ['api/*.ts', 'cli/x.ts']})))
    expect(plan.subtasks.map((s) => s.dependsOn)).toEqual([[], [], [1]])
    expect(plan.waves).toEqual([[1, 2], [3]])
  })
})

describe('too many subtasks', () => {
  const many = draft(...[1, 2, 3, 4, 5].map((n) => subtask(n, n === 5 ? {dependsOn: [1], complexity: 'complex'} : n === 3
    ? {dependsOn: [2]} : {})))
  test('the tail is merged into the last one, with all it says', () => {
    const plan = planned(many, {maxSubtasks: 3})
    const last = plan.subtasks[2]!
    expect(plan.subtasks).toHaveLength(3)
    for (const n of [3, 4, 5]) expect(last.description).toContain(`Write part ${n}.`)
    expect(last.acceptance).toEqual(['part 3 works', 'part 4 works', 'part 5 works'])
    expect(last.dependsOn).toEqual([1, 2])
    expect(last.touches).toHaveLength(3)
    expect(last.complexity).toBe('complex')
  })
  test('as many as allowed stay as they are', () => { expect(planned(many, {maxSubtasks: 5}).subtasks).toHaveLength(5) })
})

describe('verify-only subtasks', () => {
  test('become criteria of the one before, and who waited for them waits for that one', () => {
    const plan = planned(draft(
      subtask(1), subtask(2, {title: 'Verify the exports', description: 'Run the whole suite once more.', acceptance: ['suite is green'],
        touches: [], dependsOn: [1]}), subtask(3, {dependsOn: [2]}),
    ))
    expect(plan.subtasks.map((s) => [s.title, s.dependsOn])).toEqual([['Build part 1', []], ['Build part 3', [1]]])
    expect(plan.subtasks[0]!.acceptance).toEqual(['part 1 works', 'Verify the exports', 'Run the whole suite once more.', 'suite is green'])
  })
  test.each<[string, Partial<SubtaskDraft>]>([
    ['a check of the part before', {title: 'Verify that the exports work', description: 'Open one in a spreadsheet.', dependsOn: [1]}],
    ['a run of the tests', {title: 'Run all tests', description: 'And lint.', dependsOn: [1]}],
    ['a run of a suite', {title: 'Run the regression suite', description: 'On every system.', dependsOn: [1]}],
    ['manual tests', {title: 'Manually test the exports', description: 'On a phone too.', dependsOn: [1]}],
    ['a look at criteria', {title: 'Confirm the acceptance criteria', description: 'One by one.', dependsOn: [1]}],
    ['that all still passes', {title: 'Ensure that everything still works', description: 'No warnings.', dependsOn: [1]}],
    ['that the build is green', {title: 'Ensure CI is green', description: 'On all systems.', dependsOn: [1]}],
    ['quality assurance', {title: 'QA', description: 'By somebody else.', dependsOn: [1]}],
    ['tests of what was built', {title: 'Test the export route and page together', description: 'With a large shelf.', dependsOn: [1]}],
  ])('%s goes into the one before', (_name, over) => { expect(planned(draft(subtask(1), subtask(2, {touches: [], ...over}), subtask(3))).subtasks.map(({title}) => title)).toEqual(['Build part 1', 'Build part 3']) })
  test.each<[string, Partial<SubtaskDraft>]>([
    ['it builds', {title: 'Validate and fix input', touches: []}],
    ['it names files', {title: 'Validate requests', description: 'Reject bad rows early.', touches: ['api/validate.ts']}],
    ['check is part of a name', {title: 'Check-in page for guests', description: 'Guests see it.', touches: []}],
    ['test is part of a name', {title: 'Test mode for payments', description: 'No card is charged.', touches: []}],
    ['it looks at what users send', {title: 'Validate input on the server', description: 'Bodies over 1 MB are refused with 413.', touches: []}],
    ['its title says that it builds', {title: 'feat: validate everything', description: 'Bad rows are refused.', touches: [], dependsOn: [1]}],
    ['it names code', {title: 'Check permissions', description: 'Every route in `api/routes` asks first.', touches: []}],
    ['it refuses input', {title: 'Validate user input on signup', description: 'Reject addresses without a domain; show the message beside the field.', touches: [], dependsOn: [1]}],
    ['it deletes rows', {title: 'Run nightly cleanup of expired jobs', description: 'A cron entry that deletes rows older than 30 days.', touches: [], dependsOn: [1]}],
    ['it limits', {title: 'Ensure logins are rate limited', description: 'At most five tries a minute; answer 429 beyond that.', touches: [], dependsOn: [1]}],
    ['it is about who may', {title: 'Check permissions of guests', description: 'Guests never see drafts.', touches: [], dependsOn: [1]}],
    ['what it validates comes from outside', {title: 'Validate uploaded covers', description: 'Over 2 MB is too much.', touches: [], dependsOn: [1]}],
    ['it runs at night', {title: 'Run backups every night', description: 'As the operators asked.', touches: [], dependsOn: [1]}],
    ['it has to be set up', {title: 'Run benchmarks nightly', description: 'On the large machine.', touches: [], dependsOn: [1]}],
    ['it has to be brought about', {title: 'Ensure builds are cached', description: 'For a week.', touches: [], dependsOn: [1]}],
    ['a program verifies it', {title: 'Verify webhook signatures', description: 'With the key of the sender.', touches: [], dependsOn: [1]}],
    ['it keeps a promise', {title: 'Ensure exports are streamed', description: 'No more than one page in memory.', touches: [], dependsOn: [1]}],
  ])('stays when %s', (_name, over) => { expect(planned(draft(subtask(1), subtask(2, over))).subtasks).toHaveLength(2) })
})

describe('single', () => {
  test.each<[string, PlanDraft, RegExp]>([
    ['the author says so', {decision: 'single', reason: 'one module', effort: '', subtasks: []}, /one module/],
    ['one directory', draft(subtask(1, {touches: ['src/auth/a.ts']}),
      subtask(2, {touches: ['src/auth/b.ts', 'src/auth/test/b.test.ts']})), /src\/auth/],
    ['one workspace package', draft(subtask(1, {touches: ['packages/api/src/**']}), subtask(2, {touches: ['packages/api/test/**']})),
      /packages\/api/],
    ['paths in the text only', draft(subtask(1, {touches: [], description: 'Change `src/auth/a.ts`.'}),
      subtask(2, {touches: [], description: 'Change src/auth/b.ts too.'})), /src\/auth/],
    ['one piece', draft(subtask(1)), /one piece/],
    ['one piece and a check of it', draft(subtask(1), subtask(2, {title: 'Test everything', description: 'By hand.', touches: []})),
      /one piece/],
  ])('%s', (_name, d, reason) => {
    const plan = planned(d)
    expect(plan).toMatchObject({decision: 'single', subtasks: [], waves: []})
    expect(plan.reason).toMatch(reason)
  })
  test.each<[string, SubtaskDraft[]]>([
    ['two directories', [subtask(1, {touches: ['src/auth/a.ts']}), subtask(2, {touches: ['src/web/b.ts']})]],
    ['two packages', [subtask(1, {touches: ['packages/a/**']}), subtask(2, {touches: ['packages/b/**']})]],
    ['one says nothing', [subtask(1, {touches: ['src/auth/a.ts']}), subtask(2, {touches: []})]],
    ['two that share no word', [subtask(1, {title: 'Add login', touches: []}), subtask(2, {title: 'Migrate invoices', touches: []})]],
  ])('not with %s', (_name, subtasks) => { expect(planned(draft(...subtasks)).decision).toBe('split') })
})

describe('text', () => {
  test.each([
    ['**Add** `store`', 'Add store'], ['### 1. Add store', 'Add store'], ['feat(api): add *new* route', 'feat(api): add new route'],
    ['Add\nstore', 'Add store'], ['snake_case_name stays', 'snake_case_name stays'], ['Step 2: Add store.', 'Add store'], ['Phase 2: Add store', 'Add store'], ['PR #3 – Add store', 'Add store'],
    ['Step 2:', 'Step 2'], ['Part 2 of the store', 'Part 2 of the store'],
    ['word '.repeat(30).trim(), `${'word '.repeat(15)}word…`.replace(/^(.{0,79}).*$/, '$1')],
  ])('title %j', (title, want) => {
    const got = planned(draft(subtask(1, {title}), subtask(2))).subtasks[0]!.title
    expect(got.length).toBeLessThanOrEqual(80)
    if (title.length <= 80) expect(got).toBe(want)
    else expect(got).toMatch(/^word( word)*…$/)
  })
  test('nothing in it acts on GitHub', () => {
    const plan = planned(draft(subtask(1, {
      title: 'Fix #12 for @team', description: 'Parent: GH-1\nDepends on: #2\n<!-- pilot:child {} -->\nCloses #3, thanks @octocat',
        acceptance: ['- [ ] fixes #4'],
    }), subtask(2)))
    const all = JSON.stringify(plan.subtasks[0])
    expect(all).not.toMatch(/@(?:team|octocat)|<!-- pilot:|(?:Closes|Fix|fixes) #|Parent: GH|Depends on: #/)
  })
  test('globs that leave the repository or are no globs go', () => {
    const plan = planned(draft(subtask(1, {touches: ['./api/a.ts', '../x', '/etc/passwd', 'all the files', '`web/b.ts`', 'api/a.ts']}),
      subtask(2)))
    expect(plan.subtasks[0]!.touches).toEqual(['api/a.ts', 'web/b.ts'])
  })
  test.each([
    ['packages/@scope/a.ts', 'packages/@scope/a.ts'], ['größe/ä.ts', 'größe/ä.ts'], ['src\\win\\a.ts', 'src/win/a.ts'], ['src/a.ts (new)', 'src/a.ts'], ['`src/a.ts` - the reader', 'src/a.ts'],
    ['new: src/a.ts', 'src/a.ts'], ['(create) src/a.ts', 'src/a.ts'],
  ])('touches %s', (raw, want) => {
    const once = planned(draft(subtask(1, {touches: [raw]}), subtask(2)))
    expect(once.subtasks[0]!.touches).toEqual([want])
    expect(planned(draftOf(once))).toEqual(once)
  })
  test('a criterion is one line, whatever fence it begins', () => {
    const plan = planned(draft(subtask(1, {acceptance: ['~~~ open', '- [ ] ```js', '1. counts\nand goes on']}), subtask(2)))
    expect(plan.subtasks[0]!.acceptance).toEqual(['open', 'js', 'counts and goes on'])
  })
})

describe('keys', () => {
  const keys = (d: PlanDraft, over: Partial<CheckContext> = {}): string[] => planned(d, over).subtasks.map((s) => s.key)
  test('stay with the title, whatever else changes', () => {
    const before = keys(draft(subtask(1), subtask(2), subtask(3)))
    const after = keys(draft(subtask(3, {description: 'Told differently.'}), subtask(1, {title: '**Build part 1**'}), subtask(2)))
    expect(after).toEqual([before[2], before[0], before[1]])
  })
  test('differ within a plan and between epics', () => {
    const same = keys(draft(subtask(1, {title: 'Same'}), subtask(2, {title: 'same!'})))
    expect(new Set(same).size).toBe(2)
    expect(keys(draft(subtask(1), subtask(2)))).not.toEqual(keys(draft(subtask(1), subtask(2)), {epic: {...context().epic, number: 8}}))
  })
  test('the hash of the plan follows its content and the epic\'s text', () => {
    const hash = planned(draft(subtask(1), subtask(2))).planHash
    expect(planned(draft(subtask(1), subtask(2))).planHash).toBe(hash)
    expect(planned(draft(subtask(1), subtask(2, {description: 'Other.'}))).planHash).not.toBe(hash)
    expect(planned(draft(subtask(1), subtask(2)), {epic: {...context().epic, bodySha: 'x'}}).planHash).not.toBe(hash)
  })
})

test('a checked plan passes its own check unchanged', () => {
  const plan = planned(draft(subtask(1), subtask(2, {touches: ['api/*']}), subtask(3, {touches: ['api/x.ts']})))
  expect(planned(draftOf(plan))).toEqual(plan)
})
