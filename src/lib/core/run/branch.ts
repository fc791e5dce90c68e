import type {Pull} from '../issue/issue.js'

/** The branch that pilot pushes an issue's work to. */
export const branchOf = (issue: number): string => `pilot/GH-${issue}`

/** The issue of one of pilot's own branches; null for any other branch. */
export const issueOfBranch = (branch: string): number | null => {
  const digits = /^pilot\/GH-([1-9]\d{0,15})$/.exec(branch)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Does it come from this repository? A branch of a fork may have any name. */
export const isOwnHead = ({headRepo}: Pick<Pull, 'headRepo'>, repo: string): boolean => headRepo?.toLowerCase() === repo.toLowerCase()

/** The issue whose branch of pilot's a pull request comes from; null where it comes from another branch, or from a fork. */
export const issueOfPull = (pull: Pick<Pull, 'headRepo' | 'headRef'>, repo: string): number | null => (isOwnHead(pull, repo) ? issueOfBranch(pull.headRef) : null)
