import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, onTestFinished, vi} from 'vitest'
import {REPO, scene, type Scene} from '../../support/scene.js'
import {DONE, openWorlds, refused} from '../../support/worlds.js'

// Whatever an agent or a verify command says, no secret is left anywhere, whole or in half.

vi.setConfig({testTimeout: 120_000})

/** A key that pilot hands to the agent; no token shape, and other characters in an address. */
const KEY = 'planted/k+y=4-the~agent!who'
const PROXY = 'planted-proxy+pass=9'
/** In a variable whose name does not tell it; an endpoint of the configuration does. */
const GATEWAY = 'planted+gateway=pass/9 which is as long as a private key is, and so it does not fit into one line of base64/'
/** Nobody told pilot of this one. */
const SHAPED = 'ghp_Zy9Xw8Vu7Ts6Rq5Po4Nm'

/** As it is, in an address, and in base64 wherever it starts, with what comes before it. */
const said = (secret: string): string[] =>
  [secret, encodeURIComponent(secret), ...['', ':', 'u:'].map((before) => Buffer.from(`${before}${secret}`).toString('base64'))]
/** As base64(1) writes it. */
const wrapped = (secret: string): string => Buffer.from(`u:${secret}`).toString('base64').replace(/.{76}/g, '$&\n')
/** What must not be found: the first and the last ten characters of every form, without those that a neighbour shares. */
const halves = (secret: string): string[] => said(secret).flatMap((form, i) => {
  const own = i < 2 ? form : form.replace(/=+$/, '').slice(i === 2 ? 0 : i === 3 ? 2 : 3, -1)
  return [own.slice(0, 10), own.slice(-10)]
})

async function filesOf(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'config.yaml').map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(dir.length + 1), await readFile(file, 'utf8')] as const)))
}

/** Everything that can be read after a run, by where it is. */
async function sinksOf(s: Scene, ran: {stdout: string; stderr: string}, actions: string): Promise<Record<string, string>> {
  const log = ['log', '--all', '-p', '-m', '--format=fuller']
  const {issues, comments} = s.repo()
  const sinks = await filesOf(join(s.checkout, '.pilot'))
  return {
    ...sinks, ...await filesOf(actions), stdout: ran.stdout, stderr: ran.stderr, issues: JSON.stringify(issues), comments: JSON.stringify(comments),
    state: JSON.stringify(s.sandbox.state().repos[REPO]),
    remote: await s.git(`--git-dir=${join(s.dir, 'github/acme/app.git')}`, ...log), checkout: await s.git(...log),
  }
}

const leaksOf = (sinks: Record<string, string>, secrets: readonly string[]): string[] =>
  Object.entries(sinks).filter(([, text]) => secrets.flatMap(halves).some((half) => text.includes(half)) || text.includes(SHAPED.slice(0, 12))).map(([sink]) => sink)

it('nothing that execute leaves behind holds a secret that anyone said', async () => {
  const endpoints = {own: {url: 'http://127.0.0.1:9/v1', api_key_env: 'OUR_GATEWAY'}}
  const s = await scene({config: {endpoints, review: {enabled: true, max_rounds: 1}}})
  const secrets = [KEY, PROXY, GATEWAY, s.sandbox.token]
  const all = [...secrets.flatMap(said), SHAPED].join(' ')
  // 15 characters of it stand before a place where something is cut
  const padded = (length: number): string => `${'word '.repeat(length / 5 - 3)}${KEY}`
  const speech = `${all}\n${secrets.map(wrapped).join('\n')}\n${[200, 300, 1000, 1500, 2000].map(padded).join('\n')}`
  const verifySays = join(s.dir, 'verify-says')
  await writeFile(verifySays, `${speech}\n`)
  await s.configure({verify: {setup: [], commands: [`cat '${verifySays}'; cat '${verifySays}' >&2; ! grep -rq BROKEN src`]}, review: {enabled: true, max_rounds: 1}})
  const findings = [{severity: 'blocker', file: `src/${SHAPED}.js`, line: 1, message: speech}]
  const work = (text: string) => ({files: {'src/work.js': `${text}\n`}, say: speech})
  await s.script({
    implement: {'1': [work('BROKEN'), work('better'), work('good')], '2': {say: padded(300)}, '3': {say: speech, exit: 1}},
    commit: {'*': {say: `feat(src): use ${KEY}`}}, draft: {'*': {say: `Adds the work. ${all}`}},
    review: {'*': [{say: {verdict: 'request_changes', summary: padded(1500), findings}}, {say: {verdict: 'approve', summary: padded(1500), findings}}]},
  })
  const actions = join(s.dir, 'actions')
  await mkdir(actions)
  const env = {
    OPENAI_API_KEY: KEY, OUR_GATEWAY: GATEWAY, HTTPS_PROXY: `http://someone:${encodeURIComponent(PROXY)}@127.0.0.1:9`,
    GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(actions, 'summary'), GITHUB_OUTPUT: join(actions, 'output'),
  }
  for (const title of ['Do it', 'Do nothing', 'Fail']) s.addIssue({title, body: 'Please.'})
  const first = await s.pilotWith({env}, 'execute', '1', '--json', '--verbose')
  expect(first.exit, first.stdout).toBe(0)
  // without --json: tables and notes are cut to the width of a terminal
  const second = await s.pilotWith({env}, 'execute', '2', '3', '--verbose')
  expect(second.exit, second.stderr).toBe(1)
  const sinks = await sinksOf(s, {stdout: `${first.stdout}\n${second.stdout}`, stderr: `${first.stderr}\n${second.stderr}`}, actions)
  expect(leaksOf(sinks, secrets)).toEqual([])
  // and it was said there: a sink without a mark would prove nothing
  const at = (n: number, name: string): string => `runs/GH-${n}/attempt-1/${name}`
  const marked = Object.keys(sinks).filter((sink) => sinks[sink]!.includes('***'))
  expect(marked).toEqual(expect.arrayContaining([
    ...['events.jsonl', 'agent.log', 'verify.json', 'review.json', 'pull.json', 'result.json'].map((name) => at(1, name)), at(2, 'result.json'),
    'stdout', 'stderr', 'issues', 'comments', 'summary',
  ]))
  expect(marked.filter((sink) => /prompt.*\.md$/.test(sink)).length).toBeGreaterThan(1)
})

it('a token that the repository already holds blocks neither its removal nor a change beside it; a new one is refused', async () => {
  const w = await openWorlds({config: {review: {enabled: false}}, files: {'src/old.js': `const a = '${SHAPED}'\nconst b = 1\n`}})
  onTestFinished(w.close)
  await w.execute(await w.agent("sed -i 's/b = 1/b = 2/' src/old.js"), DONE)
  await w.execute(await w.agent('sed -i 1d src/old.js'), DONE)
  await w.execute(await w.agent(`echo "const c = '${SHAPED}'" >> src/old.js`), refused('protected_paths'))
})
