import {PilotError} from '../errors.js'
import type {Repository} from '../ports.js'
import type {Git, Remote} from './git.js'
import type {Clone} from './git-clone.js'

export type DefaultBranchOptions = {git: Git; remote: Remote; clone: Pick<Clone, 'gitDir' | 'pristine'>}

/**
 * The default branch as git sees it: name and commit in one answer, so that a rename or a push in between cannot part them, and no request
 * against the API's limit.
 */
export function openDefaultBranch({git, remote, clone}: DefaultBranchOptions): Repository {
  return {
    async defaultBranch() {
      const cwd = await clone.gitDir()
      await clone.pristine()
      const {stdout} = await git(['--git-dir', cwd, 'ls-remote', '--symref', '--', remote.url, 'HEAD'], {cwd, remote})
      const found = parseHead(stdout)
      if (found !== null) return found
      throw new PilotError('GITHUB_REJECTED', `${remote.url} has no commit on its default branch yet.`, ['git push origin HEAD'])
    },
  }
}

/** `ref: refs/heads/main\tHEAD` and `<sha>\tHEAD`; null where one of them is missing, as in an empty repository. */
export function parseHead(text: string): {name: string; sha: string} | null {
  const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1]
  const sha = /^([0-9a-f]{40,64})\tHEAD$/m.exec(text)?.[1]
  return name === undefined || sha === undefined ? null : {name, sha}
}
