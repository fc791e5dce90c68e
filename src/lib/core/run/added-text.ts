const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/

/**
 * What a patch, or `git log --patch`, brings that was not there before: messages, authors, added lines and the names of new files. Removed
 * lines, context and the names of files that exist are on the remote already; what stands there must not block the change that takes it out.
 */
export function addedText(patch: string): string {
  const added: string[] = []
  let [inFile, header, before, after] = [false, '', 0, 0]
  for (const line of patch.split('\n')) {
    const hunk = before + after > 0 ? null : HUNK.exec(line)
    // counted, not guessed: a removed line may begin like a header
    if (before + after > 0) {
      if (line.startsWith('+')) added.push(line.slice(1))
      if (!line.startsWith('+') && !line.startsWith('\\')) before--
      if (!line.startsWith('-') && !line.startsWith('\\')) after--
    } else if (inFile && hunk !== null) [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
    else if (line.startsWith('diff --git ')) [inFile, header] = [true, line]
    else if (/^commit [0-9a-f]{40,64}\b/.test(line)) inFile = false
    else if (line.startsWith('new file mode ')) added.push(header)
    else if (!inFile || /^(?:rename|copy) to /.test(line)) added.push(line)
  }
  return added.join('\n')
}

/** Would this patch carry a secret to the remote that is not there yet? */
export const holdsSecret = (patch: string, mask: (text: string) => string): boolean => {
  const added = addedText(patch)
  return mask(added) !== added
}
