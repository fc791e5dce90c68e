// The same with retry.decompose_on_kill switched on: what one key of the configuration does without any model.
export {files, verify, children, works} from './too-large.mjs'
export const title = 'the same with retry.decompose_on_kill'
export const config = {retry: {decompose_on_kill: true}}
