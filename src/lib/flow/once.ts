import {PilotError} from '../errors.js'

/**
 * A create whose answer may get lost. GitHub has no idempotent create, so after an ambiguous answer the thing is looked up first
 * and made again only when it is not there; a second ambiguous answer is passed on.
 */
export async function createOnce<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create()
  } catch (error) {
    if (!isAmbiguous(error)) throw error
    const found = await find()
    return found ?? create()
  }
}

export const isAmbiguous = (error: unknown): boolean => error instanceof PilotError && error.code === 'AMBIGUOUS_WRITE'
