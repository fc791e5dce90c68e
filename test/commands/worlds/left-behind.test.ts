import {describe, expect, it, vi} from 'vitest'
import {DONE, work, worlds} from '../../support/worlds.js'

// What an agent may leave of git. pilot believes the files that are there, makes its own commit of them on the base, and keeps the rest.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})
const WORK = 'mkdir -p src; echo "export const work = 1" > src/work.js'
/** The branch is one commit of pilot's on the base, with this file in it. */
async function oneCommit(issue: number, file = 'src/work.js', content = 'export const work = 1\n'): Promise<void> {
  expect(await w.pushed(issue, file)).toBe(content)
  expect((await w.remote('log', '--format=%an %s', `main..pilot/GH-${issue}`)).trim()).toBe(`pilot feat(src): do the work (GH-${issue})`)
  expect((await w.remote('rev-parse', `pilot/GH-${issue}~1`)).trim()).toBe((await w.remote('rev-parse', 'main')).trim())
}

describe('an agent that did the work, and left', () => {
  const rows: [name: string, script: string, says: RegExp | null, kept: [name: string, file: string, content: string] | null][] = [
    ['commits of its own on HEAD, with closing words', `${WORK}; git add -A; git commit -qm 'fixes #1, closes #2'; echo 2 > src/b.js; git add -A; git commit -qm 'more'`, null, null],
    ['the work on a branch that it switched to', `git checkout -q -b feature; ${WORK}; git add -A; git commit -qm mine`, null, null],
    ['the base commit amended', `${WORK}; git add -A; git commit -q --amend -m 'not the base any more'`, null, null],
    ['a history without the base', `git checkout -q --orphan fresh; ${WORK}; git add -A; git commit -qm 'first'`, null, null],
    ['HEAD on a branch without a commit', `${WORK}; git checkout -q --orphan unborn`, null, null],
    ['HEAD detached at an older commit', `git commit -q --allow-empty -m a; git commit -q --allow-empty -m b; git checkout -q --detach HEAD~1; ${WORK}`, null, null],
    ['a merge that conflicts', `${WORK}; git add -A; git commit -qm mine; git checkout -q -b theirs HEAD~1; echo other > src/work.js; mkdir -p src; git add -A
      git commit -qm theirs; git checkout -q -b ours 'theirs@{1}' 2>/dev/null || git checkout -q --detach HEAD~1; ${WORK}; git add -A; git commit -qm ours; git merge theirs || true`,
    /left a merge unfinished/, ['unfinished-merge', 'src/work.js', '<<<<<<< HEAD\nexport const work = 1\n=======\nother\n>>>>>>> theirs\n']],
    ['a rebase half done', `git checkout -q -b theirs; echo other > src/work.js; git add -A; git commit -qm theirs; git checkout -q -b ours HEAD~1
      ${WORK}; git add -A; git commit -qm ours; git rebase theirs || true`, /left a rebase unfinished/, ['unfinished-rebase', 'src/work.js', expect.stringContaining('<<<<<<<') as string]],
    ['conflicts of a stash', `echo other > src/sum.js; git stash -q; echo third > src/sum.js; git commit -qam third; git stash pop || true`,
      /left conflicts unresolved/, ['unfinished-conflict', 'src/sum.js', expect.stringContaining('<<<<<<<') as string]],
    ['a stash beside it', `echo half > src/half.js; git stash -q -u; ${WORK}`, /left a stash beside its work/, null],
    ['another branch beside it', `git checkout -q -b try-one; echo try > src/try.js; git add -A; git commit -qm try; git checkout -q --detach HEAD~1; ${WORK}`,
      /left a branch try-one beside its work/, ['branch-try-one', 'src/try.js', 'try\n']],
    ['files that git was told not to look at', `${WORK}; echo 'export const sum = 0' > src/sum.js; git update-index --assume-unchanged src/sum.js; git update-index --skip-worktree package.json`, null, null],
    ['no index', `${WORK}; rm "$(git rev-parse --git-dir)/index"`, null, null],
    ['a broken index and its lock', `${WORK}; d=$(git rev-parse --git-dir); echo x > "$d/index"; touch "$d/index.lock" "$d/HEAD.lock"`, null, null],
    ['no .git in its worktree', `${WORK}; rm .git`, null, null],
    ['a repository of its own in place of .git', `rm .git; git init -q .; ${WORK}; git add -A; git commit -qm mine`, null, null],
  ]
  it.each(rows)('%s', async (_name, script, says, kept) => {
    const issue = await w.agent(script)
    const ran = await w.execute(issue, DONE)
    if (/stash pop/.test(script)) expect(await w.pushed(issue, 'src/sum.js')).toBe('third\n')
    else await oneCommit(issue)
    if (/assume-unchanged/.test(script)) expect(await w.pushed(issue, 'src/sum.js')).toBe('export const sum = 0\n')
    if (says === null) expect(ran.warnings).toBe('')
    else expect(ran.warnings).toMatch(says)
    if (kept !== null) expect(await w.kept(issue, kept[0], kept[1])).toEqual(kept[2])
    expect(ran.rescued.length > 0).toBe(says !== null)
    // nothing of it lies in wait for the next issue
    expect(await w.git(`--git-dir=${w.dir}/cache/pilot/acme/app/clone.git`, 'for-each-ref', 'refs/heads', 'refs/stash')).toBe('')
  })
})

describe('an agent whose work is not where it can count', () => {
  it('commits to another branch and goes back: nothing changed, the branch is kept', async () => {
    const issue = await w.agent(`git checkout -q -B aside; echo aside > src/aside.js; git add -A; git commit -qm aside; git checkout -q --detach HEAD~1`)
    const ran = await w.execute(issue, work('no_changes'))
    expect(ran.attempt).toMatchObject({outcome: 'failed', failure: 'no_changes', headSha: null})
    expect(await w.gatesOf(issue)).toEqual(['implement', 'implement'])
    expect(ran.warnings).toContain(`refs/pilot/rescue/GH-${issue}/branch-aside`)
    expect(await w.kept(issue, 'branch-aside', 'src/aside.js')).toBe('aside\n')
  })

  it('stashes everything: nothing changed, the stash is kept', async () => {
    const issue = await w.agent('echo half > src/half.js; git stash -q -u', 'exit 0')
    const ran = await w.execute(issue, work('no_changes'))
    expect(ran.rescued).toEqual(['stash'])
    expect(await w.git('show', `refs/pilot/rescue/GH-${issue}/stash^3:src/half.js`)).toBe('half\n')
  })

  it('removes its worktree, or pilot’s clone: its own error, and the next issue is not hurt', async () => {
    const gone = await w.agent('d=$(pwd); cd /; rm -rf "$d"')
    expect((await w.execute(gone, work('agent_error'))).rescued).toEqual([])
    const clone = await w.agent('rm -rf "$(git rev-parse --git-common-dir)"; echo 1 > src/saved.js')
    const ran = await w.execute(clone, work('agent_error'))
    expect(ran.warnings).toMatch(/could not be saved under a rescue ref and stays in .*GH-/)
    await oneCommit((await w.execute(await w.agent(WORK), DONE)).issue)
  })
})
