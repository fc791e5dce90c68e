import {type Git} from './git.js'
import {commit, commits, type Person, writeCommit} from './git-objects.js'

/** The merged tree of two commits, or null when they conflict. Touches no ref. */
export async function mergeTree(git: Git, repo: string, base: string, head: string): Promise<string | null> {
  const {code, out} = await git.run(repo, ['merge-tree', '--write-tree', '--allow-unrelated-histories', base, head], {codes: [0, 1]})
  return code === 0 ? out.split('\n')[0]!.trim() : null
}

export async function isAncestor(git: Git, repo: string, older: string, newer: string): Promise<boolean> {
  return (await git.run(repo, ['merge-base', '--is-ancestor', older, newer], {codes: [0, 1, 128]})).code === 0
}

export async function mergeBase(git: Git, repo: string, a: string, b: string): Promise<string | null> {
  const {code, out} = await git.run(repo, ['merge-base', a, b], {codes: [0, 1, 128]})
  return code === 0 ? out.trim() : null
}

export async function aheadBehind(git: Git, repo: string, base: string, head: string): Promise<{ahead: number; behind: number}> {
  const {out} = await git.run(repo, ['rev-list', '--left-right', '--count', `${base}...${head}`])
  const [behind = 0, ahead = 0] = out.trim().split(/\s+/).map(Number)
  return {ahead, behind}
}

/**
 * Replays the commits of `head` that `base` lacks, oldest first, and answers the new tip, or null on a conflict.
 * Each pick merges with a stand-in for the new base whose parent is the picked commit's parent, so git finds the right merge base.
 */
export async function rebase(git: Git, repo: string, base: string, head: string, committer: Person): Promise<string | null> {
  let tip = base
  for (const c of (await commits(git, repo, ['--no-merges', `${base}..${head}`])).reverse()) {
    const tipTree = (await commit(git, repo, tip)).tree
    const standIn = await writeCommit(
      git, repo, {tree: tipTree, parents: c.parents.slice(0, 1), author: c.author, committer, message: 'stand-in'}
    )
    const tree = await mergeTree(git, repo, standIn, c.sha)
    if (!tree) return null
    tip = await writeCommit(git, repo, {tree, parents: [tip], author: c.author, committer, message: c.message})
  }
  return tip
}
