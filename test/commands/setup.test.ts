import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {LABELS} from '../../src/lib/core/issue/labels.js'
import {scene} from '../support/scene.js'

type Finding = {check: string; state: string; detail: string; fix: string | null; code: string | null}
type Gate = {gate: string; executor: string; model: string; argv: string[]; provenance: Record<string, {from: string; at: string | null; value: unknown}>}

describe('init', () => {
  it('writes a configuration that reads back, creates the labels, and changes nothing the second time', async () => {
    const s = await scene()
    const before = await s.read('config.yaml')
    const dry = await s.pilot('init', '--labels', '--dry-run', '--json')
    expect([dry.json.status, s.writes()]).toEqual(['done', []])
    expect(dry.json.result).toMatchObject({written: [], labels: [], actions: ['write .pilot/config.schema.json', ...LABELS.map((label) => `create label ${label}`)]})
    const told = await s.pilot('init', '--dry-run')
    expect([told.rows, told.stderr]).toEqual([[['write .pilot/config.schema.json', 'would be done'], ['.pilot/config.yaml', 'kept']], 'next: pilot doctor\n'])
    const first = await s.pilot('init', '--labels', '--json')
    expect(first.json.result).toMatchObject({written: ['.pilot/config.schema.json'], kept: ['.pilot/config.yaml'], labels: [...LABELS]})
    expect(s.repo().labels.map((label) => label.name)).toEqual(expect.arrayContaining([...LABELS]))
    expect(await s.read('config.yaml'), 'a person\'s configuration is left alone').toBe(before)
    s.forget()
    const files = await s.pilotFiles()
    const second = await s.pilot('init', '--labels', '--json')
    expect([second.json.status, second.exit, s.writes(), await s.pilotFiles()]).toEqual(['noop', 0, [], files])
  })

  it('needs neither GitHub nor a token for the files', async () => {
    const s = await scene()
    const fresh = join(s.dir, 'fresh')
    await mkdir(fresh)
    const run = await s.pilotWith({cwd: fresh, env: {GITHUB_TOKEN: '', PILOT_GITHUB_TOKEN: '', GH_TOKEN: '', GITHUB_API_URL: 'http://127.0.0.1:9'}}, 'init', '--json')
    expect(run.json.result).toMatchObject({written: ['.pilot/config.yaml', '.pilot/config.schema.json']})
    expect(await readFile(join(fresh, '.pilot/config.yaml'), 'utf8')).toContain('default: claude')
    const checked = await s.pilotWith({cwd: fresh}, 'classify', '--file', join(s.checkout, 'package.json'), '--json')
    expect(checked.exit, 'what init writes is a valid configuration').toBe(0)

    // where nothing can be written, nothing is said to be
    const said = async (cwd: string, ...argv: string[]) => {
      const ran = await s.pilotWith({cwd}, 'init', ...argv)
      return [ran.exit, ran.stdout, ran.stderr]
    }
    const [inTheWay, half] = [join(s.dir, 'in-the-way'), join(s.dir, 'half')]
    for (const path of [inTheWay, join(half, '.pilot/config.schema.json')]) await mkdir(path, {recursive: true})
    await writeFile(join(inTheWay, '.pilot'), '')
    expect(await said(inTheWay)).toEqual([3, '', expect.stringMatching(/^error: .*\.pilot\/config\.yaml.* \(INVALID_ARTIFACT\)\n {2}try: ls -ld .*\/in-the-way\/\.pilot\n$/)])
    expect(await said('/proc')).toEqual([3, '', expect.stringMatching(/^error: \/proc\/\.pilot\/config\.yaml cannot be written.* \(INVALID_ARTIFACT\)\n {2}try: ls -ld \/proc\n$/)])
    expect(await said(half)).toEqual([3, '', expect.stringMatching(/^did write \.pilot\/config\.yaml\nerror: /)])
    expect(await said(join(inTheWay, '.pilot'))).toEqual([2, '', expect.stringContaining('is no directory (USAGE)')])
    expect(await said(fresh, '--config', 'other.yaml')).toEqual([2, '', expect.stringContaining('--config names a file to read')])
  })
})

describe('doctor', () => {
  const findings = (result: unknown): Finding[] => (result as {findings: Finding[]}).findings

  it('finds a good set-up good', async () => {
    const s = await scene()
    const run = await s.pilot('doctor', '--json')
    expect(run.exit).toBe(0)
    expect(findings(run.json.result).filter((f) => f.state === 'failed')).toEqual([])
    expect(findings(run.json.result).map((f) => f.check)).toEqual(expect.arrayContaining(['node', 'git', 'configuration', 'repository', 'token', 'rights', 'prices', 'isolation']))
    expect(s.writes()).toEqual([])
  })

  it.each([
    ['no token', {env: {GITHUB_TOKEN: '', PILOT_GITHUB_TOKEN: '', GH_TOKEN: '', PATH: process.env['PATH']!}}, {}, 'github', 'NO_TOKEN', 4],
    ['a wrong token', {env: {PILOT_GITHUB_TOKEN: 'wrong'}}, {}, 'github', 'BAD_TOKEN', 4],
    ['a missing agent', {}, {executor: {default: 'claude', claude: {command: 'no-such-claude'}}, tiers: {balanced: 'claude:claude-sonnet-4-6'}}, 'claude', 'AGENT_UNAVAILABLE', 6],
    ['a missing command of executor shell', {}, {executor: {default: 'shell', shell: {command: './my-agent.sh --fast'}}}, 'shell', 'AGENT_UNAVAILABLE', 6],
    ['a broken configuration', {}, {executor: {default: 'clod'}}, 'configuration', 'INVALID_CONFIG', 3],
  ])('%s fails with its fix', async (_, options, config, check, code, exit) => {
    const s = await scene()
    await s.configure(config)
    const run = await s.pilotWith(options, 'doctor', '--json')
    expect(findings(run.json.result).find((f) => f.check === check)).toMatchObject({state: 'failed', code, fix: expect.stringMatching(/\S/) as string})
    expect(run.exit).toBe(exit)
  })

  it('a command of executor shell that is not there costs no start', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work', body: 'Please.', labels: ['pilot']})
    await s.configure({executor: {default: 'shell', shell: {command: './my-agent.sh --fast'}}})
    s.forget()
    const run = await s.pilot('execute', '1', '--json')
    expect([run.exit, run.json.error?.code, run.json.error?.message, s.writes()]).toEqual([6, 'AGENT_UNAVAILABLE', expect.stringMatching(/my-agent\.sh was not found.*executor\.shell\.command/) as string, []])
    await writeFile(join(s.checkout, 'my-agent.sh'), '#!/bin/sh\n', {mode: 0o755})
    expect((await s.pilot('doctor', '--json')).exit).toBe(0)
  })

  it('warns of an endpoint that does not answer and of a model without a price', async () => {
    const s = await scene()
    await s.configure({
      endpoints: {local: {url: 'http://127.0.0.1:9/v1'}}, tiers: {free: 'native@local:m', cheap: 'shell:x', balanced: 'shell:x', frontier: {shell: 'x', claude: 'claude-nobody-knows'}},
      planning: {model: 'claude-planned-by'},
    })
    const found = findings((await s.pilot('doctor', '--json')).json.result)
    expect(found.find((f) => f.check === 'endpoint local')).toMatchObject({state: 'warning', detail: expect.stringContaining('127.0.0.1:9') as string})
    expect(found.find((f) => f.check === 'prices')).toMatchObject({state: 'warning', detail: expect.stringMatching(/^no list price for claude-nobody-knows, claude-planned-by:/) as string})
  })
})

describe('route', () => {
  const gates = (result: unknown): Gate[] => (result as {gates: Gate[]}).gates

  it('shows every gate with its plan and where each field comes from, and spawns nothing', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work', body: 'Please.', labels: ['pilot', 'pilot-tier:frontier']})
    const run = await s.pilot('route', '1', '--json')
    const shown = gates(run.json.result)
    expect(shown.map((gate) => gate.gate)).toEqual(['classify', 'plan', 'draft', 'implement', 'lint', 'review', 'commit', 'decide'])
    const implement = shown.find((gate) => gate.gate === 'implement')!
    expect(implement.provenance['tier']).toMatchObject({value: 'frontier', from: 'label'})
    expect(implement.provenance['executor']).toMatchObject({value: 'shell', from: 'local', at: expect.stringMatching(/^\.pilot\/config\.yaml:\d+$/) as string})
    expect([await s.calls(), s.writes()]).toEqual([[], []])
    const rows = await s.pilot('route', '1')
    expect(rows.rows).toHaveLength(8)
  })

  it('explains one gate field by field', async () => {
    const s = await scene()
    s.addIssue({title: 'Write the work', body: 'Please.', labels: ['pilot']})
    const run = await s.pilot('route', '1', '--explain', 'implement')
    const fields = run.rows.map((row) => row[0])
    expect(fields).toEqual(expect.arrayContaining(['executor', 'model', 'tier', 'tools', 'endpoint', 'timeoutMs', 'maxBudgetUsd', 'argv', 'env']))
    expect(run.rows.find((row) => row[0] === 'executor')).toEqual(['executor', 'shell', expect.stringMatching(/^local \.pilot\/config\.yaml:\d+ executor\.default$/) as string, 'claude (default)'])
  })

  it('names a model that the executor cannot run, and no attempt is counted for it', async () => {
    const s = await scene()
    await s.configure({executor: {default: 'codex'}, tiers: {balanced: {codex: 'claude-sonnet-4-6', shell: 'x'}}})
    s.addIssue({title: 'Write the work', body: 'Please.', labels: ['pilot']})
    const run = await s.pilot('route', '1', '--explain', 'implement', '--json')
    expect([run.exit, run.json.error?.code]).toEqual([3, 'ROUTING'])
    s.forget()
    const executed = await s.pilot('execute', '1', '--json')
    expect([executed.exit, executed.json.error?.code, s.writes(), s.attempts(1), await s.calls()]).toEqual([3, 'ROUTING', [], [], []])
  })
})

describe('logs', () => {
  it('shows the end of the last attempt, bounded, and says what is left out', async () => {
    const s = await scene({script: {implement: {'*': {files: {'src/new.js': 'export const x = 1\n'}, say: 'done with the work'}}}})
    s.addIssue({title: 'Write the work', body: 'Please.', labels: ['pilot']})
    await s.pilot('execute', '1')
    const whole = await s.pilot('logs', '1', '--json')
    expect(whole.json.result).toMatchObject({path: expect.stringMatching(/runs\/GH-1\/attempt-1\/agent\.log$/) as string, droppedBytes: 0, final: true})
    const {totalBytes, text} = whole.json.result as {totalBytes: number; text: string}
    expect(Buffer.byteLength(text)).toBe(totalBytes)
    const cut = await s.pilot('logs', '1', '--bytes', '20', '--json')
    const shown = cut.json.result as {shownBytes: number; droppedBytes: number; text: string}
    expect([shown.shownBytes + shown.droppedBytes, shown.shownBytes <= 20, text.endsWith(shown.text)]).toEqual([totalBytes, true, true])
  })

  it('follows a running attempt until it has ended', async () => {
    const s = await scene()
    const dir = join(s.checkout, '.pilot/runs/GH-1/attempt-1')
    await mkdir(dir, {recursive: true})
    await writeFile(join(dir, 'agent.log'), 'one\n')
    const following = s.pilot('logs', '1', '--follow')
    setTimeout(() => {
      void writeFile(join(dir, 'agent.log'), 'one\ntwo\n').then(() => writeFile(join(dir, 'result.json'), '{"version":1}'))
    }, 300)
    expect((await following).stdout).toBe('one\ntwo\n')
  })

  it('names the path of a log that is not there', async () => {
    const s = await scene()
    const run = await s.pilot('logs', '7', '--json')
    expect([run.exit, run.json.error?.code, run.json.error?.message]).toEqual([2, 'NO_LOG', expect.stringContaining('.pilot/runs/GH-7') as string])
  })
})
