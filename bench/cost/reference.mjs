// The reference points of the real agent: what its first request weighs and what many short processes cost, by set of flags. And whether a second
// worktree reads what the first wrote to the cache.
import {spawn} from 'node:child_process'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {billAgain} from './bill.mjs'
import {openModel} from './server.mjs'

/** The model that the reference figures were measured with. */
const MODEL = 'claude-opus-5-5'
const SIX = 'Read,Write,Edit,Bash,Grep,Glob'
const QUIET = {CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', DISABLE_AUTOUPDATER: '1', IS_SANDBOX: '1'}
const RECIPES = {
  default: {argv: ['--dangerously-skip-permissions'], env: {}, tokens: 12_327, usd: 0.332},
  execution: {argv: ['--tools', SIX, '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash', '--strict-mcp-config', '--setting-sources', '', '--disable-slash-commands'],
    env: {CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1', CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1'}, tokens: 4576, usd: 0.097},
  bare: {argv: ['--bare', '--dangerously-skip-permissions', '--strict-mcp-config', '--setting-sources', ''], env: {}, tokens: 1085, usd: 0.048},
}
const PROCESSES = 10
/** About the two kilobytes that a tool answered in the reference. */
const LOOK = [[{tool: 'Bash', input: {command: 'seq 1 520', description: 'Two kilobytes'}}], [{text: 'That is all.'}]]

export async function runReference({claude, price}) {
  const rows = []
  for (const [name, {argv, env, tokens, usd}] of Object.entries(RECIPES)) {
    const dir = await mkdtemp(join(tmpdir(), 'pilot-cost-reference-'))
    const model = await openModel(price)
    try {
      await mkdir(join(dir, 'home'))
      for (let n = 0; n < PROCESSES; n++) {
        model.begin(name, {implement: [[...LOOK]]})
        model.expect('implement')
        await mkdir(join(dir, `work-${n}`))
        await ask(claude, ['-p', '--output-format', 'json', '--model', MODEL, ...argv], {cwd: join(dir, `work-${n}`), env: {...QUIET, ...env, HOME: join(dir, 'home'), TMPDIR: dir, ANTHROPIC_BASE_URL: model.url}}, model)
      }
      // the reference knows no minimum for the cache
      const {usd: sum} = billAgain(model.requests, price, {minimum: false})
      rows.push({name, first: Math.round(model.requests[0].bytes / 4), wanted: tokens, usd: sum, wantedUsd: usd})
    } finally {
      await model.close()
      await rm(dir, {recursive: true, force: true, maxRetries: 5})
    }
  }
  return rows
}

async function ask(claude, argv, {cwd, env}, model) {
  const child = spawn(claude, argv, {cwd, env: {PATH: process.env.PATH, LANG: 'C.UTF-8', ANTHROPIC_API_KEY: 'sk-local', NO_PROXY: '127.0.0.1', HTTPS_PROXY: 'http://127.0.0.1:9', ...env}, stdio: ['pipe', 'pipe', 'pipe']})
  let out = ''
  child.stdout.on('data', (text) => { out += text })
  child.stdin.end('You work through a list of chores. Look around.')
  const code = await new Promise((done, failed) => child.once('error', failed).once('close', done))
  if (code !== 0 || JSON.parse(out).is_error) throw new Error(`claude ended with ${code}: ${out.slice(-500)}\n${model.problems.join('\n')}`)
}

/**
 * Of the requests that pilot's processes for a gate began with: how much of the second issue's, in another worktree, was read from what the first had
 * written to the cache, and the first block in which the two differ. null where there are no two issues.
 */
export function sharingBetween(seen, gate) {
  const starts = seen.filter((request) => request.gate === gate && request.starts)
  const [first, second] = [starts[0], starts.find(({label}) => label !== starts[0]?.label)]
  if (first === undefined || second === undefined) return null
  const at = second.blocks.findIndex(({key}, i) => key !== first.blocks[i]?.key)
  const texts = [first, second].map(({body}) => body.messages.flatMap(({content}) => typeof content === 'string' ? [content] : content.map(({text}) => text ?? '')))
  const same = second.blocks.filter(({kind}) => kind === 'tool' || kind === 'system').length
  return {
    gate, read: second.usage.cacheRead, of: Math.round(second.bytes / 4), differs: second.blocks[at]?.kind ?? 'nothing',
    head: second.blocks.slice(0, same).reduce((sum, {bytes}) => sum + bytes, 0) / 4, words: at < same ? '' : differenceOf(texts[0][at - same] ?? '', texts[1][at - same] ?? ''),
  }
}

/** The line of `b` in which it first differs from `a`, without the folder that this run was in. */
const differenceOf = (a, b) => (b.split('\n').find((line, i) => line !== a.split('\n')[i])?.trim() ?? '').replace(/\/\S*?(?=\/worktrees\/)/, '…').slice(0, 120)
