// Everything in the repository that is derived from the code: the oclif manifest, the command reference, the JSON schemas.
// `--check` changes nothing and fails when a committed file differs.
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {Plugin} from '@oclif/core'
import {commandDocs} from './lib/command-docs.mjs'
import {isBuilt} from './lib/fresh.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const RESULTS = 'schema/results'
const load = (file) => import(pathToFileURL(join(root, file)).href)
const json = (value) => `${JSON.stringify(value, null, 2)}\n`
const byName = (record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1))

async function manifest() {
  const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true})
  await plugin.load()
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {...plugin.manifest, commands: byName(plugin.manifest.commands), version}
}

async function configSchema() {
  if (!existsSync(join(root, 'scripts/lib/config-schema.mjs'))) return {}
  const {configSchemaText} = await load('scripts/lib/config-schema.mjs')
  return {'schema/config.schema.json': await configSchemaText()}
}

async function resultSchemas() {
  if (!existsSync(join(root, 'dist/lib/cli/results.js'))) return {}
  const [{z}, {RESULT_SCHEMAS}] = await Promise.all([import('zod'), load('dist/lib/cli/results.js')])
  const named = Object.entries(byName(RESULT_SCHEMAS))
  const text = (command, schema) => json({title: `result of pilot ${command}`, ...z.toJSONSchema(schema)})
  return Object.fromEntries(named.map(([command, schema]) => [`${RESULTS}/${command}.json`, text(command, schema)]))
}

/** Path → text of every derived file. */
async function derived() {
  const [made, {EXIT_MEANING}] = await Promise.all([manifest(), load('dist/lib/cli/exit-codes.js')])
  return {
    'oclif.manifest.json': json(made),
    'docs/commands.md': commandDocs(made, 'pilot', EXIT_MEANING),
    ...await configSchema(),
    ...await resultSchemas(),
  }
}

function committed(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

/** Schemas of commands that are gone. */
const orphans = (files) => existsSync(join(root, RESULTS))
  ? readdirSync(join(root, RESULTS)).map((name) => `${RESULTS}/${name}`).filter((path) => !(path in files))
  : []

async function main(check) {
  if (!isBuilt(root)) {
    console.error('generate: dist is missing or older than src; run: npm run build')
    return 1
  }
  const files = await derived()
  const drifted = Object.keys(files).filter((path) => committed(path) !== files[path])
  const gone = orphans(files)
  if (check) {
    for (const path of [...drifted, ...gone]) console.error(`generate: ${path} does not match the code`)
    if (drifted.length + gone.length > 0) console.error('generate: run: npm run generate')
    return drifted.length + gone.length > 0 ? 1 : 0
  }
  for (const path of drifted) {
    mkdirSync(dirname(join(root, path)), {recursive: true})
    writeFileSync(join(root, path), files[path])
    console.error(`generate: wrote ${path}`)
  }
  for (const path of gone) {
    rmSync(join(root, path))
    console.error(`generate: removed ${path}`)
  }
  return 0
}

process.exitCode = await main(process.argv.includes('--check'))
