import {spawn} from 'node:child_process'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {packedRefs, readRefs, readText} from './git-refs.js'

export interface GitResult {code: number; out: string; err: string}
export interface GitOptions {input?: string | Buffer; env?: Record<string, string>; codes?: readonly number[]}
export const ZERO = '0'.repeat(40)
const BASE = {GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'}

const CONFIG = `[core]
	repositoryformatversion = 0
	bare = true
	quotePath = false
[gc]
	auto = 0
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
`

export interface Git {
  readonly root: string
  readonly env: Record<string, string>
  dir(repo: string): string
  /** Runs git in the bare repository; throws on an exit code outside `codes` ([0] unless told). */
  run(repo: string, args: readonly string[], options?: GitOptions): Promise<GitResult>
  init(repo: string, defaultBranch: string): Promise<void>
  /** The sha of a ref, read from the ref files without a process. */
  readRef(repo: string, ref: string): Promise<string | null>
  refs(repo: string): Promise<Record<string, string>>
  /** Compare-and-swap of one ref; `from` null means it must not exist, `to` null deletes. False when the ref moved. */
  casRef(repo: string, ref: string, from: string | null, to: string | null): Promise<boolean>
}

/** Bare repositories below `root`, untouched by the user's or the system's git configuration. */
export function createGit(root: string, path: string): Git {
  const env = {PATH: path, HOME: root, ...BASE}
  const dir = (repo: string): string => join(root, `${repo.toLowerCase()}.git`)
  const run = async (repo: string, args: readonly string[], {input, env: more, codes = [0]}: GitOptions = {}): Promise<GitResult> => {
    const result = await execute(args, dir(repo), {...env, GIT_DIR: dir(repo), ...more}, input)
    if (!codes.includes(result.code)) throw new Error(`git ${args.join(' ')} exited ${result.code}: ${result.err.trim()}`)
    return result
  }
  return {
    root, env, dir, run,
    async init(repo, defaultBranch) {
      await rm(dir(repo), {recursive: true, force: true})
      // A bare repository is four directories and two files; writing them saves a process at every start.
      for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) {
        await mkdir(join(dir(repo), folder), {recursive: true})
      }
      await writeFile(join(dir(repo), 'HEAD'), `ref: refs/heads/${defaultBranch}\n`)
      await writeFile(join(dir(repo), 'config'), CONFIG)
    },
    async readRef(repo, ref) {
      const loose = await readText(join(dir(repo), ref))
      if (loose !== null && /^[0-9a-f]{40}/.test(loose)) return loose.slice(0, 40)
      return packedRefs(await readText(join(dir(repo), 'packed-refs')) ?? '').find(([name]) => name === ref)?.[1] ?? null
    },
    async refs(repo) {
      const read = await readRefs(dir(repo))
      if (read !== null) return read
      const {out} = await run(repo, ['for-each-ref', '--format=%(objectname) %(refname)'])
      return Object.fromEntries(out.split('\n').filter(Boolean).map((line) => [line.slice(41), line.slice(0, 40)]))
    },
    async casRef(repo, ref, from, to) {
      const args = to === null ? ['update-ref', '-d', ref, ...(from ? [from] : [])] : ['update-ref', ref, to, from ?? ZERO]
      return (await run(repo, args, {codes: [0, 1, 128]})).code === 0
    },
  }
}

function execute(args: readonly string[], cwd: string, env: Record<string, string>, input?: string | Buffer): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {cwd, env, stdio: ['pipe', 'pipe', 'pipe']})
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    // git may exit before it has read its input; its exit code tells the story, not the broken pipe.
    child.stdin.on('error', () => undefined)
    child.on(
      'close', (code) => resolve({code: code ?? 255, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8')})
    )
    child.stdin.end(input)
  })
}

/** Names git accepts below refs/, also safe as a path in the bare repository. */
export const validRef = (ref: string): boolean =>
  /^refs\/[^/]/.test(ref) && !/\.\.|\/\/|@\{|[\s~^:?*[\\\x7f]|\/\.|\/$|\.$|\.lock(\/|$)/.test(ref)
