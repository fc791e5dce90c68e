import {describe, expect, it} from 'vitest'
import {REPO, scene, type Scene, type SceneOptions} from '../support/scene.js'

const WORK = {
  script: {implement: {'*': {files: {'src/sum.js': '// adds\nexport const sum = (a, b) => a + b\n'}, say: 'done'}}},
} satisfies SceneOptions

/** An issue with its pull request #2, ready to be landed as far as pilot is concerned. */
async function executed(options: SceneOptions = {}): Promise<Scene & {head: string}> {
  const s = await scene({...WORK, ...options})
  s.addIssue({title: 'Write the work', body: 'Please.'})
  expect((await s.pilot('execute', '1', '--json')).exit).toBe(0)
  s.forget()
  return {...s, head: s.attempts(1)[0]!.headSha!}
}
const merged = (s: Scene): boolean => s.pulls()[0]!.pull.merged

describe('land', () => {
  it('merges the verified commit, settles the issue, and is done the second time', async () => {
    const s = await executed()
    const [files, checkout] = [await s.pilotFiles(), await s.checkoutState()]
    const dry = await s.pilot('land', '1', '--dry-run', '--json')
    expect(dry.json.result).toMatchObject({
      issue: 1, pr: 2, headSha: s.head, merged: false, mergeSha: null, parent: null,
    })
    expect([dry.exit, s.writes(), await s.pilotFiles()]).toEqual([0, [], files])

    const ran = await s.pilot('land', '2', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const main = (await s.refs())['refs/heads/main']
    expect(ran.json.result).toMatchObject({issue: 1, pr: 2, headSha: s.head, merged: true, mergeSha: main})
    expect(ran.json.result['actions'], 'the dry run said each of them').toEqual(dry.json.result['actions'])
    expect(ran.json.result['actions']).toHaveLength(3)
    expect([merged(s), s.issue(1).state, s.issue(1).stateReason, s.labels(1)]).toEqual([
      true, 'closed', 'completed', ['pilot', 'pilot-done'],
    ])
    expect(Object.keys(await s.refs()).filter((ref) => /pilot\/(GH-|claims)/.test(ref))).toEqual([])
    expect(await s.checkoutState()).toBe(checkout)

    s.forget()
    for (const number of ['1', '2']) expect((await s.pilot('land', number, '--json')).json.status).toBe('noop')
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('noop')
    expect(s.writes()).toEqual([])
    expect((await s.pilot('land', '1')).stdout).toBe(`2\tmerged\t${s.head}\n`)
  })

  type Row = {
    name: string; exit: number; code: string; number?: string; wait?: string; options?: SceneOptions;
    set?: (s: Scene & {head: string}) => Promise<unknown>; says?: (s: Scene & {head: string}) => Promise<string[]> | string[]
  }
  const rows: Row[] = [
    {
      name: 'the head moved', exit: 5, code: 'HEAD_MOVED', set: (s) => s.push('pilot/GH-1', {'extra.js': '1\n'}),
      says: async (s) => [s.head, (await s.refs())['refs/heads/pilot/GH-1']!],
    },
    {
      name: 'the base conflicts', exit: 5, code: 'MERGE_CONFLICT', wait: '20s',
      set: (s) => s.push('main', {'src/sum.js': 'export const sum = (...all) => all.reduce((a, b) => a + b)\n'}),
      says: async (s) => [s.head, (await s.refs())['refs/heads/main']!],
    },
    {name: 'checks are still running', exit: 8, code: 'CHECKS_PENDING', options: {checks: 'pending'}},
    {name: 'no check has reported yet', exit: 8, code: 'CHECKS_PENDING', options: {checks: 'none'}},
    {name: 'a check is red', exit: 1, code: 'CHECKS_RED', options: {checks: 'failure'}},
    {
      name: 'a check is red, and another workflow with a job of that name is green since', exit: 1, code: 'CHECKS_RED', options: {checks: 'failure'},
      set: async (s) => {
        s.sandbox.setWorkflow(REPO, 1)
        await s.setCheck(s.head, 'success')
      },
    },
    {name: 'closed without a merge', number: '2', exit: 5, code: 'ISSUE_CLOSED', set: (s) => s.api('PATCH', '/pulls/2', {state: 'closed'})},
    {
      // merges cleanly and passes, but what would go in is no longer what the reviewer saw
      name: 'the base moved on and holds a part of what was reviewed', exit: 5, code: 'NOT_VERIFIED', wait: '20s',
      options: {script: {implement: {'*': {files: {'src/one.js': '1\n', 'src/two.js': '2\n'}}}}},
      set: (s) => s.push('main', {'src/two.js': '2\n'}),
      says: async (s) => ['the patch is no longer the one reviewed', s.head, (await s.refs())['refs/heads/main']!],
    },
    {
      name: 'the base moved on and breaks what was verified', exit: 1, code: 'WORK_FAILED', wait: '20s',
      options: {config: {verify: {setup: [], commands: ['node --test']}}},
      set: (s) => s.push('main', {
        'test/new.test.js': 'import {readFileSync} from "node:fs"\nif (/adds/.test(readFileSync("src/sum.js", "utf8"))) throw Error()\n',
      }),
    },
  ]
  it.each(rows)('$name', async ({exit, code, number = '1', wait = '1s', options, set, says}) => {
    const s = await executed(options)
    await set?.(s)
    s.forget()
    const ran = await s.pilot('land', number, '--wait', wait, '--json')
    expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([exit, code])
    for (const text of await says?.(s) ?? []) expect(ran.json.error!.message).toContain(text)
    expect(s.writes().filter((write) => !write.endsWith('git-receive-pack'))).toEqual([])
    // what only a merge shows is found out in a worktree, under the claim
    if (code !== 'WORK_FAILED' && code !== 'NOT_VERIFIED') expect(s.writes()).toEqual([])
    expect([merged(s), s.issue(1).state, s.labels(1)]).toEqual([false, 'open', ['pilot']])
    expect(Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/pilot/claims/'))).toEqual([])
  })

  it('what is suggested after a conflict moves on: closed, the work begins anew on the base as it is and lands', async () => {
    const s = await executed()
    await s.push('main', {'src/sum.js': 'export const sum = (...all) => all.reduce((a, b) => a + b)\n'})
    const refused = await s.pilot('land', '1', '--wait', '20s', '--json')
    expect([refused.json.error?.code, refused.json.error?.suggestions]).toEqual(['MERGE_CONFLICT', ['gh pr close 2', 'pilot execute 1']])
    // the second alone would not do
    expect((await s.pilot('execute', '1', '--json')).json.status).toBe('noop')

    await s.api('PATCH', '/pulls/2', {state: 'closed'})
    const again = await s.pilot('execute', '1', '--json')
    expect(again.items, again.stdout).toMatchObject([{status: 'done', attempt: 2, pr: 3}])
    const landed = await s.pilot('land', '1', '--wait', '20s', '--json')
    expect(landed.exit, landed.stdout).toBe(0)
    expect(s.pulls().map(({pull}) => [pull.merged, pull.headRef])).toEqual([[false, 'pilot/GH-1'], [true, 'pilot/GH-1']])
  })

  it('takes a check that was run again in its own suite for the one that counts', async () => {
    const s = await executed({checks: 'failure'})
    await s.setCheck(s.head, 'success')
    expect((await s.pilot('land', '1', '--wait', '20s', '--json')).exit).toBe(0)
    expect(merged(s)).toBe(true)
  })

  it('waits for a check that comes in time', async () => {
    const s = await executed({checks: 'pending'})
    setTimeout(() => void s.setCheck(s.head, 'success'), 300)
    expect((await s.pilot('land', '1', '--wait', '20s', '--json')).exit).toBe(0)
    expect(merged(s)).toBe(true)
  })

  it('merges a base that moved on into the branch, verifies again and lands that', async () => {
    const s = await executed()
    await s.push('main', {'README.md': '# app, renamed\n'})
    s.forget()
    const ran = await s.pilot('land', '1', '--wait', '20s', '--json')
    expect(ran.exit, ran.stdout).toBe(0)
    const head = ran.json.result['headSha']
    expect(head).not.toBe(s.head)
    expect(s.attempts(1)).toMatchObject([{attempt: 1, outcome: 'passed', headSha: head}])
    expect([merged(s), s.pulls()[0]!.pull.headSha, (await s.calls()).length]).toEqual([true, head, 4])
    await s.git('pull', '-q')
    expect(await s.git('ls-files')).toMatch(/README\.md[^]*src\/sum\.js/)
    expect(await s.git('show', 'HEAD:src/sum.js')).toContain('// adds')
  })

  it('closes the one issue that it is about, whatever the agents and the files are called', async () => {
    const acts = 'closes #1 @octocat'
    const usage = {inFresh: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, out: 1, costUsd: 0.1}
    const s = await scene({
      files: {[`test/${acts}.test.js`]: '// nothing\n'},
      script: {
        implement: {'*': {files: {'src/work.js': '1\n', [`test/${acts}.test.js`]: null}, usage: {...usage, model: `m | ${acts}`}, say: acts}},
        review: {'*': {say: {verdict: 'approve', summary: acts, findings: [{severity: 'minor', file: acts, line: null, message: acts}]}}},
        draft: {'*': {say: acts}}, commit: {'*': {say: `feat(src): ${acts}`}},
      },
    })
    s.addIssue({title: 'Somebody else\'s', labels: []})
    s.addIssue({title: `Do what ${acts} asks for`})
    expect((await s.pilot('execute', '2', '--json')).exit).toBe(0)
    const {body} = s.pulls()[0]!
    for (const part of ['test/closes', '- **minor** closes', 'm \\| closes']) expect(body).toContain(part)
    for (const text of [body!.replace('Closes #2', ''), ...s.comments(2).map((comment) => comment.split('<details>')[0]!)]) {
      expect(text).not.toMatch(/closes #\d|@octocat/i)
    }
    expect((await s.pilot('land', '2', '--json')).exit).toBe(0)
    expect([s.issue(1).state, s.issue(2).state]).toEqual(['open', 'closed'])
    await s.git('pull', '-q')
    expect(await s.git('log', '--format=%B')).not.toMatch(/closes #\d|@octocat/i)
  })

  it('a dependency that names the pull request instead of its issue waits for the merge, and no longer', async () => {
    const s = await executed()
    const later = s.addIssue({title: 'Write more', body: 'Depends on: #2'})
    const seen = async (): Promise<unknown[]> => {
      const [offered, ran] = [await s.pilot('next', '--json'), await s.pilot('execute', String(later), '--dry-run', '--json')]
      return [offered.json.result['include'], ran.exit, ran.items[0]!['reason']]
    }
    expect(await seen()).toEqual([[], 8, `#${later} waits for #2 to be merged`])
    expect((await s.pilot('land', '2', '--json')).exit).toBe(0)
    expect(await seen()).toEqual([[expect.objectContaining({issue: later})], 0, expect.not.stringContaining('waits')])
  })

  it('knows only pull requests of its own', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work'})
    await s.push('feature', {'a.js': '1\n'})
    await s.api('POST', '/pulls', {title: 'mine', head: 'feature', base: 'main'})
    s.forget()
    for (const [number, exit, code] of [['2', 5, 'NOT_VERIFIED'], ['1', 8, 'WAITING'], ['99', 2, 'ISSUE_NOT_FOUND']] as const) {
      const ran = await s.pilot('land', number, '--json')
      expect([ran.exit, ran.json.error?.code], ran.stdout).toEqual([exit, code])
    }
    expect(s.writes()).toEqual([])
  })
})
