import {type Git} from './git.js'

export interface Person {name: string; email: string; date: string}
export interface Commit {sha: string; tree: string; parents: string[]; author: Person; committer: Person; message: string}
export interface TreeEntry {mode: string; type: string; sha: string; size: number | null; path: string}
export type FileChange = {path: string; content: string | Buffer | null}

const FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x00') + '%x01'
const iso = (seconds: string | undefined): string => `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`

/** Commits of a rev-list selection, newest first. */
export async function commits(git: Git, repo: string, selection: readonly string[], limit?: number): Promise<Commit[]> {
  const {out} = await git.run(repo, ['log', `--format=${FORMAT}`, ...(limit ? [`-${limit}`] : []), ...selection, '--'])
  return out.split('\x01').map((s) => s.replace(/^\n/, '')).filter(Boolean).map((record) => {
    const [sha = '', tree = '', parents = '', an = '', ae = '', at, cn = '', ce = '', ct, message = ''] = record.split('\0')
    return {
      sha, tree, parents: parents.split(' ').filter(Boolean), author: {name: an, email: ae, date: iso(at)},
      committer: {name: cn, email: ce, date: iso(ct)}, message: message.replace(/\n+$/, ''),
    }
  })
}

export const commit = async (git: Git, repo: string, sha: string): Promise<Commit> => (await commits(git, repo, [sha], 1))[0]!

/** The commit a branch, tag, full ref or (abbreviated) sha stands for, null when there is none. */
export async function resolveCommit(git: Git, repo: string, rev: string): Promise<string | null> {
  if (rev.startsWith('-') || rev === '') return null
  const bare = rev.replace(/^refs\//, '')
  for (const ref of [`refs/heads/${rev}`, `refs/${bare}`, `refs/tags/${rev}`]) {
    const sha = await git.readRef(repo, ref)
    if (sha) return sha
  }
  const {code, out} = await git.run(repo, ['rev-parse', '--verify', '-q', `${rev}^{commit}`], {codes: [0, 1, 128]})
  return code === 0 ? out.trim() : null
}

/** The type of an object, null when the repository has no such object. */
export async function objectType(git: Git, repo: string, sha: string): Promise<string | null> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return null
  const {out} = await git.run(repo, ['cat-file', '--batch-check'], {input: `${sha}\n`})
  const [, type = ''] = out.trim().split(' ')
  return type === 'missing' ? null : type
}

export const writeBlob = async (git: Git, repo: string, content: string | Buffer): Promise<string> =>
  (await git.run(repo, ['hash-object', '-w', '--stdin'], {input: content})).out.trim()

const clean = (text: string): string => text.replace(/[<>\n]/g, '')
const stamp = (p: Person): string => `${clean(p.name)} <${clean(p.email)}> ${Math.floor(Date.parse(p.date) / 1000)} +0000`

/** Writes a commit object byte for byte as asked: same input, same sha. */
export async function writeCommit(git: Git, repo: string, c: Omit<Commit, 'sha'>): Promise<string> {
  const lines = [
    `tree ${c.tree}`, ...c.parents.map((p) => `parent ${p}`), `author ${stamp(c.author)}`, `committer ${stamp(c.committer)}`, '', c.message
  ]
  return (await git.run(repo, ['hash-object', '-t', 'commit', '-w', '--stdin'], {input: lines.join('\n')})).out.trim()
}

export async function listTree(
  git: Git, repo: string, treeish: string, options: {path?: string; recursive?: boolean} = {}
): Promise<TreeEntry[]> {
  const {code, out} = await git.run(repo, ['ls-tree', '-z', '-l', '--full-tree', ...(options.recursive ? ['-r', '-t'] : []), treeish,
    ...(options.path ? ['--', options.path] : [])], {codes: [0, 128]})
  if (code !== 0) return []
  return out.split('\0').filter(Boolean).map((line) => {
    const tab = line.indexOf('\t')
    const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/)
    return {mode, type, sha, size: size === '-' ? null : Number(size), path: line.slice(tab + 1)}
  })
}

/** One commit with the given changes on top of `parent`, written to `ref`. Content null deletes the path. */
export async function commitFiles(git: Git, repo: string, to: {
  ref: string; parent: string | null; message: string; author: Person; committer: Person; changes: readonly FileChange[]
}): Promise<string> {
  const parts: (string | Buffer)[] = [
    `commit ${to.ref}\nauthor ${stamp(to.author)}\ncommitter ${stamp(to.committer)}\n`,
    `data ${Buffer.byteLength(to.message)}\n${to.message}\n`,
    ...(to.parent ? [`from ${to.parent}\n`] : []),
  ]
  for (const {path, content} of to.changes) {
    if (content === null) parts.push(`D ${path}\n`)
    else {
      const data = Buffer.from(content as string)
      parts.push(`M 100644 inline ${path}\ndata ${data.length}\n`, data, '\n')
    }
  }
  await git.run(repo, ['fast-import', '--quiet', '--force'], {input: Buffer.concat(parts.map((p) => Buffer.from(p as string)))})
  return (await git.readRef(repo, to.ref))!
}
