import type {Evidence} from './core/run/outcome.js'

// The part of the ports that is about one issue's files: where an agent works, and what the user's own commands say of it.

/** `isBare`: something of the set-up's had been changed, so all of these files are gone and it has to run again; `kept`: dependencies that nothing else installs */
export type Cleared = {removed: string[]; kept: string[]; isBare: boolean}
/** A private checkout for one issue, outside the user's own. */
export interface Worktree {
  readonly path: string
  head(): Promise<string>
  /** id of the files of HEAD: two commits that have the same one hold the same files */
  tree(): Promise<string>
  /**
   * To be called when an agent has ended: brings together what it left, in whatever state and on whatever branch. Afterwards HEAD is `onto`, and all
   * of its work is an uncommitted change; what cannot be part of it (other branches, stashes, conflicts) is kept under rescue refs.
   */
  gather(onto: string): Promise<void>
  /**
   * To be called when the user's own commands have run on a commit: puts tracked files back to it and answers which had been changed. Untracked
   * files that are there now are no part of the change until they are changed again.
   */
  restore(sha: string): Promise<string[]>
  /** to be called when the user's own commands have run on the base: files that git does not track are now as those left them */
  noteUntracked(by: 'setup' | 'baseline'): Promise<void>
  /** removes what was made or changed since among the files that git does not track, which no push sends; `canSetUp`: there are set-up commands */
  clearUntracked(canSetUp: boolean): Promise<Cleared>
  /** text of everything that a push of the commit would send beyond the base, for the search for secrets; null when it is too much to read */
  outgoing(baseSha: string, headSha: string): Promise<string | null>
  /** files that differ from a commit in the working tree: committed or not, untracked included, ignored left out */
  changed(sha: string): Promise<string[]>
  /** which of the files Git LFS is to keep although they hold their content and no pointer to it */
  rawInLfs(paths: readonly string[]): Promise<string[]>
  /** commits everything that changed; null when there is nothing to commit */
  commit(message: string): Promise<string | null>
  evidence(baseSha: string, headSha: string): Promise<{evidence: Evidence; patch: string}>
  /** a text file's content, null when it is not there; paths that leave the worktree are refused */
  read(path: string): Promise<string | null>
  /** merges a commit of the remote into HEAD; `conflict` leaves HEAD as it was */
  merge(sha: string): Promise<'merged' | 'current' | 'conflict'>
  /** pushes that commit, whatever HEAD is by now, to the branch, only over `expected` (null: the branch must not exist); push_rejected is a PilotError GIT_FAILED */
  push(branch: string, expected: string | null, headSha: string): Promise<void>
  /** keeps unpushed work under refs/pilot/rescue/ in the user's repository, then removes the worktree; answers the ref, or null when there was nothing to keep */
  remove(rescue: {runId: string}): Promise<string | null>
}
export interface Workshop {
  /** where the worktree of an issue is, or would be */
  pathOf(issue: number): string
  /** a worktree of the pilot-owned clone at a commit of the remote; one an issue, an older one is rescued and replaced */
  open(issue: number, at: {sha: string}): Promise<Worktree>
  /** sha of a remote branch now; null when it does not exist */
  branchSha(branch: string): Promise<string | null>
  /** the issue's files at a commit, for prompts: top-level map of the tree, at most `max` lines */
  tree(sha: string, max: number): Promise<string[]>
  /** every regular file of a commit with its size; links and submodules are left out */
  files(sha: string): Promise<{path: string; bytes: number}[]>
}

/** `tail`: the last 32,000 characters of the output, masked */
export type CommandOutcome = {exitCode: number | null; signal: string | null; timedOut: boolean; durationMs: number; tail: string}
/** HOME of the command lines in one worktree; empty, download caches aside, when an attempt begins. */
export interface CommandsHome {
  begin(): Promise<void>
  /** as `Worktree.noteUntracked` */
  note(by: 'setup' | 'baseline'): Promise<void>
  /** as `Worktree.clearUntracked` */
  clear(canSetUp: boolean): Promise<Cleared>
}
export interface Commands {
  home(cwd: string): CommandsHome
  /** runs one of the user's own command lines through the shell, in the allow-listed environment; the whole output goes to `log` */
  run(command: string, options: {cwd: string; timeoutMs: number; log: string; signal?: AbortSignal}): Promise<CommandOutcome>
}
