// Installs a pinned coding-agent program into the temp folder, where the next run finds it.
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const INSTALL_MS = 10 * 60_000

function versionOf(command) {
  try {
    return execFileSync(command, ['--version'], {encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'ignore'], env: {...process.env, GEMINI_CLI_NO_RELAUNCH: 'true'}}).trim()
  } catch {
    // not there, or there and broken: both mean that it has to be installed
    return ''
  }
}

/** `npm`: its package. Answers the program's path as `command`, or null and the `reason`; `say` gets one line about it. */
export function provide({name, version, npm}, say) {
  const dir = join(tmpdir(), `pilot-agents-${name}-${version}`)
  const command = join(dir, 'node_modules', '.bin', name)
  const ready = (how) => {
    say(`${name} ${version}: ${how} ${dir}`)
    return {name, version, command, reason: null}
  }
  if (versionOf(command).includes(version)) return ready('found in')
  mkdirSync(dir, {recursive: true})
  const install = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', dir, `${npm}@${version}`], {encoding: 'utf8', timeout: INSTALL_MS, stdio: ['ignore', 'pipe', 'pipe']})
  if (install.status === 0 && versionOf(command).includes(version)) return ready('installed into')
  const reason = install.status === 0 ? 'installed, but it does not start here' : `npm install failed: ${(install.stderr ?? '').split('\n').find((line) => /npm (?:error|ERR!)/.test(line)) ?? install.error?.message ?? 'no reason given'}`
  say(`${name} ${version}: SKIPPED, ${reason}`)
  return {name, version, command: null, reason}
}
