import {fileOf} from './patch.js'

/** git calls a file binary for one NUL byte, or because an attribute says so; `GIT binary patch` does not appear without `--binary`. */
const BINARY = /^Binary files .* differ$/m
const NO_TEXT = /[\0-\x08\x0E-\x1F\uFFFD]/g
const parts = (patch: string): string[] => patch.split(/^(?=diff --git )/m)
const nameOf = (part: string): string | undefined => fileOf(part.split('\n', 1)[0] ?? '')
const isBinary = (part: string): boolean => BINARY.test(part.split(/^@@ /m, 1)[0] ?? '')

/** Files of a unified diff whose content it leaves out. */
export const binaryFiles = (patch: string): string[] => parts(patch).filter(isBinary).flatMap((part) => nameOf(part) ?? [])

/** At most a tenth of it is control codes and bytes that are no UTF-8: of a picture or an empty disk image nearly all is. */
function isText(part: string): boolean {
  const lines = part.slice(part.search(/^@@ /m))
  return (lines.match(NO_TEXT)?.length ?? 0) * 10 <= lines.length
}

/**
 * The patch with the content of files that are text after all, so that a NUL byte in a source file hides nothing from whoever reads it.
 * `asText`: the same diff with every file taken as text (`git diff --text`), decoded as UTF-8. What is no text even then stays binary.
 */
export function withText(patch: string, asText: string): string {
  const readable = new Map(parts(asText).filter(isText).map((part) => [nameOf(part), part]))
  return parts(patch).map((part) => (isBinary(part) ? readable.get(nameOf(part)) ?? part : part)).join('')
}
