import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {resolveConfig} from '../../src/lib/core/config/layers.js'
import type {LedgerLine} from '../../src/lib/core/cost/ledger.js'
import {PilotError} from '../../src/lib/errors.js'
import {spendOf, type SpendDesk} from '../../src/lib/flow/spend.js'
import {line} from '../core/cost/support.js'

const DIR = join(tmpdir(), 'never-made')
const unused = async (): Promise<never> => { throw new Error('spend only reads') }
/** A desk over these files below `.pilot/`; `broken`: what reading the ledger comes to instead. */
function desk(files: Readonly<Record<string, string>>, broken?: PilotError): SpendDesk {
  const entries = (folder: string): string[] => [...new Set(Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/').slice(0, 1) : [])))]
  return {
    artifacts: {
      read: unused, write: unused, writeText: unused, append: unused, resolve: (path) => join(DIR, path),
      async readText(path) {
        if (broken !== undefined && path === 'ledger.ndjson') throw broken
        return files[path]
      },
    },
    files: {read: unused, isGone: () => false, entries: async (path) => entries(path.slice(DIR.length + 1))},
    prices: async () => ({rates: () => null, knows: () => false}), clock: {now: () => new Date('2026-01-03T00:00:00.000Z'), sleep: unused}, config: resolveConfig([]), repo: null,
    warn: (text) => { throw new Error(text) }, online: null,
  }
}
const ledger = (...lines: LedgerLine[]): string => lines.map((one) => `${JSON.stringify(one)}\n`).join('')
const ALL = {epic: null, since: null, by: 'issue', reprice: false} as const

describe('what spend reads', () => {
  it('judges attempts by their whole cost: one that --since divides is left out of the economics, and its later calls count in the sums', async () => {
    const result = (issue: number) => JSON.stringify({
      version: 1, issue, attempt: 1, runId: `r${issue}`, outcome: 'passed', failure: null, message: '', branch: 'b', pr: null, evidence: null, usage: null, costUsd: null,
      startedAt: '2026-01-01T23:50:00.000Z', endedAt: '2026-01-02T00:10:00.000Z', complexity: 'simple',
    })
    const files = {
      'ledger.ndjson': ledger(
        line({issue: 1, runId: 'r1', ts: '2026-01-01T23:55:00.000Z', costUsd: 3}), line({issue: 1, runId: 'r1', ts: '2026-01-02T00:05:00.000Z', costUsd: 0.1}),
        line({issue: 2, runId: 'r2', ts: '2026-01-02T00:05:00.000Z', costUsd: 2}),
      ),
      'runs/GH-1/attempt-1/result.json': result(1), 'runs/GH-2/attempt-1/result.json': result(2),
    }
    const whole = await spendOf(desk(files), ALL)
    expect(whole).toMatchObject({totalUsd: 5.1, economics: [{tiers: [{tier: 'balanced', attempts: 2, usd: 2.55}]}]})
    const later = await spendOf(desk(files), {...ALL, since: new Date('2026-01-02T00:00:00.000Z')})
    expect(later).toMatchObject({totalUsd: 2.1, economics: [{tiers: [{tier: 'balanced', attempts: 1, usd: 2}]}]})
  })

  it('says what to do about a ledger that cannot be read, and leaves better advice as it is', async () => {
    const failure = async (broken: PilotError) => spendOf(desk({}, broken), ALL).then(() => null, (error: unknown) => (error instanceof PilotError ? [error.code, error.message, error.suggestions] : error))
    expect(await failure(new PilotError('INVALID_ARTIFACT', 'it cannot be read: EACCES'))).toEqual(['INVALID_ARTIFACT', 'it cannot be read: EACCES', [expect.stringContaining('mv .pilot/ledger.ndjson .pilot/ledger.old')]])
    expect(await failure(new PilotError('INVALID_ARTIFACT', 'a link', ['remove the link']))).toEqual(['INVALID_ARTIFACT', 'a link', ['remove the link']])
  })
})
