import {bytesOf, chooseExcerpts, EXCERPTS_MAX, excerptOf, type Excerpt} from '../core/plan/excerpts.js'
import type {Worktree} from '../ports.js'
import type {World} from './world.js'

/** Lines of the map: enough to see how a repository is built, little enough to be read. */
const TREE_LINES = 400

/** The top of the repository at a commit, for a planner's prompt. */
export const mapOf = (world: World, sha: string): Promise<string[]> => world.workshop.tree(sha, TREE_LINES)

/**
 * Beginnings of the files that tell a planner without tools most about an issue, as they are at the commit that the worktree stands on;
 * known secret values and token shapes are masked, in case one was committed.
 */
export async function excerptsFor(world: World, worktree: Worktree, sha: string, issue: {title: string; body: string}): Promise<Excerpt[]> {
  const out: Excerpt[] = []
  let room = EXCERPTS_MAX
  for (const path of chooseExcerpts(await world.workshop.files(sha), issue)) {
    const content = await worktree.read(path)
    const excerpt = content === null ? null : excerptOf(path, world.mask(content), room)
    if (excerpt === null) continue
    room -= bytesOf(excerpt.text)
    out.push(excerpt)
  }
  return out
}
