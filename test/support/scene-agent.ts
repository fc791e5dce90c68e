import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** What the scripted agent does in one call: changes files (null removes one), says something, fails, takes its time, reports its use. */
export type Step = {
  files?: Record<string, string | null>; say?: unknown; exit?: number; sleepMs?: number
  /** before anything else, until an agent of this gate has begun for each of these issues as well */
  meets?: readonly number[]
  usage?: {model: string; inFresh: number; cacheRead: number; cacheWrite5m: number; cacheWrite1h: number; out: number; costUsd: number}
}
/**
 * By gate, then by `issue@attempt`, `*@attempt`, `issue` or `*`, the most exact first. A list is played call by call and stays at its last
 * step.
 * Without an entry: implement writes a file of its own, review approves, commit and draft word a message and a summary, other gates fail.
 */
export type Script = Partial<Record<'classify' | 'plan' | 'implement' | 'lint' | 'review' | 'commit' | 'draft' | 'decide', Record<string, Step | Step[]>>>
export type Call = {gate: string; issue: number; attempt: number; prompt: string; model: string}

export const APPROVE: Step = {say: {verdict: 'approve', summary: 'does what it should', findings: []}}
export const REJECT: Step = {
  say: {
    verdict: 'request_changes', summary: 'not good enough',
    findings: [{severity: 'blocker', file: 'src/sum.js', line: 1, message: 'wrong sign'}],
  },
}

const PROGRAM = `#!/usr/bin/env node
import {appendFile, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout} from 'node:timers/promises'

const here = import.meta.dirname
const env = process.env
const prompt = await text(process.stdin)
const {PILOT_GATE: gate, PILOT_ISSUE: issue, PILOT_ATTEMPT: attempt} = env
const script = JSON.parse(await readFile(join(here, 'script.json'), 'utf8'))
const log = join(here, 'calls.ndjson')
const earlier = (await readFile(log, 'utf8').catch(() => '')).split('\\n').filter(Boolean).map((line) => JSON.parse(line))
const call = {gate, issue: Number(issue), attempt: Number(attempt), prompt, model: env.PILOT_MODEL}
await appendFile(log, JSON.stringify(call) + '\\n')
const DEFAULTS = {
  implement: {files: {['src/work-' + issue + '.js']: 'export const work = ' + issue + '\\n'}, say: 'did the work of ' + issue},
  review: {say: {verdict: 'approve', summary: 'does what it should', findings: []}},
  commit: {say: 'feat(src): do the work'},
  draft: {say: 'did the work of ' + issue},
}
const keys = [issue + '@' + attempt, '*@' + attempt, issue, '*']
const key = keys.find((k) => script[gate]?.[k] !== undefined)
const played = key === undefined ? DEFAULTS[gate] ?? {exit: 1, say: 'no script for ' + gate} : script[gate][key]
const alike = (one) => one.gate === gate && one.issue === call.issue && (!key?.includes('@') || one.attempt === call.attempt)
const before = earlier.filter(alike).length
const step = Array.isArray(played) ? played[Math.min(before, played.length - 1)] : played
const journal = join(here, 'journal')
await appendFile(journal, 'begin ' + gate + ' ' + issue + '\\n')
for (const other of step.meets ?? []) {
  for (let left = 1200; !(await readFile(journal, 'utf8')).includes('begin ' + gate + ' ' + other + '\\n'); left--) {
    if (left === 0) throw new Error('no agent for ' + other + ' in a minute')
    await setTimeout(50)
  }
}
if (step.sleepMs) await setTimeout(step.sleepMs)
for (const [path, content] of Object.entries(step.files ?? {})) {
  const file = join(env.PILOT_WORKTREE, path)
  await mkdir(dirname(file), {recursive: true})
  if (content === null) await rm(file)
  else await writeFile(file, content)
}
if (step.usage) await writeFile(env.PILOT_USAGE_FILE, JSON.stringify(step.usage))
process.stdout.write(typeof step.say === 'string' ? step.say : JSON.stringify(step.say ?? ''))
process.exitCode = step.exit ?? 0
await appendFile(journal, 'end ' + gate + ' ' + issue + '\\n')
`

/** The agent as a program in `dir`. */
export async function writeAgent(dir: string): Promise<{
  command: string; script: (script: Script) => Promise<void>; calls: () => Promise<Call[]>; journal: () => Promise<string[]>
}> {
  const file = join(dir, 'agent.mjs')
  await writeFile(file, PROGRAM)
  const script = (value: Script): Promise<void> => writeFile(join(dir, 'script.json'), JSON.stringify(value))
  await script({})
  return {
    command: `'${process.execPath}' '${file}'`, script,
    async calls() {
      const lines = (await readFile(join(dir, 'calls.ndjson'), 'utf8').catch(() => '')).split('\n').filter(Boolean)
      return lines.map((line) => JSON.parse(line) as Call)
    },
    journal: async () => (await readFile(join(dir, 'journal'), 'utf8')).split('\n').filter(Boolean),
  }
}
