import {mkdir, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import type {Executor} from '../core/config/words.js'
import {believe} from '../core/cost/believe.js'
import {addUsage} from '../core/cost/usage.js'
import {isSilent, newMemory, type AgentDescriptor, type AgentMemory, type ResultEvent} from '../core/route/agents/descriptor.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import type {FailureClass} from '../core/run/failure.js'
import {maskJson} from '../core/run/mask.js'
import type {AgentEvent, AgentOutcome} from '../core/run/outcome.js'
import {usageSchema, type Usage} from '../core/plan/plan.js'
import type {Agent} from '../ports.js'
import {KILLED, outcomeOf} from './agent-outcome.js'
import {joinPieces} from './agent-pieces.js'
import {unready} from './agent-ready.js'
import {endStrays} from './agent-strays.js'
import {surroundings} from './environment.js'
import {openNative, type Native} from './native.js'
import {oomKills} from './oom.js'
import {readPlainFile} from './plain-file.js'
import {spawnChild} from './process.js'
import {maskedStart, maskedText, openLog} from './process-output.js'
import {removeTree} from './remove-tree.js'

/** An agent that stays alive after its result (a tool left something running) is stopped; the older CLI needs about 5 s to go (agents.md §1.5). */
const SETTLE_MS = 15_000
/** The answer of the one executor without events is its stdout; more than this is no answer. Of the others only stderr is looked at. Bytes. */
const KEEP_BYTES = 1024 * 1024

export type AgentOptions = {
  env: Readonly<Record<string, string | undefined>>
  /** a folder outside the user's checkout for the HOME and the temp folder of agents */
  scratch: string
  descriptors: (executor: Executor) => AgentDescriptor | undefined
  mask?: (text: string) => string
  /** told what the agent signs in with, by the files that are linked for it; `mask` knows it from then on */
  conceal?: ((secret: string) => void) | undefined
  settleMs?: number
  graceMs?: number
}

/** The only spawner of agents: argv, environment, stdin, directory and limits are the plan's, as they are. */
export function openAgent(o: AgentOptions): Agent {
  const native = openNative(o.env, o.mask)
  return {
    unready: (plan) => unready(plan, o.env),
    async run(plan, watch) {
      const descriptor = o.descriptors(plan.executor)
      if (descriptor === undefined) return notRun(plan, 'cli_missing', `no agent is known for the executor ${plan.executor}`)
      if (plan.executor === 'native') return ask(plan, watch, native, o.mask)
      const problem = await unready(plan, o.env)
      if (problem !== null) return notRun(plan, problem.failure, problem.message)
      await mkdir(o.scratch, {recursive: true, mode: 0o700})
      const around = await surroundings({env: o.env, scratch: o.scratch, home: await homeOf(o.scratch, plan), executor: plan.executor, extra: plan.env, conceal: o.conceal})
      try { return await drive(plan, watch, descriptor, {...o, ...around}) } finally { await around.leave() }
    },
  }
}

type Watch = Parameters<Agent['run']>[1]

const notRun = (plan: SpawnPlan, failure: FailureClass, message: string): AgentOutcome =>
  ({...outcomeOf(plan, {kind: 'missing', message}, {result: undefined, memory: newMemory()}), failure})

/** One question to an endpoint; its answer stands in events.jsonl. */
async function ask(plan: SpawnPlan, watch: Watch, native: Native, mask: AgentOptions['mask']): Promise<AgentOutcome> {
  const [events, log] = [watch.eventsFile, watch.logFile].map((file) => openLog(file, mask === undefined ? {} : {mask}))
  try {
    const {result, stoppedBy, wallMs} = await native(plan, {
      onAnswer: (answer) => events?.write(JSON.stringify(answer)), ...(watch.signal === undefined ? {} : {signal: watch.signal}),
    })
    log?.write(describe(result))
    watch.onEvent?.(result)
    return outcomeOf(plan, {kind: 'exited', exitCode: null, signal: null, killedBy: stoppedBy, wallMs, stdout: NOTHING, stderr: NOTHING}, {result, memory: newMemory()})
  } finally {
    events?.close()
    log?.close()
  }
}
const NOTHING = {head: '', tail: '', bytes: 0, dropped: 0}

async function drive(plan: SpawnPlan, watch: Watch, descriptor: AgentDescriptor, o: AgentOptions & {env: Readonly<Record<string, string>>; tmp: string}): Promise<AgentOutcome> {
  const mask = o.mask ?? ((text: string) => text)
  const usageFile = join(o.tmp, 'usage.json')
  // each line is masked as what it is when it is written; what goes on from one to the next is plain text
  const events = openLog(watch.eventsFile, {mask: (text) => (text.includes('\n') ? mask(text) : text)})
  const log = openLog(watch.logFile, {mask})
  const memory = newMemory(plan.resume)
  const faults: string[] = []
  let result: ResultEvent | undefined
  let settle: NodeJS.Timeout | undefined
  let spentUsd = 0
  const see = (event: AgentEvent) => {
    const line = describe(event)
    if (line !== '') log.write(line)
    if (event.kind === 'tool') memory.tools += 1
    if (event.kind === 'started') {
      if (memory.version !== null) log.write(`${plan.executor} ${memory.version}`)
      for (const fault of event.tools === null ? [] : descriptor.toolFaults?.(plan, event.tools) ?? []) {
        if (!faults.includes(fault)) faults.push(fault)
      }
    }
    if (event.kind === 'result') {
      result = event
      settle ??= setTimeout(() => child.stop('settled'), o.settleMs ?? SETTLE_MS)
    }
    if (event.kind === 'usage') {
      // a broken counter neither stops the agent nor blinds the cap
      const {usage, costUsd} = believe(event)
      const price = (of: Usage | null): number => (of === null ? 0 : watch.price?.(event.model ?? plan.model, of) ?? 0)
      // the price of a request depends on all of it: what it costs now, less what it cost before this
      const before = requestIn(memory, event)?.usage ?? null
      spentUsd += costUsd ?? (usage === null ? 0 : price(addUsage(before, usage)) - price(before))
      remember(memory, event)
      watch.onSpent?.(spentUsd)
      if (plan.maxBudgetUsd !== null && spentUsd > plan.maxBudgetUsd) child.stop('budget')
    }
    watch.onEvent?.(event)
  }
  const take = (line: string, cut = false) => {
    const safe = cut ? maskedStart(line, mask) : maskLine(line, mask)
    events.write(safe)
    if (cut) log.write('a line longer than 1 MiB was cut')
    for (const event of descriptor.parse(safe, memory)) see(event)
  }
  const joined = descriptor.pieces && joinPieces(descriptor.pieces, mask, take)
  const killsBefore = await oomKills()
  const child = spawnChild({
    argv: plan.argv, cwd: plan.cwd, stdin: plan.stdin, timeoutMs: plan.timeoutMs,
    env: {...o.env, ...(plan.executor === 'shell' ? runFiles(usageFile, watch) : {})},
    ...(plan.executor === 'shell' ? {keepBytes: KEEP_BYTES} : {}),
    ...(plan.stallMs === null ? {} : {stallMs: plan.stallMs}), ...(watch.signal === undefined ? {} : {signal: watch.signal}),
    ...(o.graceMs === undefined ? {} : {graceMs: o.graceMs}),
    onLine: (line, from, cut) => {
      if (from === 'stderr') return log.write(`stderr: ${cut ? maskedStart(line, mask) : line}`)
      if (cut || joined === undefined) return take(line, cut)
      joined.add(line)
    },
  })
  try {
    const ended = await child.done
    joined?.end()
    // the temp folder is this run's own, so it tells its processes from all others
    const strays = endStrays('TMPDIR', o.tmp)
    if (strays > 0) log.write(`processes that it left behind, ended: ${strays}`)
    // killed: its exit code says how it ended, and whatever it said before says nothing of that
    if (ended.kind === 'exited' && result === undefined && ended.exitCode !== KILLED) {
      const last = descriptor.finish(maskedText(ended.stdout, mask), {exitCode: ended.exitCode, signal: ended.signal, stderr: maskedText(ended.stderr, mask)}, memory)
      if (last?.kind === 'result') see(last)
    }
    const told = plan.executor === 'shell' ? await readUsage(usageFile) : undefined
    if (told === 'unreadable') faults.push('the usage file could not be read as usage; this call is unpriced')
    else if (told?.usage === null && told.costUsd === null) faults.push('the usage file tells neither tokens nor a cost; this call is unpriced')
    const killsAfter = killsBefore === null ? null : await oomKills()
    for (const fault of faults) log.write(`not as planned: ${fault}`)
    return outcomeOf(plan, ended, {
      result, memory, faults, outOfMemory: killsBefore !== null && killsAfter !== null && killsAfter > killsBefore, ...(typeof told === 'object' ? {told} : {}),
    })
  } finally {
    clearTimeout(settle)
    events.close()
    log.close()
  }
}

/** Masked before it is read, because what is read is also cut. Of a JSON line only the strings, so that a secret of digits breaks no count. */
function maskLine(line: string, mask: (text: string) => string): string {
  const masked = mask(line)
  if (masked === line) return line
  try {
    return JSON.stringify(maskJson(JSON.parse(line), mask))
  } catch (error) {
    if (error instanceof SyntaxError) return masked
    throw error
  }
}

/** One HOME an attempt, so that a fix round finds the session of its first round; those of earlier attempts go. */
async function homeOf(scratch: string, plan: SpawnPlan): Promise<string> {
  const prefix = `home-${plan.issue === null ? 'none' : `GH-${plan.issue}`}-a`
  const name = `${prefix}${plan.attempt}`
  for (const entry of await readdir(scratch)) {
    if (entry.startsWith(prefix) && Number(entry.slice(prefix.length)) < plan.attempt) await removeTree(join(scratch, entry))
  }
  return join(scratch, name)
}

const runFiles = (usageFile: string, watch: {schemaFile?: string; runDir?: string}): Record<string, string> => ({
  PILOT_USAGE_FILE: usageFile,
  ...(watch.schemaFile === undefined ? {} : {PILOT_SCHEMA: watch.schemaFile}),
  ...(watch.runDir === undefined ? {} : {PILOT_RUN_DIR: watch.runDir}),
})

/** The request that an event goes on with, as far as it was told before. */
const requestIn = ({parts}: AgentMemory, {request = null}: Extract<AgentEvent, {kind: 'usage'}>): AgentMemory['parts'][number] | undefined =>
  (request === null ? undefined : parts.findLast((part) => part.request === request))

function remember(memory: AgentMemory, event: Extract<AgentEvent, {kind: 'usage'}>): void {
  const {usage, costUsd} = event
  memory.usage = addUsage(memory.usage, usage)
  if (costUsd !== null) memory.costUsd = (memory.costUsd ?? 0) + costUsd
  const {request = null, model = null} = event
  const same = requestIn(memory, event)
  if (same !== undefined) same.usage = addUsage(same.usage, usage) ?? usage
  else if (memory.parts.length < MOST_PARTS) memory.parts.push({model, usage, isRequest: true, costUsd, request})
}
/** No plan allows nearly as many requests; memory stays flat on a stream without end. */
const MOST_PARTS = 10_000

/** What the user's command may write about its use (SPEC §10); a number it leaves out counts as none where it tells another, and as unknown where it tells no tokens at all. */
const toldSchema = z.object({
  model: z.string().max(200).optional(), costUsd: z.number().min(0).nullable().default(null),
  inFresh: z.int().min(0).default(0), cacheRead: z.int().min(0).default(0), cacheWrite5m: z.int().min(0).default(0), cacheWrite1h: z.int().min(0).default(0),
  out: z.int().min(0).default(0),
})
/** `usage` and `costUsd` null: nothing is told of them. */
export type ToldUsage = {usage: z.infer<typeof usageSchema> | null; costUsd: number | null; model: string | null}

async function readUsage(file: string): Promise<ToldUsage | 'unreadable' | undefined> {
  try {
    const content = await readPlainFile(file, MOST_USAGE_BYTES, 'followed')
    if (content === null) return 'unreadable'
    const written: unknown = JSON.parse(content.toString('utf8'))
    const {model, costUsd, ...tokens} = toldSchema.parse(written)
    return {usage: isSilent(written, Object.keys(usageSchema.shape)) ? null : usageSchema.parse(tokens), costUsd, model: model ?? null}
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof z.ZodError || error instanceof SyntaxError || code !== undefined) return 'unreadable'
    throw error
  }
}
/** Seven short fields. Bytes. */
const MOST_USAGE_BYTES = 64 * 1024

/** One line of the log for people. */
function describe(event: AgentEvent): string {
  switch (event.kind) {
    case 'started': return `started: model ${event.model ?? 'unknown'}, session ${event.sessionId ?? 'none'}`
    case 'tool': return `tool: ${event.name}${event.detail === '' ? '' : ` ${event.detail}`}`
    case 'text': return event.text
    case 'usage': return ''
    case 'result': return `result: ${event.ok ? 'ok' : event.failure ?? 'failed'}${event.message === '' ? '' : `: ${event.message}`}\n${event.text}`
  }
}
