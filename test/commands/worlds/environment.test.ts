import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {DONE, VERIFY, worlds} from '../../support/worlds.js'

// What an agent and the user's own commands see of the machine: the names that `env` tells, all of them.

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000})
const w = worlds({config: {review: {enabled: false}}})

/** What sh adds by itself. */
const OF_SH = ['PWD', 'OLDPWD', 'SHLVL', '_']
const GIT = [
  'GIT_ASKPASS', 'GIT_AUTHOR_EMAIL', 'GIT_AUTHOR_NAME', 'GIT_COMMITTER_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_KEY_1', 'GIT_CONFIG_KEY_2',
  'GIT_CONFIG_NOSYSTEM', 'GIT_CONFIG_VALUE_0', 'GIT_CONFIG_VALUE_1', 'GIT_CONFIG_VALUE_2', 'GIT_TERMINAL_PROMPT',
]
const BOTH = [...GIT, 'HOME', 'HTTPS_PROXY', 'LANG', 'LC_MESSAGES', 'NO_PROXY', 'PATH', 'RUSTUP_HOME', 'TMPDIR']
const OF_AGENT = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'PILOT_ATTEMPT', 'PILOT_GATE', 'PILOT_ISSUE', 'PILOT_MODEL', 'PILOT_RUN_DIR', 'PILOT_TIER', 'PILOT_USAGE_FILE', 'PILOT_WORKTREE']

const PASSES = {LC_MESSAGES: 'C', HTTPS_PROXY: 'http://user:planted-proxy@127.0.0.1:9', ANTHROPIC_API_KEY: 'planted-anthropic', OPENAI_API_KEY: 'planted-openai'}
const PLANTED = Object.fromEntries([
  'GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SSH_AUTH_SOCK', 'SSH_ASKPASS', 'SSH_AGENT_PID', 'GPG_AGENT_INFO',
  'NPM_TOKEN', 'NODE_AUTH_TOKEN', 'npm_config__authToken', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'GOOGLE_APPLICATION_CREDENTIALS', 'AZURE_CLIENT_SECRET', 'KUBECONFIG',
  'DOCKER_CONFIG', 'DATABASE_URL', 'DBUS_SESSION_BUS_ADDRESS', 'LD_PRELOAD_OTHER', 'NODE_PATH', 'PYTHONSTARTUP', 'PERL5OPT', 'RUBYOPT', 'BASH_ENV', 'PROMPT_COMMAND',
  'GIT_SSH_COMMAND', 'GIT_EXTERNAL_DIFF', 'GIT_PAGER', 'GIT_PROXY_COMMAND', 'GCM_INTERACTIVE', 'PILOT_SOMETHING', 'LANGUAGE_', 'XDG_RUNTIME_DIR',
].map((name) => [name, `planted-${name}`]))

/** `env` prints names and values; a value of ours has no line break. */
const told = async (file: string): Promise<Record<string, string>> => Object.fromEntries(
  (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
)
const names = (env: Record<string, string>): string[] => Object.keys(env).filter((name) => !OF_SH.includes(name)).toSorted()

it('holds the allowed names alone, none of git’s own sign-ins among them', async () => {
  const file = (of: string): string => join(w.dir, 'agent', of)
  await w.configure({review: {enabled: false}, verify: {setup: [`env > '${file('setup')}'`], commands: [`env > '${file('verify')}'`, VERIFY]}})
  const issue = await w.agent(
    'here=$(dirname "$0"); env > "$here/seen"; git config --list > "$here/git"; printf "protocol=http\\nhost=127.0.0.1\\n\\n" | git credential fill > "$here/credential" 2>&1; echo 1 > src/a.js',
  )
  await w.execute(issue, DONE, {env: {...PLANTED, ...PASSES}})
  const [seen, setup, verify] = await Promise.all(['seen', 'setup', 'verify'].map((of) => told(file(of))))
  expect(names(seen!)).toEqual([...BOTH, ...OF_AGENT].toSorted())
  expect([names(setup!), names(verify!)]).toEqual([BOTH.toSorted(), BOTH.toSorted()])
  expect(seen).toMatchObject({...PASSES, GIT_ASKPASS: '', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: '', GIT_CONFIG_KEY_1: 'core.hooksPath', GIT_CONFIG_VALUE_1: '/dev/null'})
  for (const env of [seen!, setup!, verify!]) {
    expect(Object.values(env).filter((value) => Object.values(PLANTED).includes(value) || value.includes(w.sandbox.token))).toEqual([])
    expect([w.env['HOME'], env['HOME'] === seen!['HOME'] || env['HOME'] === verify!['HOME']]).not.toContain(env['HOME'])
  }
  const git = await readFile(file('git'), 'utf8')
  expect(git.split('\n').filter((line) => /^(?:credential\..+=.|http\..*extraheader)/i.test(line) || line.includes(w.sandbox.token))).toEqual([])
  expect(await readFile(file('credential'), 'utf8')).not.toContain('password=')
})
