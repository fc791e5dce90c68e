import {chmod, mkdir, readFile, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import {refused, VERIFY, worlds} from '../../support/worlds.js'

// What an agent signs in with stands in a file of the user's home that no variable names.

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000})

const ACCESS = `eyJhbGciOiJSUzI1NiJ9.${'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.c2lnbmF0dXJlc2lnbmF0dXJl`
const REFRESH = 'rt_0123456789abcdefGHIJKLMNOP.zyx'
/** What the agent writes there itself when it signs in anew. */
const RENEWED = 'rt_zyx9876543210fedcbaPONMLKJ.abc'
const signIn = (refresh: string): string => JSON.stringify({auth_mode: 'chatgpt', tokens: {access_token: ACCESS, refresh_token: refresh}})

/** The last thing that the agent says: how it signs in. */
const SAY = `echo '{"type":"item.completed","item":{"type":"agent_message","text":"'"done: $(tr -d '"' < "$HOME/.codex/auth.json")"'"}}'`
const w = worlds()

/** A Codex that does this in its worktree. */
async function codex(script: string): Promise<void> {
  const command = join(w.dir, 'bin/codex')
  await writeFile(command, [
    '#!/bin/sh', 'cat > /dev/null', `echo '{"type":"thread.started","thread_id":"t1"}'`, script,
    `echo '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":0,"output_tokens":1}}'`, '',
  ].join('\n'))
  await chmod(command, 0o755)
  await mkdir(join(w.dir, 'home/.codex'), {recursive: true})
  await writeFile(join(w.dir, 'home/.codex/auth.json'), signIn(REFRESH))
  const tiers = {free: 'shell:scripted', cheap: 'shell:scripted', balanced: 'codex:gpt-5', frontier: 'codex:gpt-5'}
  await w.configure({executor: {default: 'codex', codex: {command}, shell: {command: 'cat > /dev/null; echo hello'}}, tiers, verify: {setup: [], commands: [VERIFY]}})
}

/** Everything that is left of a run, by where it is. */
async function sinks(ran: {stdout: string; stderr: string}): Promise<[string, string][]> {
  const entries = await readdir(join(w.checkout, '.pilot'), {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return [
    ...await Promise.all(files.map(async (file): Promise<[string, string]> => [file, await readFile(file, 'utf8')])),
    ['stdout', ran.stdout], ['stderr', ran.stderr], ['GitHub', JSON.stringify(w.repo())], ['commits', await w.remote('log', '--all', '-p')],
  ]
}

it.each([
  ['it has', `mkdir -p src; cp "$HOME/.codex/auth.json" src/work.js; ${SAY}`, [ACCESS, REFRESH]],
  ['it gets while it works', `printf %s '${signIn(RENEWED)}' > "$HOME/.codex/auth.json"; mkdir -p src; echo '${RENEWED}' > src/work.js`, [RENEWED]],
])('the sign-in that %s leaves the machine with no push and stands in no file', async (_, script, secrets) => {
  await codex(script)
  const ran = await w.execute(await w.agent('true'), refused('protected_paths'))
  expect(ran.json.error!.message).toMatch(/contains a secret/)
  expect(ran.branch).toBeUndefined()
  expect((await sinks(ran)).filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([where]) => where)).toEqual([])
})
