import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openAgent} from '../../src/lib/adapters/agent.js'
import {openCommands} from '../../src/lib/adapters/commands.js'
import {findDescriptor} from '../../src/lib/core/route/agents/index.js'
import {openLog} from '../../src/lib/adapters/process-output.js'
import {maskSecrets} from '../../src/lib/core/run/mask.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import {tempDir} from './git-fixture.js'

// Output that is too long is cut, and wherever the cut falls, no half of a secret is left.

const SECRET = 'planted+in-the-output/of=a#child'
const mask = (text: string): string => text.replaceAll(SECRET, '***')
const PROGRAM = process.execPath
/** So many bytes of one letter, then the secret forty times over. */
const said = (letters: number): string => `"x".repeat(${letters}) + ${JSON.stringify(` ${SECRET}`.repeat(40))}`
/** Every third of a secret, so that at least two of the cuts fall into the middle of one. */
const SHIFTS = [0, 11, 22]
const MIB = 1024 * 1024

/** What a program of that text leaves as an agent: outcome, events and log as one text. */
async function leftBy(script: string, executor: 'shell' | 'gemini' = 'shell', masked = mask): Promise<string> {
  const root = tempDir()
  const agent = openAgent({env: {PATH: process.env['PATH'] ?? '', HOME: root}, scratch: join(root, 'scratch'), descriptors: findDescriptor, mask: masked})
  const plan: SpawnPlan = {
    issue: 7, gate: 'implement', attempt: 1, executor, tier: 'balanced', model: 'm', effort: null, endpoint: null, argv: [PROGRAM, '-e', script], stdin: '', env: {},
    cwd: root, tools: [], mcpConfigPath: null, timeoutMs: 20_000, stallMs: null, resume: null, maxTurns: null, maxBudgetUsd: null, schema: null, escalation: null, provenance: {},
  }
  const files = {eventsFile: join(root, 'events.jsonl'), logFile: join(root, 'agent.log')}
  const outcome = await agent.run(plan, files)
  return [JSON.stringify(outcome), readFileSync(files.eventsFile, 'utf8'), readFileSync(files.logFile, 'utf8')].join('\n')
}

describe('an agent', () => {
  it.each(SHIFTS)('line longer than is kept, on either stream: %i', async (shift) => {
    const line = said(MIB - 20 * (SECRET.length + 1) - shift)
    for (const stream of ['stdout', 'stderr']) {
      const left = await leftBy(`process.${stream}.write(${line} + '\\n' + ${JSON.stringify(SECRET)} + '\\n')`)
      expect(left.includes('planted')).toBe(false)
      expect(left).toContain('***')
    }
  })

  it.each(SHIFTS)('answer longer than is kept: the seams of its gap: %i', async (shift) => {
    const start = said(MIB - 20 * (SECRET.length + 1) - shift)
    const left = await leftBy(`const secrets = ${JSON.stringify(`${SECRET}\n`.repeat(40))}
      process.stdout.write((${start}).replaceAll('x'.repeat(99), 'x'.repeat(98) + '\\n') + ('x'.repeat(99) + '\\n').repeat(20_000) + secrets + ('x'.repeat(99) + '\\n').repeat(10_479) + 'end')`)
    expect(left.includes('planted')).toBe(false)
    expect(left).toContain('bytes left out')
  })
})

describe('an agent that says its texts in pieces', () => {
  const lines = (pieces: readonly string[]): string => pieces.map((content) => JSON.stringify({type: 'message', role: 'assistant', content, delta: true})).join('\n')
  const done = JSON.stringify({type: 'result', status: 'success', stats: {input_tokens: 1, output_tokens: 1, cached: 0}})
  const run = (pieces: readonly string[], between = ''): Promise<string> => leftBy(`console.log(${JSON.stringify(`${lines(pieces)}\n${between}${done}`)})`, 'gemini')

  it.each([1, 5, 16, SECRET.length - 1])('and a secret across two of them, cut after %i characters', async (at) => {
    const left = await run(['I found ', SECRET.slice(0, at), `${SECRET.slice(at)}, `, 'and went on.'])
    expect([left.includes('planted'), left.includes('child')]).toEqual([false, false])
    expect(left.split('I found ***, and went on.')).toHaveLength(5)
  })

  it('is read piece by piece where something else lies between them', async () => {
    const left = await run(['one ', 'two'], `${JSON.stringify({type: 'tool_use', tool_name: 'look'})}\n${lines(['three'])}\n`)
    expect(left).toMatch(/"content":"one two"[^]*tool_use[^]*"content":"three"/)
    expect(left).toContain('"text":"three"')
  })

  it('holds no text without end, and no half of a secret wherever it goes on', async () => {
    const left = await leftBy(`const say = (content) => console.log(JSON.stringify({type: 'message', role: 'assistant', content, delta: true}))
      for (let i = 0; i < 9000; i++) { say('x'.repeat(i % 40) + ${JSON.stringify(SECRET.slice(0, 16))}); say(${JSON.stringify(SECRET.slice(16))}) }
      console.log(${JSON.stringify(done)})`, 'gemini')
    expect([left.includes('planted'), left.includes('child')]).toEqual([false, false])
    expect(left.split('"type":"message"').length).toBeGreaterThan(5)
  })
})

describe('base64 that is longer than a line', () => {
  const LONG = `planted ${'long-secret/'.repeat(40)}`
  const masks = maskSecrets([LONG])
  const lines = Buffer.from(`u:${LONG}`).toString('base64').replace(/.{76}/g, '$&\n')
  const script = `process.stdout.write(${JSON.stringify(`before\n${lines}\nafter\n`)}); process.stderr.write(${JSON.stringify(`${lines}\n`)})`

  it('leaves nothing of itself in the log and the tail of a command, and all around it in order', async () => {
    const root = tempDir()
    const log = join(root, 'verify.log')
    writeFileSync(join(root, 'say.cjs'), script)
    const commands = openCommands({env: {PATH: process.env['PATH'] ?? '', HOME: root}, scratch: join(root, 'scratch'), mask: masks})
    const {tail} = await commands.run(`'${PROGRAM}' say.cjs 2> /dev/null`, {cwd: root, timeoutMs: 20_000, log})
    for (const left of [tail, readFileSync(log, 'utf8').split('\n').slice(1).join('\n')]) expect(left).toMatch(/^before\n.{0,6}\*\*\*.{0,6}\nafter\n$/)
  })

  it('leaves nothing in what an agent says on either stream', async () => {
    const left = await leftBy(script, 'shell', masks)
    expect(lines.split('\n').filter((line) => left.includes(line.slice(4, -6)))).toEqual([])
    expect(left.split('***').length).toBeGreaterThan(3)
  })
})

describe('a log of lines that seem to go on', () => {
  it('holds little, loses nothing and masks over every seam', () => {
    const file = join(tempDir(), 'x.log')
    const log = openLog(file, {mask})
    const put = (line: string) => { log.write(line) }
    put('short')
    expect(readFileSync(file, 'utf8')).toBe('short\n')
    const run = 'abcdefghijklmnopqrstuvwxyz'
    for (let i = 0; i < 4000; i++) put(`${SECRET} ${i} ${run}`)
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(50_000)
    put('end')
    expect(log.close()).toEqual({dropped: 0, problem: null})
    expect(readFileSync(file, 'utf8').split('\n')).toEqual(['short', ...Array.from({length: 4000}, (_, i) => `*** ${i} ${run}`), 'end', ''])
  })
})

describe('a verify command', () => {
  const tailOf = async (script: string): Promise<string> => {
    const root = tempDir()
    const commands = openCommands({env: {PATH: process.env['PATH'] ?? '', HOME: root}, scratch: join(root, 'scratch'), mask})
    const log = join(root, 'verify.log')
    const {tail} = await commands.run(`'${PROGRAM}' -e '${script}'`, {cwd: root, timeoutMs: 20_000, log})
    return `${tail}\n${readFileSync(log, 'utf8').split('\n').slice(1).join('\n')}`
  }

  it.each(SHIFTS)('line longer than is kept: %i', async (shift) => {
    const left = await tailOf(`process.stdout.write(${said(MIB - 20 * (SECRET.length + 1) - shift)} + "\\n${SECRET}\\n")`)
    expect(left.includes('planted')).toBe(false)
    expect(left).toContain('***')
  })

  it.each(SHIFTS)('output of secrets and little else, of which the end is kept: %i', async (shift) => {
    const left = await tailOf(`process.stdout.write("x".repeat(${shift}) + "\\n" + ("${SECRET} ".repeat(3) + "y\\n").repeat(2000))`)
    expect(left.replaceAll('***', '').trim().replaceAll(/[xy\s]/g, '')).toBe('')
  })
})
