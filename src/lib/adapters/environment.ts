import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {agentEnvironment, credentialFiles} from '../core/run/environment.js'

type Env = Readonly<Record<string, string | undefined>>
export type Surroundings = {env: Record<string, string>; tmp: string; leave: () => Promise<void>}

/**
 * The folders and the environment of one child. `home` lasts, so that an agent can resume its session in the next round; the temp folder is removed by
 * `leave`. Sign-in files are linked and not copied: an agent that refreshes its sign-in must not leave the user with an outdated one.
 */
export async function surroundings(o: {env: Env; scratch: string; home: string; executor: string | null; extra?: Readonly<Record<string, string>>}): Promise<Surroundings> {
  await mkdir(o.home, {recursive: true, mode: 0o700})
  const userHome = o.env['HOME']
  for (const file of userHome === undefined ? [] : credentialFiles(o.executor)) {
    const [from, to] = [join(userHome ?? '', file), join(o.home, file)]
    if (!existsSync(from) || existsSync(to)) continue
    await mkdir(dirname(to), {recursive: true, mode: 0o700})
    await rm(to, {force: true})
    await symlink(from, to)
  }
  // short on purpose: agents put sockets in here, whose whole path is limited to about 100 bytes
  const tmp = await mkdtemp(join(o.scratch, 't-'))
  return {
    env: agentEnvironment(o.env, {home: o.home, tmp, executor: o.executor, ...(o.extra === undefined ? {} : {extra: o.extra})}),
    tmp, leave: () => rm(tmp, {recursive: true, force: true, maxRetries: 3}),
  }
}
