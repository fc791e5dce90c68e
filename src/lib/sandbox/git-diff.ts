import {type Git} from './git.js'

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
export interface FileDiff {
  path: string; from: string | null; sha: string; status: FileStatus; additions: number; deletions: number; patch: string | null
}
const STATUS: Record<string, FileStatus> = {A: 'added', D: 'removed', M: 'modified', R: 'renamed', C: 'copied', T: 'changed'}
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export const diffText = async (git: Git, repo: string, from: string, to: string): Promise<string> =>
  (await git.run(repo, ['diff', '-M', '--no-color', from, to])).out

/** The files that differ between two commits or trees, with line counts and hunks. */
export async function diffFiles(git: Git, repo: string, from: string, to: string): Promise<FileDiff[]> {
  const {out} = await git.run(
    repo, ['-c', 'core.quotePath=false', 'diff', '-M', '--no-color', '--full-index', '--no-abbrev', '--raw', '--numstat', '-p', from, to]
  )
  const start = out.search(/^diff --git /m)
  const head = (start < 0 ? out : out.slice(0, start)).split('\n').filter(Boolean)
  const raw = head.filter((line) => line.startsWith(':'))
  const counts = head.filter((line) => !line.startsWith(':')).map((line) => line.split('\t'))
  const patches = start < 0 ? [] : out.slice(start).split(/^(?=diff --git )/m)
  return raw.map((line, i) => {
    const [meta = '', first = '', second] = line.split('\t')
    const [, , oldSha = '', newSha = '', letter = ''] = meta.split(' ')
    const hunks = patches[i]?.search(/^@@ /m) ?? -1
    const status = STATUS[letter[0] ?? ''] ?? 'changed'
    return {
      path: second ?? first, from: second ? first : null, sha: status === 'removed' ? oldSha : newSha, status,
      additions: Number(counts[i]?.[0]) || 0, deletions: Number(counts[i]?.[1]) || 0,
      patch: hunks < 0 ? null : patches[i]!.slice(hunks).replace(/\n$/, ''),
    }
  })
}
