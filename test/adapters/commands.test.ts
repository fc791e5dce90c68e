import {readFileSync, readdirSync} from 'node:fs'
import {basename, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openCommands} from '../../src/lib/adapters/commands.js'
import {put, tempDir} from './git-fixture.js'

function setUp(env: Record<string, string> = {}) {
  const root = tempDir()
  const commands = openCommands({env: {PATH: process.env['PATH'] ?? '', HOME: root, ...env}, scratch: join(root, 'scratch'), mask: (text) => text.replaceAll('hush', '***')})
  const run = (command: string, more: {timeoutMs?: number; signal?: AbortSignal; cwd?: string} = {}) =>
    commands.run(command, {cwd: root, timeoutMs: 20_000, log: join(root, 'verify.log'), ...more})
  return {root, commands, run}
}

describe('a command line of the user', () => {
  it('runs in a shell, and its whole output goes to the log, one command after the other', async () => {
    const {root, run} = setUp()
    expect(await run('echo one && echo hush >&2; exit 4')).toMatchObject({exitCode: 4, signal: null, timedOut: false, tail: expect.stringContaining('one\n') as string})
    expect(await run('seq 1 5000 | tr "\\n" " "; echo; echo end')).toMatchObject({exitCode: 0, tail: expect.stringMatching(/4999 5000 \nend\n$/) as string})
    const log = readFileSync(join(root, 'verify.log'), 'utf8')
    expect(log).toMatch(/^\$ echo one .*\n(?:one\n\*\*\*|\*\*\*\none)\n\$ seq[^\n]*\n1 2 3 /)
    expect((await run('seq 1 50000')).tail.length).toBe(32_000)
  })

  it('sees no token, no helper, no HOME of the user, and a temp folder that goes afterwards', async () => {
    const {root, run} = setUp({GITHUB_TOKEN: 't', GH_TOKEN: 't', PILOT_GITHUB_TOKEN: 't', ANTHROPIC_API_KEY: 'k', SSH_AUTH_SOCK: '/s', LC_TIME: 'C', https_proxy: 'http://p'})
    put(root, {'.gitconfig': '[user]\n\tname = the user\n[credential]\n\thelper = store\n'})
    const {tail} = await run('echo "$HOME"; env | cut -d= -f1 | sort | tr "\\n" " "; echo; git config user.name; git config --get-all credential.helper; touch "$TMPDIR/x"')
    expect(tail).not.toMatch(/TOKEN|API_KEY|SSH_|the user|store/)
    expect(tail).toMatch(/LC_TIME.*https_proxy/)
    expect(tail.split('\n')[0]).toBe(join(root, 'scratch', `home-commands-${basename(root)}`))
    expect(readdirSync(join(root, 'scratch'))).toEqual([`home-commands-${basename(root)}`])
  })

  it('is stopped at its limit, by its signal, and answers for a directory that is gone', async () => {
    const {run} = setUp()
    expect(await run('sleep 60', {timeoutMs: 200})).toMatchObject({exitCode: null, timedOut: true})
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    expect(await run('sleep 60', {signal: stop.signal})).toMatchObject({exitCode: null, timedOut: false, signal: 'SIGINT'})
    expect(await run('true', {cwd: '/nonexistent/dir'})).toMatchObject({exitCode: null, tail: 'there is no directory /nonexistent/dir\n'})
  })

  it('has a HOME that begins empty but for linked caches, also where somebody removed it or closed a folder in it', async () => {
    const {root, commands, run} = setUp()
    const home = commands.home(root)
    await home.begin()
    expect((await run('echo 1 > "$HOME/.npm/kept"; mkdir -p "$HOME/closed/in"; touch "$HOME/closed/in/x"; chmod 500 "$HOME/closed/in"; ls -A "$HOME/.npm"')).tail).toBe('kept\n')
    await home.begin()
    expect((await run('ls -d "$HOME/closed"; ls -A "$HOME/.npm"')).tail).toMatch(/No such file.*\nkept\n$/s)
    await home.note('setup')
    await run('rm -rf "$HOME"')
    expect((await home.clear(false)).isBare).toBe(false)
    expect((await run('ls -A "$HOME/.npm"')).tail).toBe('kept\n')
  })
})
