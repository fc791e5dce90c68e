import {fileOf} from './patch.js'

/** git calls a file binary for one NUL byte, or because an attribute says so; `GIT binary patch` does not appear without `--binary`. */
const BINARY = /^Binary files .* differ$/m
const CONTROL = /[\0-\x08\x0E-\x1F]/g
const parts = (patch: string): string[] => patch.split(/^(?=diff --git )/m)
const nameOf = (part: string): string | undefined => fileOf(part.split('\n', 1)[0] ?? '')
const isBinary = (part: string): boolean => BINARY.test(part.split(/^@@ /m, 1)[0] ?? '')

/** Files of a unified diff whose content it leaves out. */
export const binaryFiles = (patch: string): string[] => parts(patch).filter(isBinary).flatMap((part) => nameOf(part) ?? [])

/** Decoded without loss, and more characters than control codes: a picture fails the first, an empty disk image the second. */
const isText = (part: string): boolean => !part.includes('\uFFFD') && (part.match(CONTROL)?.length ?? 0) * 10 <= part.length

/**
 * The patch with the content of files that are text after all, so that a NUL byte in a source file hides nothing from whoever reads it.
 * `asText`: the same diff with every file taken as text (`git diff --text`), decoded as UTF-8. What is no text then stays binary.
 */
export function withText(patch: string, asText: string): string {
  const readable = new Map(parts(asText).filter(isText).map((part) => [nameOf(part), part]))
  return parts(patch).map((part) => (isBinary(part) ? readable.get(nameOf(part)) ?? part : part)).join('')
}
