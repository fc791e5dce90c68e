/**
 * Regenerates test/fixtures/github-openapi.json from the npm package @octokit/openapi:
 *   node scripts/openapi.mjs [version]        writes the copy
 *   node scripts/openapi.mjs [version] --check   only says whether operations differ
 * The package unpacks to hundreds of megabytes, so one file is taken out of it and pruned to the operations already in the copy
 * (add new ones to EXTRA), without prose and examples, with every schema they reach.
 */
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const COPY = new URL('../test/fixtures/github-openapi.json', import.meta.url)
const METHODS = ['get', 'post', 'put', 'patch', 'delete']
/** Operation ids to add to the copy. */
const EXTRA = []
const DROP = new Set([
  'description', 'example', 'examples', 'summary', 'externalDocs', 'x-github', 'tags', 'x-github-breaking-changes', 'links',
])

const operations = (spec) => Object.values(spec.paths).flatMap((item) => METHODS.flatMap((m) => item[m]?.operationId ?? []))

/** Prose out, but never a property that happens to be called `description`. */
function strip(node, names = false) {
  if (Array.isArray(node)) return node.map((item) => strip(item))
  if (typeof node !== 'object' || node === null) return node
  const kept = Object.entries(node).filter(([key]) => names || !DROP.has(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, strip(value, !names && key === 'properties')]))
}

/** References of a node as "kind/name". */
function refs(node, found = new Set()) {
  if (Array.isArray(node)) for (const item of node) refs(item, found)
  else if (typeof node === 'object' && node !== null) {
    if (typeof node.$ref === 'string') found.add(node.$ref.replace('#/components/', ''))
    for (const value of Object.values(node)) refs(value, found)
  }
  return found
}

function prune(full, version, wanted) {
  const paths = {}
  for (const [template, item] of Object.entries(full.paths)) {
    for (const method of METHODS) if (wanted.has(item[method]?.operationId)) (paths[template] ??= {})[method] = strip(item[method])
  }
  const components = {}
  const queue = [...refs(paths)]
  for (const ref of queue) {
    const [kind, name] = ref.split('/')
    if (components[kind]?.[name]) continue
    const node = strip(full.components[kind][name])
    ;(components[kind] ??= {})[name] = node
    queue.push(...refs(node))
  }
  return {openapi: full.openapi, info: {title: full.info.title, version}, paths, components}
}

function download(version) {
  const dir = mkdtempSync(join(tmpdir(), 'openapi-'))
  try {
    const pack = ['pack', `@octokit/openapi@${version}`, '--json', '--silent']
    const [{filename}] = JSON.parse(execFileSync('npm', pack, {cwd: dir, encoding: 'utf8'}))
    execFileSync('tar', ['-xzf', filename, 'package/generated/api.github.com.json'], {cwd: dir})
    return JSON.parse(readFileSync(join(dir, 'package/generated/api.github.com.json'), 'utf8'))
  } finally {
    rmSync(dir, {recursive: true, force: true})
  }
}

const current = JSON.parse(readFileSync(COPY, 'utf8'))
const version = process.argv.slice(2).find((arg) => !arg.startsWith('-')) ?? current.info.version
const wanted = new Set([...operations(current), ...EXTRA])
const next = prune(download(version), version, wanted)
const have = new Set(operations(next))
const gone = [...wanted].filter((id) => !have.has(id))
const schemas = Object.keys(next.components.schemas).length
console.log(`${version}: ${have.size} operations, ${schemas} schemas, ${JSON.stringify(next).length} bytes`)
if (gone.length > 0) console.log(`not in this version: ${gone.join(', ')}`)
if (gone.length > 0) process.exitCode = 1
if (!process.argv.includes('--check')) writeFileSync(COPY, `${JSON.stringify(next)}\n`)
