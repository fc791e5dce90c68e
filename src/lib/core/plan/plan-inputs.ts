import type {EpicPlan} from './plan.js'

/** SHA-256 of a text, in lower-case hex. Passed in, so that this layer stays free of the platform. */
export type Hash = (text: string) => string

/** Fingerprint of what a plan was made from. Line ends and space at line ends are no change of content. */
export function bodySha(title: string, body: string, hash: Hash): string {
  const plain = (text: string): string => text.split(/\r\n|\r|\n/).map((line) => line.trimEnd()).join('\n').trim()
  return hash(JSON.stringify([plain(title), plain(body)]))
}

/** Whether the issue's text changed since the plan was made. */
export const drifted = (plan: EpicPlan, issue: {title: string; body: string}, hash: Hash): boolean =>
  plan.epic.bodySha !== bodySha(issue.title, issue.body, hash)
