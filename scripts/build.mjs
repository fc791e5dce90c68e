// dist from scratch, so that it never holds the output of a source that is gone. Nothing is left of a build that failed:
// the next one must not take it for fresh.
import {spawnSync} from 'node:child_process'
import {rmSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

rmSync(dist, {recursive: true, force: true})
const {status} = spawnSync(process.execPath, [tsc, '-p', root], {cwd: root, stdio: 'inherit'})
if (status !== 0) {
  rmSync(dist, {recursive: true, force: true})
  process.exitCode = 1
}
