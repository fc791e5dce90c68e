import {spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {stopHookCommand} from '../../../../src/lib/core/route/agents/stop-hook.js'
import {config, refused, spawnPlan} from '../support.js'

const on = {hooks: {run_tests_on_stop: true}, verify: {commands: ['npm test', "grep -q 'it''s' a"]}}
const settingsOf = (argv: readonly string[]): unknown => argv.includes('--settings') ? JSON.parse(argv[argv.indexOf('--settings') + 1]!) : undefined

/** Runs the hook as claude does: its input on stdin, from another folder than the worktree. */
function hook(commands: string[], input: object) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "hook 'test' ")))
  onTestFinished(() => rmSync(dir, {recursive: true}))
  const {status, stdout, stderr} = spawnSync('sh', ['-c', stopHookCommand({commands, timeoutMs: 1000}, dir)], {
    cwd: '/', input: JSON.stringify(input), encoding: 'utf8', env: {PATH: process.env['PATH'] ?? '', TMPDIR: dir},
  })
  return {status, stdout, stderr, left: readdirSync(dir), dir}
}
const FIRST_STOP = {hook_event_name: 'Stop', stop_hook_active: false, last_assistant_message: 'I set "stop_hook_active":true'}

describe('the stop hook', () => {
  it('lets an agent go whose work passes, and says nothing', () => {
    expect(hook(['true', 'echo fine; touch seen'], FIRST_STOP)).toMatchObject({status: 0, stdout: '', stderr: '', left: ['seen']})
  })

  it('sends it back with what the first failing command said, and runs no further one', () => {
    const {status, stderr, left, dir} = hook(['echo one', 'pwd; echo bad >&2 # why; exit 3\nexit 3', 'touch seen'], FIRST_STOP)
    expect([status, stderr, left]).toEqual([2, `The verify commands fail on what you leave:\none\n${dir}\nbad\n`, []])
  })

  it('keeps what goes back short: the end counts', () => {
    const {stderr} = hook(['seq 1 100000; exit 1'], FIRST_STOP)
    expect(stderr.length).toBeLessThan(4100)
    expect(stderr.endsWith('100000\n')).toBe(true)
  })

  it('sends it back only once', () => {
    expect(hook(['touch seen; false'], {...FIRST_STOP, stop_hook_active: true})).toMatchObject({status: 0, stderr: '', left: []})
  })
})

describe('a plan', () => {
  it('has it for the gates that change files, where the configuration asks for it', () => {
    const asked = config(on)
    expect(settingsOf(spawnPlan('implement', {config: asked}).argv)).toEqual({hooks: {Stop: [{hooks: [{
      type: 'command', command: stopHookCommand({commands: on.verify.commands, timeoutMs: 0}, '/work'), timeout: 240,
    }]}]}})
    expect(settingsOf(spawnPlan('lint', {config: asked}).argv)).toBeDefined()
    for (const gate of ['review', 'plan'] as const) expect(settingsOf(spawnPlan(gate, {config: asked}).argv)).toBeUndefined()
    expect(settingsOf(spawnPlan('implement', {config: config({verify: on.verify})}).argv)).toBeUndefined()
  })

  it('takes the commands that were detected, and none where nothing verifies', () => {
    const {argv, provenance} = spawnPlan('implement', {config: config({hooks: on.hooks}), task: {verify: ['cargo test']}})
    expect(JSON.stringify(settingsOf(argv))).toContain("sh -c 'cargo test'")
    expect(provenance['stopHook']).toMatchObject({value: ['cargo test'], from: 'local', key: 'hooks.run_tests_on_stop'})
    expect(settingsOf(spawnPlan('implement', {config: config({hooks: on.hooks})}).argv)).toBeUndefined()
  })

  it('runs no longer than an agent may be silent', () => {
    const timeout = (limits: object, verify: object): unknown =>
      (settingsOf(spawnPlan('implement', {config: config({...on, limits, verify: {...on.verify, ...verify}})}).argv) as {hooks: {Stop: [{hooks: [{timeout: number}]}]}}).hooks.Stop[0].hooks[0].timeout
    expect([timeout({}, {timeout: '1m'}), timeout({stall: '10s'}, {})]).toEqual([60, 8])
  })

  it('is refused for another executor, which only a label or a flag can choose', () => {
    const both = config({...on, tiers: {balanced: {claude: 'claude-sonnet-4-6', codex: 'gpt-5.5'}}})
    const labels = ['pilot-executor:codex']
    const error = refused(() => spawnPlan('implement', {config: both, task: {labels}}))
    expect([error.code, error.message]).toEqual(['ROUTING', expect.stringMatching(/gate implement: hooks\.run_tests_on_stop \(.*\) is true, but executor codex has no stop hook/)])
    expect(spawnPlan('review', {config: both, task: {labels}}).executor).toBe('codex')
  })
})
