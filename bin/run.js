#!/usr/bin/env node
import {readFileSync} from 'node:fs'
import module from 'node:module'

// Node 20 has no compile cache; where it exists it must be on before the first import of oclif.
module.enableCompileCache?.()
// oclif does the same for stdout: a reader that went away must not stop the work
process.stderr.on('error', (error) => { if (error.code !== 'EPIPE') throw error })

const argv = process.argv.slice(2)
if (argv.length === 1 && argv[0] === '--version') {
  // asked for by scripts in a loop: answered in oclif's words without loading oclif
  const {name, version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  console.log(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`)
} else await main()

async function main() {
  const {Config, run} = await import('@oclif/core')
  try {
    await run(argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv, import.meta.url)
  } catch (error) {
    // commands report their own failures; what arrives here never ran
    const [{reportUnrun}, {processIo}] = await Promise.all([import('../dist/lib/cli/host.js'), import('../dist/lib/cli/io.js')])
    const {bin, commandIDs} = await Config.load(import.meta.url)
    await reportUnrun(error, argv, {bin, commands: commandIDs}, processIo(process))
  }
}
