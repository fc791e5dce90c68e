// Whether what is installed and what is built still belong to the sources. Node alone, no dependency: this runs first.
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'

export const LEAST_NODE = [20, 19]

/** Whether a version like `20.19.1` is new enough. */
export function nodeSuffices(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {}

/**
 * Whether node_modules holds what package-lock.json asks for. By content: a checkout touches files it does not change.
 * Optional packages of other platforms are not installed and not missed.
 */
export function isInstalled(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const present = packagesOf(record)
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true
    const found = present[path]
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/** Modification times (ms) of a file, or of a directory and everything below it: deleting a file touches its directory. */
function times(path) {
  const {mtimeMs} = statSync(path)
  if (!statSync(path).isDirectory()) return [mtimeMs]
  return [mtimeMs, ...readdirSync(path).flatMap((name) => times(join(path, name)))]
}

/** Whether every file in dist is newer than every source and setting it is made from. */
export function isBuilt(root) {
  const dist = join(root, 'dist')
  if (!existsSync(dist)) return false
  const names = readdirSync(dist, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.js'))
  const made = names.map((name) => statSync(join(dist, name)).mtimeMs)
  if (made.length === 0) return false
  const sources = ['src', 'tsconfig.json', 'package.json'].map((name) => join(root, name)).filter((path) => existsSync(path)).flatMap(times)
  return Math.min(...made) >= Math.max(...sources)
}
