import {PilotError} from '../../errors.js'
import type {Pull} from './issue.js'

type Merge = Pick<Pull, 'number' | 'merged' | 'baseRef' | 'defaultBranch'>

/** Is the work of a pull request on the default branch? One that was merged into another branch closes nothing yet. */
export const isShipped = ({merged, baseRef, defaultBranch}: Merge): boolean => merged && baseRef === defaultBranch

/** What to say of a pull request that was merged into another branch than the default one; null where it was not. */
export function wentElsewhere(pull: Merge): PilotError | null {
  if (!pull.merged || isShipped(pull)) return null
  const onto = pull.defaultBranch ?? 'the default branch'
  return new PilotError('WAITING', `pull request #${pull.number} was merged into ${pull.baseRef}, not into ${onto}`, [`gh pr create --base ${pull.defaultBranch ?? 'BRANCH'} --head ${pull.baseRef}`])
}
