import {directoriesIn, pathsIn} from '../classify/packages.js'
import {mayBeShown} from './excerpt-files.js'

/** A file of a commit. */
export type RepoFile = {path: string; bytes: number}
export type Excerpt = {path: string; text: string; cut: boolean}

/** Files whose beginning is shown, all of them together and each alone (bytes): about 6,000 tokens, what a model on one graphics card can still read. */
export const EXCERPT_FILES = 12
export const EXCERPTS_MAX = 24_000
export const EXCERPT_MAX = 4000

const README = /^(?:readme|contributing|architecture)(?:\.(?:md|rst|txt|adoc))?$/i
const MANIFEST = new RegExp('^(?:package\\.json|go\\.mod|cargo\\.toml|pyproject\\.toml|setup\\.(?:py|cfg)|pom\\.xml|build\\.gradle(?:\\.kts)?|gemfile|composer\\.json|mix\\.exs'
  + '|makefile|cmakelists\\.txt|pnpm-workspace\\.yaml|tsconfig\\.json|deno\\.jsonc?|[^/]*\\.csproj)$', 'i')
/** Words that say nothing about where something is. */
const COMMON = new Set(['add', 'and', 'are', 'but', 'can', 'for', 'from', 'has', 'have', 'into', 'its', 'new', 'not', 'our', 'should', 'that', 'the', 'then', 'this', 'use', 'was', 'when',
  'with', 'all', 'any', 'file', 'files', 'src', 'lib', 'index', 'main', 'test', 'tests', 'spec', 'code', 'make', 'issue', 'task', 'support', 'update', 'fix', 'feat', 'write'])

/** Lower-case words of a text or path, also of camelCase ones; a plural s goes. At least three letters, at most a thousand. */
const wordsOf = (text: string): Set<string> => new Set((text.slice(0, 70_000).replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase().match(/[\p{L}\p{N}]{3,40}/gu) ?? [])
  .map((word) => word.length > 4 ? word.replace(/s$/, '') : word).filter((word) => !COMMON.has(word)).slice(0, 1000))

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

type Asked = {paths: ReadonlySet<string>; names: ReadonlySet<string>; folders: readonly string[]; title: ReadonlySet<string>; body: ReadonlySet<string>}

/** How much a file has to do with what is asked: named beats the front page, which beats its neighbours and words in common. */
function scoreOf(path: string, asked: Asked): number {
  const name = baseOf(path)
  const depth = path.split('/').length - 1
  const front = README.test(name) ? 60 : MANIFEST.test(name) ? 50 : 0
  const named = asked.paths.has(path) ? 100 : asked.names.has(name.toLowerCase()) ? 70 : 0
  const beside = asked.folders.some((folder) => path.startsWith(`${folder}/`)) ? 20 : 0
  const words = [...wordsOf(path)].reduce((sum, word) => sum + (asked.title.has(word) ? 6 : asked.body.has(word) ? 2 : 0), 0)
  return Math.max(named, depth === 0 ? front : front > 0 && beside > 0 ? 25 : 0) + beside + Math.min(words, 18)
}

/**
 * Which files of a repository to show a planner that cannot look for itself, the most telling first: named in the issue, the front page and
 * the manifests, then what shares folders or words with the issue. The same input gives the same list; never a secret or a binary by name.
 */
export function chooseExcerpts(files: readonly RepoFile[], {title, body}: {title: string; body: string}): string[] {
  const text = `${title}\n${body}`
  const asked: Asked = {
    paths: new Set(pathsIn(text)), names: new Set((text.slice(0, 70_000).match(/[\w.-]{1,80}\.[a-z]{1,5}\b/gi) ?? []).map((name) => name.toLowerCase())),
    folders: directoriesIn(text), title: wordsOf(title), body: wordsOf(body),
  }
  return files.filter(mayBeShown).map(({path}) => ({path, score: scoreOf(path, asked)})).filter(({score}) => score > 0)
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, EXCERPT_FILES).map(({path}) => path)
}

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** The whole lines from the start that fit into `max` bytes. */
function headOf(text: string, max: number): string {
  const out: string[] = []
  let room = max
  for (const line of text.split('\n')) {
    room -= bytesOf(line) + 1
    if (room < 0) break
    out.push(line)
  }
  return out.join('\n')
}

/**
 * What is shown of one file, at most `room` bytes; null for what is no text, holds a private key, or has no line that fits.
 */
export function excerptOf(path: string, content: string, room: number): Excerpt | null {
  if (/[\0\uFFFD]/.test(content.slice(0, 8000)) || /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(content)) return null
  const text = headOf(content.replace(/\r\n?/g, '\n').trimEnd(), Math.min(room, EXCERPT_MAX))
  return text.trim() === '' ? null : {path, text, cut: bytesOf(text) < bytesOf(content.replace(/\r\n?/g, '\n').trimEnd())}
}
