// Commands of the built program inside this process: their modules are loaded once for all runs.
import {randomUUID} from 'node:crypto'
import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core'

const CONFIG = await Config.load(fileURLToPath(new URL('../..', import.meta.url)))

function ioOf(env) {
  const seen = {stdout: '', stderr: '', exit: undefined}
  const sink = (name) => ({isTTY: false, columns: 80, write: (text, done) => { seen[name] += text; done?.(); return true }})
  const io = {
    env, stdin: (async function* () { yield '' })(), stdout: sink('stdout'), stderr: sink('stderr'),
    now: () => new Date(), random: randomUUID, setExit: (code) => { seen.exit = code },
    // no signal is ever sent to a command here
    onSignal: () => undefined, offSignal: () => undefined, die: (signal) => { throw new Error(`ended by ${signal}`) },
  }
  return {io, seen}
}

/** Runs `pilot NAME …` in `cwd`; answers what it wrote and its exit code. */
export async function pilotIn({cwd, env}, [name, ...argv]) {
  const {default: Command} = await import(`../../dist/commands/${name}.js`)
  const {io, seen} = ioOf(env)
  class Captured extends Command {
    static id = name
    openIo() { return io }
  }
  await Captured.run([...argv, '--cwd', cwd], CONFIG)
  return seen
}
