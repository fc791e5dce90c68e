/** Names come from the repository and end in prompts: one line each, whatever they hold. */
const plain = (name: string): string => name.replace(/[\u0000-\u001f\u007f]/g, '?')

type Folder = {files: number; folders: Map<string, Folder>; names: string[]}
const empty = (): Folder => ({files: 0, folders: new Map(), names: []})

function fold(paths: readonly string[]): Folder {
  const root = empty()
  for (const path of paths) {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    let at = root
    at.files++
    for (const part of parts.slice(0, 2)) {
      const next = at.folders.get(part) ?? empty()
      at.folders.set(part, next)
      at = next
      at.files++
    }
    if (parts.length === 0) root.names.push(name)
  }
  return root
}

const line = (path: string, {files}: Folder): string => `${plain(path)}/ (${files} ${files === 1 ? 'file' : 'files'})`

/**
 * The top of a tree as lines: folders of the first level with their file counts, then files, and below each folder its own folders as long as
 * there is room. At most `max` lines; where something had to go the last line says how much.
 */
export function treeMap(paths: readonly string[], max: number): string[] {
  const root = fold(paths)
  const folders = [...root.folders].sort(([a], [b]) => a < b ? -1 : 1)
  const top = folders.length + root.names.length
  let room = max - top
  const lines = folders.flatMap(([name, folder]) => {
    const inner = [...folder.folders].sort(([a], [b]) => a < b ? -1 : 1).slice(0, Math.max(0, room))
    room -= inner.length
    return [line(name, folder), ...inner.map(([sub, it]) => `  ${line(`${name}/${sub}`, it)}`)]
  })
  const all = [...lines, ...root.names.sort().map(plain)]
  if (all.length <= max) return all
  return max < 1 ? [] : [...all.slice(0, max - 1), `… and ${all.length - max + 1} more`]
}
