#!/usr/bin/env node
import {readFileSync} from 'node:fs'
import module from 'node:module'

// Node 20 has no compile cache; where it exists it must be on before the first import of oclif.
module.enableCompileCache?.()
// a reader that went away or a log on a full disk must not stop the work; who writes an answer looks at what became of it
const keepWorking = () => { for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => undefined) }
keepWorking()

const argv = process.argv.slice(2)
const json = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
/** In oclif's words. */
const versionOf = ({name, version}) => `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`

// version and help are asked for by scripts in a loop and by people who are waiting: answered without loading oclif
if (argv.length === 1 && argv[0] === '--version') await print(`${versionOf(json('../package.json'))}\n`)
else if (!await help()) await main()

async function help() {
  if (argv.length > 0 && !argv.some((word) => ['help', '--help', '-h'].includes(word))) return false
  const {helpText, helpTopic} = await import('../dist/lib/cli/help.js')
  const topic = helpTopic(argv)
  if (topic === undefined) return false
  const about = json('../package.json')
  const {columns} = process.stdout
  const text = helpText(json('../oclif.manifest.json'), {bin: about.oclif.bin, version: versionOf(about), description: about.description}, topic, columns)
  if (text === undefined) return false
  await print(text)
  return true
}

/** An answer that needs no command. Only one that could not be written pays for what reports that. */
async function print(text) {
  const error = await new Promise((resolve) => { process.stdout.write(text, resolve) })
  if (!error) return
  const [{reportUnwritten}, {processIo}] = await Promise.all([import('../dist/lib/cli/host.js'), import('../dist/lib/cli/io.js')])
  await reportUnwritten(error, {bin: json('../package.json').oclif.bin, commands: []}, processIo(process))
}

async function main() {
  const {Config, run} = await import('@oclif/core')
  // oclif throws what it does not know of stdout, in the middle of the work
  keepWorking()
  try {
    await run(argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv, import.meta.url)
  } catch (error) {
    // commands report their own failures; what arrives here never ran
    const [{reportUnrun}, {processIo}] = await Promise.all([import('../dist/lib/cli/host.js'), import('../dist/lib/cli/io.js')])
    const {bin, commandIDs} = await Config.load(import.meta.url)
    await reportUnrun(error, argv, {bin, commands: commandIDs}, processIo(process))
  }
}
