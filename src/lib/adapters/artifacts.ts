import {constants} from 'node:fs'
import {lstat, mkdir, open, realpath, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, isAbsolute, join} from 'node:path'
import type {z} from 'zod'
import {PilotError} from '../errors.js'
import {maskJson} from '../core/run/mask.js'
import type {Artifacts} from '../ports.js'
import {readPlainFile} from './plain-file.js'
import {isInside} from './worktree-files.js'

// the star hides this file as well, so that a first run leaves `git status` as it was
const GITIGNORE = '*\n!config.yaml\n'

/** The command that makes an artifact anew, by where it lies. */
function rewriter(path: string): string {
  const epic = /^epics\/(\d+)\/(plan\.json$|decisions\/)/.exec(path)
  if (epic !== null) return epic[2] === 'plan.json' ? `pilot plan-epic ${epic[1]} --force` : `pilot decide ${epic[1]}`
  const run = /^runs\/GH-(\d+)\//.exec(path)
  return run === null ? `remove .pilot/${path} and run the command again` : `pilot execute ${run[1]}`
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/**
 * Files below `<root>/.pilot/`. `id` gives temp files a name of their own; `mask` is applied to every string that is written.
 * A `.pilot` or a folder in it that is a link to somewhere outside is refused, so that a repository cannot redirect what pilot writes.
 */
export function openArtifacts(o: {root: string; id: () => string; mask?: (text: string) => string}): Artifacts {
  const base = join(o.root, '.pilot')
  const mask = o.mask ?? ((text: string) => text)

  const resolve = (path: string): string => {
    const target = join(base, path)
    if (path === '' || isAbsolute(path) || path.includes('\0') || target === base || !isInside(base, target)) {
      throw new PilotError('INVALID_ARTIFACT', `${JSON.stringify(path)} is not a path below .pilot/.`)
    }
    return target
  }
  /** The folder a file lies in, once it is known to be inside after all links; undefined when it is not there. */
  const folderOf = async (target: string): Promise<string | undefined> => {
    try {
      const [root, real] = [await realpath(o.root), await realpath(dirname(target))]
      if (isInside(join(root, '.pilot'), real)) return real
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined
      throw error
    }
    throw new PilotError('INVALID_ARTIFACT', `${dirname(target)} is a link that leads out of .pilot/; it is not followed.`, [`remove the link ${dirname(target)}`])
  }
  /** Makes the folder, one level at a time, so that a link on the way is noticed before anything is made behind it. */
  const prepare = async (target: string): Promise<void> => {
    const missing: string[] = []
    let folder = dirname(target)
    while (await folderOf(join(folder, 'x')) === undefined && folder !== base) {
      missing.unshift(folder)
      folder = dirname(folder)
    }
    const fresh = await mkdir(base).then(() => true, (error: unknown) => { if (codeOf(error) === 'EEXIST') return false; throw error })
    if (fresh || await isMissing(join(base, '.gitignore'))) await ignoreOwnFiles(base)
    for (const path of missing) await mkdir(path, {recursive: true})
    if (await folderOf(target) === undefined) throw new PilotError('INVALID_ARTIFACT', `${dirname(target)} could not be made.`)
  }
  const replace = async (path: string, text: string): Promise<void> => {
    const target = resolve(path)
    await prepare(target).catch(unwritable(target))
    const temp = join(dirname(target), `.tmp-${o.id()}`)
    try {
      const handle = await open(temp, 'wx', 0o644)
      try {
        await handle.writeFile(text)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temp, target)
    } catch (error) {
      await rm(temp, {force: true})
      return unwritable(target)(error)
    }
    await syncFolder(dirname(target))
  }

  return {
    resolve,
    async read(path, schema) {
      const target = resolve(path)
      if (await folderOf(target) === undefined) return undefined
      const text = await readOwn(target)
      return text === undefined ? undefined : parse(path, text, schema)
    },
    async readText(path) {
      const target = resolve(path)
      return await folderOf(target) === undefined ? undefined : readOwn(target)
    },
    write: (path, value) => replace(path, `${JSON.stringify(maskJson(value, mask), undefined, 2)}\n`),
    writeText: (path, text) => replace(path, mask(text)),
    async append(path, value) {
      const target = resolve(path)
      await prepare(target).catch(unwritable(target))
      const line = Buffer.from(`${JSON.stringify(maskJson(value, mask))}\n`)
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK
      const handle = await open(target, flags, 0o644).catch(unwritable(target))
      try {
        const stat = await handle.stat()
        if (!stat.isFile()) throw notPlain(target)
        // a line that a full disk or a kill cut short must not swallow the next one
        const end = stat.size
        const whole = end === 0 || await endsWithNewline(target, end) ? line : Buffer.concat([Buffer.from('\n'), line])
        const {bytesWritten} = await handle.write(whole)
        if (bytesWritten !== whole.length) {
          throw new PilotError('NO_SPACE', `Only ${bytesWritten} of ${whole.length} bytes could be appended to ${target}; is the disk full?`)
        }
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

function parse<T>(path: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown
  try { value = JSON.parse(text) } catch (cause) {
    throw new PilotError('INVALID_ARTIFACT', `.pilot/${path} is not JSON: ${(cause as Error).message}`, [rewriter(path)], {cause})
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const version = typeof value === 'object' && value !== null ? (value as {version?: unknown}).version : undefined
  if (version !== undefined && result.error.issues.some((issue) => issue.path[0] === 'version')) {
    throw new PilotError('ARTIFACT_VERSION', `.pilot/${path} has version ${JSON.stringify(version)}, which this pilot cannot read.`, [rewriter(path)])
  }
  const reasons = result.error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join('.') || 'the document'}: ${issue.message}`)
  throw new PilotError('INVALID_ARTIFACT', `.pilot/${path} is not what it should be: ${reasons.join('; ')}`, [rewriter(path)])
}

async function readOwn(target: string): Promise<string | undefined> {
  try {
    const content = await readPlainFile(target, Infinity)
    if (content === null) throw notPlain(target)
    return content.toString('utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof PilotError) throw error
    throw new PilotError('INVALID_ARTIFACT', `${target} cannot be read: ${(error as Error).message}`, [lookAt(target, error)], {cause: error})
  }
}

/** What is in the way, or may not be changed. ENOENT: a folder that takes no new ones, as /proc does. */
const IN_THE_WAY = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST']

/** Rethrows; what a person has to put right, with its code. A full disk or a file system that is read-only keeps the system's own, for whoever tells them apart from the work. */
const unwritable = (target: string) => (error: unknown): never => {
  if (['ELOOP', 'EMLINK', 'ENXIO'].includes(codeOf(error))) throw notPlain(target)
  if (IN_THE_WAY.includes(codeOf(error))) throw new PilotError('INVALID_ARTIFACT', `${target} cannot be written: ${(error as Error).message}`, [lookAt(target, error)], {cause: error})
  throw error
}

/** Shows the owner and the rights of the folder that the system call failed in, or the file that stands in its place. */
const lookAt = (target: string, error: unknown): string => `ls -ld ${dirname((error as NodeJS.ErrnoException).path ?? target)}`

const notPlain = (target: string): PilotError =>
  new PilotError('INVALID_ARTIFACT', `${target} is a link or no plain file; it is not touched.`, [`remove ${target}`])

async function endsWithNewline(target: string, size: number): Promise<boolean> {
  const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const {buffer} = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] === 10
  } finally {
    await handle.close()
  }
}

const isMissing = (file: string): Promise<boolean> => lstat(file).then(() => false, () => true)

/** Two processes may both be first: whoever comes second finds the same content there. */
const ignoreOwnFiles = (base: string): Promise<void> =>
  writeFile(join(base, '.gitignore'), GITIGNORE, {flag: 'wx'}).catch((error: unknown) => { if (codeOf(error) !== 'EEXIST') throw error })

/** The rename itself is only on disk once its folder is; not every file system can do that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
