// The set-up that pilot is compared with: a short script around `claude -p`, one process a step, as people write it. For each issue:
//   claude -p "Implement GitHub issue …, plan first, …"     in the one checkout, all tools, the user's settings and MCP servers
//   npm run lint && npm test                                 fails: git reset, and a new process with the output in its prompt
//   claude -p "Review the uncommitted changes …"             asks for changes: git reset, and a new process with them in its prompt
//   git diff | claude -p "Write a commit message and a pull request description …"
// `changes` makes it more like pilot: mcp (no servers), tools (pilot's lists, no auto memory), retries (back to the same session), split (the epic is
// planned apart and done in parts).
import {execFile, spawn} from 'node:child_process'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {APPROVE, commitOf, FAULTS, PLANNING, reject, reviewOf, work} from './backlog.mjs'
import {projectFiles} from './project.mjs'
import {totalOf} from './bill.mjs'
import {openModel} from './server.mjs'

const TOOLS = {implement: 'Read,Write,Edit,Bash,Grep,Glob,Task', review: 'Read,Grep,Glob', plan: 'Read,Grep,Glob', commit: ''}
const SERVERS = ['tracker', 'wiki']
const run = promisify(execFile)

/** Everything on `models.frontier`. */
export async function runNaive({claude, price, models, items, changes}) {
  const dir = await mkdtemp(join(tmpdir(), 'pilot-cost-naive-'))
  const model = await openModel(price)
  const has = (change) => changes.includes(change)
  const [repo, home] = [join(dir, 'shop'), join(dir, 'home')]
  const env = {
    PATH: process.env.PATH, HOME: home, TMPDIR: dir, LANG: 'C.UTF-8', ANTHROPIC_API_KEY: 'sk-local', ANTHROPIC_BASE_URL: model.url, NO_PROXY: '127.0.0.1', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9',
    // --dangerously-skip-permissions works for root only where it is told that this is a sandbox
    IS_SANDBOX: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ...(has('tools') ? {CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1', CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1'} : {}),
  }
  const sh = (file, ...args) => run(file, args, {cwd: repo, env, maxBuffer: 16 * 1024 * 1024}).then(({stdout}) => stdout)

  async function ask(gate, prompt, {stdin = '', resume = null} = {}) {
    model.expect(gate)
    const argv = [
      '-p', '--output-format', 'json', '--model', models.frontier, '--dangerously-skip-permissions',
      ...(has('mcp') ? ['--strict-mcp-config'] : []), ...(has('tools') ? ['--tools', TOOLS[gate]] : []), ...(resume === null ? [] : ['--resume', resume]),
    ]
    const child = spawn(claude, argv, {cwd: repo, env, stdio: ['pipe', 'pipe', 'pipe']})
    let [out, err] = ['', '']
    child.stdout.on('data', (text) => { out += text })
    child.stderr.on('data', (text) => { err += text })
    child.stdin.end(stdin === '' ? prompt : `${prompt}\n\n${stdin}`)
    const code = await new Promise((done, failed) => child.once('error', failed).once('close', done))
    const result = code === 0 ? JSON.parse(out) : null
    if (result === null || result.is_error) throw new Error(`naive ${gate}: claude ended with ${code}\n${model.problems.join('\n')}\n${out.slice(-1000)}\n${err.slice(-1000)}`)
    return result
  }
  /** The output of what fails; null when all passes. */
  const verify = () => sh('sh', '-c', 'npm run lint && npm test').then(() => null, (error) => `${error.stdout}`.split('\n').filter((line) => !/^ok /.test(line)).join('\n').slice(-4000))
  const startAgain = async () => { await sh('git', 'reset', '-q', '--hard'); await sh('git', 'clean', '-qfd') }
  const withPatch = async (text) => ({text, stdin: has('tools') ? `The change:\n\n${await sh('git', 'diff')}` : ''})

  async function issue(item, number) {
    const fault = item.fault === undefined ? null : FAULTS[item.fault](item)
    const first = fault?.first ?? work(item)
    const rounds = fault === null ? [] : !has('retries') ? [work(item)] : item.fault === 'attempt' ? [...fault.mend, work(item)] : fault.mend
    const verdicts = [...(item.fault === 'review' ? [reject(item)] : []), APPROVE]
    model.begin(item.label ?? item.title, {implement: [first, ...rounds], review: verdicts.map((verdict) => reviewOf(item, verdict, {sees: has('tools'), structured: false})), commit: [commitOf(item)]})
    const task = `Implement GitHub issue #${number} in this repository: make a plan first, then carry it out, write tests and run them.\n\n# ${item.title}\n\n${item.body}`
    let session = (await ask('implement', task)).session_id
    for (let fixes = 0; ;) {
      const failed = await verify()
      const review = failed === null ? (await reviewed(item, number)) : null
      if (failed === null && review === null) break
      const why = failed === null ? `The reviewer asks for changes:\n\n${review}` : `The checks failed:\n\n${failed}`
      // as pilot: two rounds in a session, then a new one
      if (has('retries') && fixes++ < 2) await ask('implement', `${why}\n\nMend it.`, {resume: session})
      else {
        await startAgain()
        session = (await ask('implement', `${task}\n\nAn earlier try was thrown away. ${why}`)).session_id
      }
    }
    const {text, stdin} = {text: `Write a commit message and a pull request description for this change of issue #${number} (${item.title}).`, stdin: await sh('git', 'diff')}
    await ask('commit', text, {stdin})
    // each issue begins from the same commit, as with pilot, which lands nothing here
    await startAgain()
  }

  /** What the reviewer wants changed; null when it approves. */
  async function reviewed(item, number) {
    const {text, stdin} = await withPatch(`Review the uncommitted changes of this repository for GitHub issue #${number}. Begin with APPROVE or REQUEST CHANGES.\n\n# ${item.title}\n\n${item.body}`)
    const {result} = await ask('review', text, {stdin})
    return result.startsWith('APPROVE') ? null : result
  }

  async function epic(item, number) {
    if (!has('split')) return issue(item, number)
    model.begin(item.title, {plan: [[...PLANNING.look, [{text: JSON.stringify(PLANNING.answer)}]]]})
    await ask('plan', `Plan GitHub issue #${number}: split it into parts that can be merged one by one. Answer with JSON.\n\n# ${item.title}\n\n${item.body}`)
    for (const child of item.children) await issue({...child, label: item.title, body: item.body}, number)
  }

  try {
    await mkdir(home, {recursive: true})
    const mcpServers = Object.fromEntries(SERVERS.map((name) => [name, {type: 'stdio', command: process.execPath, args: [fileURLToPath(new URL('mcp-server.mjs', import.meta.url)), name]}]))
    await writeFile(join(home, '.claude.json'), JSON.stringify({mcpServers}))
    for (const [path, text] of Object.entries(projectFiles())) {
      await mkdir(dirname(join(repo, path)), {recursive: true})
      await writeFile(join(repo, path), text)
    }
    for (const args of [['init', '-q'], ['add', '-A'], ['-c', 'user.name=p', '-c', 'user.email=p@example.com', 'commit', '-qm', 'first']]) await sh('git', ...args)
    for (const [at, item] of items.entries()) await (item.children === undefined ? issue : epic)(item, at + 1)
    return {seen: model.requests, ...totalOf(model.requests)}
  } finally {
    await model.close()
    await rm(dir, {recursive: true, force: true, maxRetries: 5})
  }
}
