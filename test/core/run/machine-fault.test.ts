import {describe, expect, it} from 'vitest'
import {machineFault} from '../../../src/lib/core/run/machine-fault.js'
import {PilotError} from '../../../src/lib/errors.js'

const failed = (code: unknown): Error => Object.assign(new Error('write failed'), {code})

describe('machineFault', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO'])('%s says something about this machine', (code) => {
    expect(machineFault(failed(code))).toMatchObject({code: 'NO_SPACE', exit: 6, retryable: true, message: 'this machine cannot go on: write failed'})
  })
  it.each([
    ['a file that is not there', failed('ENOENT')], ['a code that is no text', failed(28)], ['an error without a code', new Error('ENOSPC')],
    ['an expected error', new PilotError('GIT_FAILED', 'x')], ['no error', {code: 'ENOSPC'}], ['nothing', undefined],
  ])('%s does not', (_name, error) => { expect(machineFault(error)).toBeUndefined() })
})
