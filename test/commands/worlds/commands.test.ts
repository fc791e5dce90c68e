import {describe, expect, it, vi} from 'vitest'
import {DONE, vain, VERIFY, work, worlds} from '../../support/worlds.js'

// What the user's own commands (setup, baseline, verify) leave in the worktree. What is pushed is what was verified, and is the agent's work.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}, files: {'lock.json': '1\n'}})
const changed = async (issue: number): Promise<string> => (await w.remote('diff', '--name-only', 'main', `pilot/GH-${issue}`)).trim()
const use = (setup: string[], commands: string[] = [VERIFY], more = {}): Promise<void> => w.configure({review: {enabled: false}, verify: {setup, commands, ...more}})

describe('setup', () => {
  it('leaves untracked files that are no part of the change, until the agent changes one; tracked ones are put back', async () => {
    await use(['echo made > made.txt; mkdir gen; echo 1 > gen/a; echo 1 > "gen/$(printf \'odd\\nname\')"; echo 2 > lock.json; rm package.json'])
    const issue = await w.agent('cat lock.json made.txt > src/saw.txt')
    const ran = await w.execute(issue, DONE)
    expect([await changed(issue), await w.pushed(issue, 'src/saw.txt')]).toEqual(['src/saw.txt', '1\nmade\n'])
    expect(ran.warnings).toMatch(/verify\.setup changed tracked files, which were put back: lock\.json, package\.json/)
    const touching = await w.agent('echo changed >> made.txt; echo made > gen/a')
    await w.execute(touching, DONE)
    expect(await changed(touching)).toBe('gen/a\nmade.txt')
  })

  it('alone is no work', async () => {
    await use(['echo made > made.txt; echo 2 > lock.json'])
    expect((await w.execute(await w.agent('exit 0'), work('no_changes'))).rescued).toEqual([])
  })

  it('that fails is the configuration’s fault, and nothing is spawned', async () => {
    await use(['echo no registry here; exit 7'])
    const issue = await w.agent('echo 1 > src/a.js')
    const ran = await w.execute(issue, vain('baseline_broken', 3))
    expect([await w.gatesOf(issue), ran.json.error!.message]).toEqual([[], expect.stringContaining('no registry here')])
  })
})

describe('a verify command', () => {
  it('that formats: each command sees the commit, the commit is pushed as it is, and a flag tells', async () => {
    const format = 'for f in src/*.js; do echo "// formatted" >> $f; done; echo report > report.xml'
    await use([], [format, '! grep -q formatted src/*.js', VERIFY])
    const issue = await w.agent('echo "export const a = 1" > src/a.js')
    await w.execute(issue, DONE)
    expect([await changed(issue), await w.pushed(issue, 'src/a.js')]).toEqual(['src/a.js', 'export const a = 1\n'])
    const {flags, sha} = JSON.parse(await w.read(`runs/GH-${issue}/attempt-1/verify.json`)) as {flags: string[]; sha: string}
    expect(flags).toEqual([expect.stringMatching(/changed tracked files, which were put back: src\/a\.js, src\/sum\.js/)])
    expect(sha).toBe(w.attempts(issue)[0]!.headSha)
  })

  it('that leaves files before a fix round, commits, or moves HEAD adds nothing to the work', async () => {
    const odd = 'echo cover > coverage.txt; git add -A; git commit -qm "by verify"; git checkout -q -b elsewhere'
    await use([], [`${odd} || true`, VERIFY])
    const issue = await w.agent('echo BROKEN > src/a.js', 'echo fine > src/a.js')
    const ran = await w.execute(issue, DONE)
    expect(await changed(issue)).toBe('src/a.js')
    expect((await w.remote('log', '--format=%an', `main..${ran.branch}`)).trim()).toBe('pilot\npilot')
  })
})
