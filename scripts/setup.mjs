// Makes a checkout ready: installs when node_modules does not match the lockfile; with --build also builds when dist is
// older than its sources. One line for each thing it does, none when there is nothing to do.
import {spawnSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {LEAST_NODE, isBuilt, isInstalled, nodeSuffices} from './lib/fresh.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function step(line, command, args) {
  console.error(`setup: ${line}`)
  // stdout stays free: the demo prints its result there
  const {status, error} = spawnSync(command, args, {cwd: root, stdio: ['ignore', 2, 2]})
  if (status === 0) return true
  console.error(`setup: failed: ${[command, ...args].join(' ')}${error ? ` (${error.message})` : ''}`)
  return false
}

function ready() {
  if (!nodeSuffices(process.versions.node)) {
    console.error(`setup: Node ${process.versions.node} is too old; pilot needs ${LEAST_NODE.join('.')} or newer`)
    return false
  }
  if (!isInstalled(root) && !step('installing dependencies', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) return false
  if (!process.argv.includes('--build') || isBuilt(root)) return true
  return step('building', process.execPath, [join(root, 'scripts', 'build.mjs')])
}

process.exitCode = ready() ? 0 : 1
