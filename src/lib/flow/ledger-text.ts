import {PilotError} from '../errors.js'
import type {Artifacts} from '../ports.js'

/**
 * The ledger of this machine; empty where there is none.
 * @throws PilotError INVALID_ARTIFACT when it cannot be read or something else stands in its place, with what to do about it
 */
export async function ledgerText(artifacts: Artifacts): Promise<string> {
  try {
    return await artifacts.readText('ledger.ndjson') ?? ''
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'INVALID_ARTIFACT' || error.suggestions.length > 0) throw error
    throw new PilotError(error.code, error.message, ['move it away, and with it what it says was spent: mv .pilot/ledger.ndjson .pilot/ledger.old'], {cause: error})
  }
}
