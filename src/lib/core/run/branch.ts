/** The branch that pilot pushes an issue's work to. */
export const branchOf = (issue: number): string => `pilot/GH-${issue}`

/** The issue of one of pilot's own branches; null for any other branch. */
export const issueOfBranch = (branch: string): number | null => {
  const digits = /^pilot\/GH-([1-9]\d{0,15})$/.exec(branch)?.[1]
  return digits === undefined ? null : Number(digits)
}
