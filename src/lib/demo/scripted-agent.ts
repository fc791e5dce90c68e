// The demo's agent, a program of its own: `executor.shell.command` names it. It stands in for a model, and says so.
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {text} from 'node:stream/consumers'
import {scriptedAnswer} from './scripted-answers.js'

const {PILOT_GATE: gate = '', PILOT_ATTEMPT: attempt = '1'} = process.env
const answer = scriptedAnswer({gate, attempt: Number(attempt), prompt: await text(process.stdin)})
if (answer.kind === 'answer') {
  for (const [path, content] of Object.entries(answer.files)) {
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, content)
  }
  process.stdout.write(`${answer.text}\n`)
} else {
  process.stderr.write(`${answer.message}\n`)
  process.exitCode = 1
}
