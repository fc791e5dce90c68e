import {answersIn, isBag} from '../answer.js'
import {cutTitle, neutralise} from '../issue/text.js'
import {MASK} from './mask.js'

const TYPES = ['feat', 'fix', 'docs', 'style', 'refactor', 'perf', 'test', 'build', 'ci', 'chore', 'revert'] as const
const CONVENTIONAL = new RegExp(`^(${TYPES.join('|')})(\\([\\w./ -]{1,30}\\))?!?: \\S.{2,}$`)
const SUBJECT_MAX = 72

const typeOf = (title: string): (typeof TYPES)[number] => {
  if (/\b(?:fix|bug|crash|error|broken|regression)\b/i.test(title)) return 'fix'
  if (/\b(?:docs?|readme|documentation)\b/i.test(title)) return 'docs'
  if (/\btests?\b/i.test(title)) return 'test'
  if (/\brefactor\b/i.test(title)) return 'refactor'
  return 'feat'
}

/** The folder that all changed files share below the usual source roots; undefined when there is none. */
function areaOf(files: readonly string[]): string | undefined {
  const areas = new Set(files.map((file) => file.split('/').filter((part) => !['src', 'lib', 'packages', 'test', 'tests'].includes(part))).map((parts) => (parts.length > 1 ? parts[0] : undefined)))
  const [only] = areas
  return areas.size === 1 && only !== undefined && /^[\w.-]{1,30}$/.test(only) ? only : undefined
}

/** `type(area): title (GH-124)`: what is used when no model answers or its answer is no conventional commit. */
export function templateMessage(issue: {number: number; title: string}, files: readonly string[]): string {
  const conventional = CONVENTIONAL.test(issue.title)
  const area = areaOf(files)
  const prefix = conventional ? '' : `${typeOf(issue.title)}${area === undefined ? '' : `(${area})`}: `
  return withIssue(prefix + neutralise(issue.title).replace(/\s+/g, ' ').trim(), issue.number)
}

const withIssue = (subject: string, issue: number): string => {
  const suffix = ` (GH-${issue})`
  return cutTitle(subject, SUBJECT_MAX - suffix.length) + suffix
}

/**
 * A model's answer, plain or `{"message"}`, as a commit message: its subject line, when that is a conventional commit, undefined otherwise.
 * A body after an empty line is dropped. What would close, mention or mark something, holds a secret (masked, or `mask` would) or an emoji is
 * no message to mend: the template serves instead.
 */
export function checkedMessage(answer: string, issue: number, mask: (text: string) => string): string | undefined {
  const text = (messageIn(answer) ?? answer).trim().replace(/^```\w*[^\S\n]*\n([^]*?)\n?```$/, '$1').trim()
  const [subject = '', next = ''] = text.split('\n').map((line) => line.trim())
  if (!CONVENTIONAL.test(subject) || next !== '' || EMOJI.test(subject)) return undefined
  if (neutralise(subject) !== subject || mask(text) !== text || text.includes(MASK)) return undefined
  return withIssue(subject.replace(/(?<!\s)\s*\((?:GH-|#)\d+\)$/, ''), issue)
}

const EMOJI = /\p{Emoji_Presentation}|\uFE0F|:[a-z0-9_+-]+:(?=\s|$)/u

const messageIn = (answer: string): string | undefined =>
  answersIn({text: answer}, (value) => (isBag(value) && typeof value['message'] === 'string' ? value['message'] : undefined)).at(-1)
