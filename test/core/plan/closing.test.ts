import {expect, test} from 'vitest'
import {closing, withoutClosing} from '../../../src/lib/core/plan/closing.js'
import {parsePlan} from '../../../src/lib/core/plan/parse.js'

test.each<[string, number[], string | null]>([
  ['Scope queries. Depends on: 1', [1], 'Scope queries.'], ['Scope queries. Depends on 2.', [2], 'Scope queries.'],
  ['Two. Dependencies: Task 1', [1], 'Two.'], ['Four. Blocked by #1, #2', [1, 2], 'Four.'], ['Five; requires 1', [1], 'Five'],
  ['z (after 1 and 2)', [1, 2], 'z'], ['z (needs 1, 2)', [1, 2], 'z'], ['z [after 1]', [1], 'z'], ['x - after step 2', [2], 'x'],
  ['Three — depends on Task 1 and Task 2', [1, 2], 'Three'], ['x. **Depends on:** 1–3', [1, 2, 3], 'x.'], ['x. *Depends on: 1, and 2.*', [1, 2], 'x.'],
  ['- Depends on 1 & 2', [1, 2], ''], ['x. Depends on: 1 (the table)', [1], 'x.'], ['x. Depends on: none', [], 'x.'], ['x. Dependencies: none.', [], 'x.'],
  ['x. Hängt von 1 und 2 ab. Abhängig von 3', [3], 'x. Hängt von 1 und 2 ab.'], ['Depends on 1. Add the page.', [1], null], ['This part depends on 1, since it needs the table', [1], null],
  ['The page depends on 2', [2], null], ['Depends on subtask 1; blocked by 2', [1, 2], 'Depends on subtask 1'],
])('%s', (line, numbers, rest) => { expect(closing(line)).toEqual({numbers, rest}) })

test.each([
  'The merge requires 2 approvals', 'It depends on 3 services', 'Requires 2, 3 or 4 approvals', 'depends on 1 and 2 approvals', 'Log out after 1 minute', 'Log the user out after 3',
  'requires 2.5', 'Requires node 20', 'requires 3x the room', 'blocked by 50% of users', 'The quorum needs 2', 'Update its dependencies 1', 'It does not depend on 1', 'is no longer blocked by 2',
  'Depends on 2 of the 3 tables', 'Requires 1 (one) approval', 'Depends on 2 - 3 services', 'Needs 2, maybe 3 workers', 'It requires 2-factor login', 'Depends on none of them',
])('"%s" names no order', (line) => { expect(closing(line)).toEqual({numbers: [], rest: null}) })

test('only orders of the plan are taken out, code stays, and so does what says nothing else', () => {
  const isOrder = (n: number): boolean => n < 3
  expect(withoutClosing('Add it. Depends on: 1\n- Depends on 2\n\n```yaml\nx; requires 1\n```\nRun it; requires 7', isOrder)).toBe('Add it.\n\n```yaml\nx; requires 1\n```\nRun it; requires 7')
  expect(withoutClosing('Depends on: 1', isOrder)).toBe('Depends on: 1')
})

const read = (text: string): unknown => {
  const parsed = parsePlan(text)
  return parsed.kind === 'unparseable' ? parsed : parsed.draft.subtasks.map(({title, description, dependsOn, touches}) => [title, description, dependsOn, touches])
}

test.each<[string, string, unknown[]]>([
  ['in a line', '1. **feat(db): add tenants** - add the table in `packages/db`\n2. **feat(api): scope queries** - in `services/api/**`. Depends on: 1\n3. **feat(web): switcher** - in `apps/web/src/a.tsx`. Depends on 2.\n', [
    ['feat(db): add tenants', 'add the table in `packages/db`', [], ['packages/db/**']], ['feat(api): scope queries', 'in `services/api/**`.', [1], ['services/api/**']],
    ['feat(web): switcher', 'in `apps/web/src/a.tsx`.', [2], ['apps/web/src/a.tsx']],
  ]],
  ['in the words of a sentence', '1. **A thing** - one\n2. **B thing** - two. Dependencies: Task 1\n3. **C thing** — three. Depends on Task 1 and Task 2\n4. **D thing** — four. Blocked by #1, #2\n5. **E thing**: five; requires 1\n6. Six, requires 2 and 3\n', [
    ['A thing', 'one', [], []], ['B thing', 'two.', [1], []], ['C thing', 'three.', [1, 2], []], ['D thing', 'four.', [1, 2], []], ['E thing', 'five', [1], []], ['Six', '', [2, 3], []],
  ]],
  ['not where a number counts something, nor out of the plan, nor of itself', '1. **A thing** - requires 2 approvals\n2. **B thing** - depends on 3 services, blocked by #101\n3. **C thing** - the release; requires 3', [
    ['A thing', 'requires 2 approvals', [], []], ['B thing', 'depends on 3 services, blocked by #101', [], []], ['C thing', 'the release; requires 3', [], []],
  ]],
  ['in a table without a column for them', '| Title | Description |\n|---|---|\n| Add it | In `db/a.sql` |\n| Show it | In `web/a.ts`. Depends on 1 |', [
    ['Add it', 'In `db/a.sql`', [], ['db/a.sql']], ['Show it', 'In `web/a.ts`.', [1], ['web/a.ts']],
  ]],
])('the dependencies of a Markdown plan: %s', (_name, text, want) => { expect(read(text)).toEqual(want) })

test.each<[string, string[]]>([
  ['`packages/db` and `src/a.ts`', ['packages/db/**', 'src/a.ts']], ['`services/api/**`', ['services/api/**']], ['the field of `schema.sql`', ['**/schema.sql']], ['`./scripts/build.mjs:12`', ['./scripts/build.mjs']],
  ['`GET /api/users`, `/health`, `user.id`, `and/or`, `application/json`, `@acme/web`, `v1.2`, `https://a.example/b.ts`, `feature/rows`, `Node.js`', []], ['src/a.ts without ticks', []], ['```sh\nrun `db/a.sql`\n```', []],
])('touches of %s', (text, touches) => {
  const parsed = parsePlan(`1. **A thing** - ${text}\n2. **B thing** - text\n`)
  expect(parsed.kind !== 'unparseable' && parsed.draft.subtasks[0]!.touches).toEqual(touches)
})

test('a field of files says it all', () => {
  const parsed = parsePlan('### 1. A thing\nLike `src/b.ts`.\n- **Files:** `src/a.ts`\n\n### 2. B thing\nText.\n')
  expect(parsed.kind !== 'unparseable' && parsed.draft.subtasks[0]!.touches).toEqual(['src/a.ts'])
})
