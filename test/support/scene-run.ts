import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {expect} from 'vitest'
import {z} from 'zod'
import Classify from '../../src/commands/classify.js'
import CloseParent from '../../src/commands/close-parent.js'
import Decide from '../../src/commands/decide.js'
import Decompose from '../../src/commands/decompose.js'
import Doctor from '../../src/commands/doctor.js'
import Execute from '../../src/commands/execute.js'
import Init from '../../src/commands/init.js'
import Land from '../../src/commands/land.js'
import Logs from '../../src/commands/logs.js'
import Next from '../../src/commands/next.js'
import PlanEpic from '../../src/commands/plan-epic.js'
import Retry from '../../src/commands/retry.js'
import Route from '../../src/commands/route.js'
import Spend from '../../src/commands/spend.js'
import Status from '../../src/commands/status.js'
import {RESULT_SCHEMAS} from '../../src/lib/cli/results.js'
import {STATUSES} from '../../src/lib/errors.js'
import {runCommand, type World} from '../cli/run-command.js'

const COMMANDS = {
  'classify': Classify, 'close-parent': CloseParent, 'decide': Decide, 'decompose': Decompose, 'execute': Execute, 'land': Land, 'next': Next,
  'plan-epic': PlanEpic,
  'retry': Retry, 'spend': Spend, 'status': Status, 'init': Init, 'doctor': Doctor, 'route': Route, 'logs': Logs,
} as const
export type CommandName = keyof typeof COMMANDS
const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export type RunOptions = {
  env?: Record<string, string | undefined>; cwd?: string; stdin?: string; tty?: boolean; subprocess?: boolean
  /** in this process only: gets what sends the command a signal */
  onStart?: World['onStart']
}

const error = z.strictObject({
  code: z.string().regex(/^[A-Z_]+$/), message: z.string().min(1), suggestions: z.array(z.string().min(1)), retryable: z.boolean(),
})
const envelopeSchema = z.strictObject({
  ok: z.boolean(), command: z.string(), status: z.enum(STATUSES), error: error.optional(), result: z.record(z.string(), z.unknown()),
  warnings: z.array(z.string()),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** What was seen of one command. `json` is its envelope, checked against the contract; it throws without `--json`. */
export type PilotRun = {exit: number; stdout: string; stderr: string; json: Envelope; rows: string[][]; items: Record<string, unknown>[]}

/** Runs a command in this process, or as a program of its own. With --json the whole document is checked against the command's contract. */
export async function runPilot(options: RunOptions & {
  env: Record<string, string | undefined>; cwd: string
}, argv: readonly string[]): Promise<PilotRun> {
  const [name = '', ...rest] = argv
  const env = Object.fromEntries(Object.entries(options.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const seen = options.subprocess === true ? await asProgram(argv, {...options, env}) : await inProcess(
    name as CommandName, rest, {...options, env},
  )
  const found = argv.includes('--json') ? checked(name, seen) : undefined
  const json = (): Envelope => {
    if (found === undefined) throw new Error('--json was not asked for')
    return found
  }
  return {
    ...seen, rows: seen.stdout.split('\n').filter(Boolean).map((line) => line.split('\t')),
    get json() { return json() },
    get items() { return (json().result['items'] ?? []) as Record<string, unknown>[] },
  }
}

type Ready = RunOptions & {env: Record<string, string>; cwd: string}

async function inProcess(name: CommandName, argv: readonly string[], {env, cwd, stdin = '', tty = false, onStart}: Ready) {
  type Any = Parameters<typeof runCommand<unknown>>[0]
  const {exit, stdout, stderr} = await runCommand(COMMANDS[name] as unknown as Any, [...argv, '--cwd', cwd], {env, stdin, tty, ...(onStart && {onStart})})
  return {exit: exit ?? -1, stdout, stderr}
}

function asProgram(argv: readonly string[], {env, cwd, stdin = ''}: RunOptions & {env: Record<string, string>; cwd: string}): Promise<{
  exit: number; stdout: string; stderr: string
}> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...argv], {cwd, env, stdio: ['pipe', 'pipe', 'pipe']})
    const seen = {stdout: '', stderr: ''}
    child.stdout.setEncoding('utf8').on('data', (text: string) => { seen.stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { seen.stderr += text })
    child.on('error', reject)
    child.on('close', (code) => resolve({...seen, exit: code ?? -1}))
    child.stdin.end(stdin)
  })
}

/** SPEC §3.1: one document, `ok` as the status says, an error when not ok, a result of the command's own shape. */
function checked(name: string, {stdout, exit}: {stdout: string; exit: number}): Envelope {
  const json = envelopeSchema.parse(JSON.parse(stdout))
  expect(json.command).toBe(name)
  expect(json.ok, stdout).toBe(['done', 'noop', 'waiting'].includes(json.status))
  if (!json.ok) expect(json.error, stdout).toBeDefined()
  if (exit === 0) expect(['done', 'noop']).toContain(json.status)
  const schema = RESULT_SCHEMAS[name as CommandName] as z.ZodType | undefined
  if (schema !== undefined && (exit === 0 || Object.keys(json.result).length > 0)) schema.parse(json.result)
  return json
}
