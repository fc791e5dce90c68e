// dist from scratch, so that it never holds the output of a source that is gone; made beside the old one and put in its place at
// once, so that whoever runs pilot meanwhile finds a whole one. Nothing is left of a build that failed.
import {spawnSync} from 'node:child_process'
import {existsSync, renameSync, rmSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const fresh = join(root, `dist.${process.pid}.new`)
const old = join(root, `dist.${process.pid}.old`)
try {
  const {status} = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', fresh], {cwd: root, stdio: 'inherit'})
  if (status === 0) {
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } else {
    // what stands there is older than the sources, and the next set-up builds again
    process.exitCode = 1
  }
} finally {
  for (const dir of [fresh, old]) rmSync(dir, {recursive: true, force: true})
}
