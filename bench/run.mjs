// The benchmarks: npm run bench [-- NAME…] [--json] [--write FILE]. Each measures built programs on a sandbox; exit 1 when memory or a count misses its goal; times
// depend on what else the machine does, and are reported only.
import {cpus, loadavg, release, type} from 'node:os'
import {writeFile} from 'node:fs/promises'
import {parseArgs} from 'node:util'
import {asMarkdown, asText} from './lib/report.mjs'

/** The quick ones first: what they need of the disk cache is then there. */
const NAMES = ['startup', 'overhead', 'wave', 'next', 'line', 'stream']

const {values, positionals} = parseArgs({allowPositionals: true, options: {json: {type: 'boolean'}, write: {type: 'string'}}})
const wrong = positionals.filter((name) => !NAMES.includes(name))

if (wrong.length > 0) {
  console.error(`bench: no benchmark is called ${wrong.join(', ')}; there are ${NAMES.join(', ')}`)
  process.exitCode = 2
} else {
  const machine = {node: process.version, system: `${type()} ${release().split('-')[0]}`, cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', load: loadavg().map((load) => load.toFixed(1)).join(', ')}
  const results = []
  for (const name of NAMES.filter((one) => positionals.length === 0 || positionals.includes(one))) {
    console.error(`bench: ${name}`)
    const {title, run} = await import(`./${name}.mjs`)
    results.push({name, title, ...await run()})
  }
  console.log(values.json ? JSON.stringify({machine, results}, null, 2) : asText(results))
  if (values.write !== undefined) await writeFile(values.write, asMarkdown(results, machine))
  if (results.some(({rows}) => rows.some(({ok, isTime}) => !ok && isTime !== true))) process.exitCode = 1
}
