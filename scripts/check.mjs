// Lint beside build, types and generated files: each of the two keeps one core busy for about a minute. What they say comes one after the other.
import {spawn} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tool = (path, ...args) => [join(root, 'node_modules', path), ...args]
const script = (name, ...args) => [join(root, 'scripts', name), ...args]
const LANES = [
  [tool('eslint/bin/eslint.js', '.')],
  [script('setup.mjs', '--build'), tool('typescript/bin/tsc', '-p', 'tsconfig.test.json', '--noEmit'), script('generate.mjs', '--check')],
]

/** One after the other, up to the first that fails. */
async function run(lane) {
  const all = {said: '', code: 0}
  for (const args of lane) {
    const {said, code} = await step(args)
    all.said += said
    all.code = code
    if (code !== 0) break
  }
  return all
}

const step = (args) => new Promise((done, failed) => {
  const child = spawn(process.execPath, args, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']})
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text })
  child.once('error', failed).once('close', (code) => done({said, code: code ?? 1}))
})

const ended = await Promise.all(LANES.map(run))
for (const {said} of ended) process.stdout.write(said)
process.exitCode = Math.max(...ended.map(({code}) => code))
