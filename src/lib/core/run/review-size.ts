import {fileCounts} from './file-counts.js'

/** What one review is given: about 50,000 tokens, a quarter of the smallest window of today's review models. Characters. */
export const REVIEW_MAX = 200_000
/** What may become a pull request where no model reviews it: more than a person reads. Characters. */
export const UNREVIEWED_MAX = 1_000_000
const LOCKFILE = /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock)$/

/** The patch as a reviewer is given it: lockfiles, which tools write, by name and size only. Of binary files a patch holds no content. */
export function reviewedPatch(patch: string): string {
  const parts = patch.split(/^(?=diff --git )/m)
  return parts.map((part) => {
    const [file] = fileCounts(part)
    if (file === undefined || !LOCKFILE.test(file.path)) return part
    return `lockfile, content left out: ${file.path} +${file.additions} -${file.deletions}\n`
  }).join('')
}

/** Why a change is too large to be called reviewed, or, where nothing reviews it, to be proposed; null when it is not. Nothing is cut off unseen. */
export function tooLarge(issue: number, patch: string, isReviewed: boolean): string | null {
  const [size, limit] = [reviewedPatch(patch).length, isReviewed ? REVIEW_MAX : UNREVIEWED_MAX]
  if (size <= limit) return null
  const number = (n: number): string => n.toLocaleString('en-US')
  const most = isReviewed ? 'a reviewer is given at most' : 'a pull request may have at most'
  return `the change is too large: its patch has ${number(size)} characters without lockfiles, and ${most} ${number(limit)}; split the issue: pilot plan-epic ${issue}`
}
