import {plainLines} from './markdown.js'

/** GitHub's closing keywords, before `#1`, `GH-1`, `owner/name#1` or the whole URL of an issue. */
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/issues\/|([\w.-]+\/[\w.-]+)?#|GH-)([1-9]\d{0,9})(?![\w-]|\/\w)/gi

/** Numbers of this repository's issues (`repo`: owner/name) that a pull request's text says it closes, each once; code blocks say nothing. */
export function closes(text: string, repo: string): number[] {
  const found = plainLines(text).flatMap((line) => [...line.matchAll(CLOSING)])
  return [...new Set(found.filter(([, byUrl, byName]) => (byUrl ?? byName ?? repo).toLowerCase() === repo.toLowerCase()).map(([, , , number]) => Number(number)))]
}
