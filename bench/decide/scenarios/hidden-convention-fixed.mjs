// The same with the fix rounds that are the default: the failing output goes back to the agent before the attempt counts as failed.
export {files, verify, children, works} from './hidden-convention.mjs'
export const title = 'the same with verify.fix_rounds: 2, the default'
export const fixRounds = 2
