// Types and lint, side by side: each keeps one core busy for about half a minute. What they say comes one after the other.
import {spawn} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const CHECKS = [['typescript/bin/tsc', '-p', 'tsconfig.test.json', '--noEmit'], ['eslint/bin/eslint.js', '.']]

const ended = await Promise.all(CHECKS.map(([program, ...args]) => new Promise((done, failed) => {
  const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {cwd: root, stdio: ['ignore', 'pipe', 'pipe']})
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text })
  child.once('error', failed).once('close', (code) => done({said, code: code ?? 1}))
})))
for (const {said} of ended) process.stdout.write(said)
process.exitCode = Math.max(...ended.map(({code}) => code))
