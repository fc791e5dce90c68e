import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {agentEnvironment, credentialFiles} from '../core/run/environment.js'
import {signInsIn} from '../core/run/secrets.js'
import {readPlainFile} from './plain-file.js'
import {removeTree} from './remove-tree.js'

type Env = Readonly<Record<string, string | undefined>>
export type Surroundings = {env: Record<string, string>; tmp: string; leave: () => Promise<void>}

/** No sign-in file is nearly as large. Bytes. */
const MOST_BYTES = 4 * 1024 * 1024

/** Tells what an executor signs in with, by the files of this home. One that cannot be read tells nothing. */
export async function concealSignIns(home: string | undefined, executor: string | null, conceal: (secret: string) => void): Promise<void> {
  for (const file of home === undefined ? [] : credentialFiles(executor)) {
    // pilot's own link, or what an agent made of it
    const content = await readPlainFile(join(home ?? '', file), MOST_BYTES, 'followed').catch(() => null)
    for (const secret of signInsIn(content?.toString('utf8') ?? '')) conceal(secret)
  }
}

/**
 * The folders and the environment of one child. `home` lasts, so that an agent can resume its session in the next round; the temp folder is removed by
 * `leave`. Sign-in files are linked and not copied: an agent that refreshes its sign-in must not leave the user with an outdated one. What stands in them
 * is concealed, once more when the child has ended: it may have been refreshed meanwhile.
 */
export async function surroundings(o: {
  env: Env; scratch: string; home: string; executor: string | null; extra?: Readonly<Record<string, string>>; conceal?: ((secret: string) => void) | undefined
}): Promise<Surroundings> {
  await mkdir(o.home, {recursive: true, mode: 0o700})
  const userHome = o.env['HOME']
  for (const file of userHome === undefined ? [] : credentialFiles(o.executor)) {
    const [from, to] = [join(userHome ?? '', file), join(o.home, file)]
    if (!existsSync(from) || existsSync(to)) continue
    await mkdir(dirname(to), {recursive: true, mode: 0o700})
    await rm(to, {force: true})
    await symlink(from, to)
  }
  const conceal = (): Promise<void> => (o.conceal === undefined ? Promise.resolve() : concealSignIns(o.home, o.executor, o.conceal))
  await conceal()
  // short on purpose: agents put sockets in here, whose whole path is limited to about 100 bytes
  const tmp = await mkdtemp(join(o.scratch, 't-'))
  return {
    env: agentEnvironment(o.env, {home: o.home, tmp, executor: o.executor, ...(o.extra === undefined ? {} : {extra: o.extra})}),
    tmp,
    leave: async () => {
      await conceal()
      await removeTree(tmp)
    },
  }
}
