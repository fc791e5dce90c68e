export type FileCount = {path: string; additions: number; deletions: number}

/** The files of a unified diff as git prints it, with the lines that came and went; a binary file has neither. */
export function fileCounts(patch: string): FileCount[] {
  const files: FileCount[] = []
  let inHunk = false
  for (const line of patch.split('\n')) {
    const header = /^diff --git (?:a\/.+ b\/(.+)|"a\/.+" "b\/(.+)")$/.exec(line)
    if (header) {
      files.push({path: header[1] ?? header[2] ?? '', additions: 0, deletions: 0})
      inHunk = false
    } else if (line.startsWith('@@')) inHunk = true
    const file = files.at(-1)
    if (!inHunk || file === undefined) continue
    if (line.startsWith('+')) file.additions++
    else if (line.startsWith('-')) file.deletions++
  }
  return files
}
