import {bare, isFileName} from '../classify/clean.js'
import {pathsIn} from '../classify/packages.js'
import {withCode} from './code-lines.js'

/** Names of programs that end like files. */
const PROGRAM = /^(?:node|next|nuxt|vue|react|express|ember|alpine|backbone|three|chart|d3|discord)\.js$/i
const SPAN = /`([^`\s]{1,200})`/g

/**
 * The files and folders that a text names in code spans, as globs, outside of code blocks: `src/a.ts`, `packages/db` with all that is in it, and
 * `schema.sql` wherever it lies.
 */
export function codePathsIn(text: string): string[] {
  const found = new Set<string>()
  for (const {line, isCode} of withCode(text.split('\n'))) {
    for (const [span, inner] of isCode ? [] : line.matchAll(SPAN)) for (const glob of globsOf(span, bare(inner!))) found.add(glob)
  }
  return [...found]
}

function globsOf(span: string, word: string): string[] {
  if (isFileName(word) && !PROGRAM.test(word)) return [`**/${word}`]
  return pathsIn(span).map((path) => path.replace(/:[0-9]+(?:[:-][0-9]+)*$/, '')).map((path) => (path.endsWith('/') ? `${path}**` : path))
}
