// The scripted agent of the decide benchmark: one program for all gates. It knows what its prompt tells it and nothing else.
import {appendFile, mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {analyse} from './analyst.mjs'
import {said} from './spoil.mjs'

/** US dollars a call, and how many times as much one of the frontier tier is. Round figures: only their ratios matter. */
const PRICES = {implement: 0.4, review: 0.05, decide: 0.03, draft: 0.01}
const FRONTIER = 5

/** The program's text: everything that differs from run to run stands in it. */
export const agentProgram = (options) => `#!${process.execPath}
import(${JSON.stringify(import.meta.url)}).then(({play}) => play(${JSON.stringify(options)}, __dirname))
`

/** A prompt of the implement gate: the issue, what was said beside it (failing output, guidance), and of that the advice of a decision. */
function readPrompt(prompt) {
  const {index, 0: line, 1: number, 2: title} = /^#(\d+) (.*)$/m.exec(prompt)
  const end = prompt.indexOf('</untrusted-', index + line.length)
  const beside = prompt.slice(end)
  const part = /\((\w+)\)/.exec(title)?.[1] ?? ''
  const advice = beside.split('Advice from a look at the failures')[1] ?? ''
  return {number: Number(number), part, issue: prompt.slice(index, end), beside, advice}
}

/** The calls so far, or of an agent that was never called none: {gate, issue, attempt, tier, costUsd} each, in the program's own folder. */
export async function callsIn(dir) {
  const lines = await readFile(join(dir, 'calls.ndjson'), 'utf8').catch((error) => { if (error.code === 'ENOENT') return ''; throw error })
  return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

/** One call; it is written down, so that the ledger can be held against it. */
export async function play({scenario, kinds}, dir) {
  const prompt = await text(process.stdin)
  const {PILOT_GATE: gate, PILOT_TIER: tier, PILOT_WORKTREE: worktree, PILOT_USAGE_FILE: usageFile} = process.env
  const [issue, attempt] = [Number(process.env.PILOT_ISSUE), Number(process.env.PILOT_ATTEMPT)]
  const costUsd = PRICES[gate] * (tier === 'frontier' ? FRONTIER : 1)
  const asked = (await callsIn(dir)).filter((call) => call.gate === 'decide').length
  await appendFile(join(dir, 'calls.ndjson'), `${JSON.stringify({gate, issue, attempt, tier, costUsd})}\n`)
  // before the work: a call that is killed has cost its money too
  await writeFile(usageFile, JSON.stringify({model: 'scripted', inFresh: 1000, out: 100, costUsd}))
  switch (gate) {
    case 'implement': {
      const {works} = await import(`./scenarios/${scenario}.mjs`)
      const {files = {}, say = 'did the work', killed = false} = works({...readPrompt(prompt), attempt})
      if (killed) process.kill(process.pid, 'SIGKILL')
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(worktree, path)), {recursive: true})
        await writeFile(join(worktree, path), content)
      }
      return process.stdout.write(say)
    }
    case 'decide': return process.stdout.write(said(analyse(prompt), kinds[asked]))
    case 'draft': return process.stdout.write('Does the work of the issue.')
    default: throw new Error(`no part is written for the gate ${gate}`)
  }
}
