import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {appendFileSync, mkdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {randomUUID} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {openArtifacts} from '../../src/lib/adapters/artifacts.js'
import {readLedger} from '../../src/lib/core/cost/read-ledger.js'
import {line} from '../core/cost/support.js'
import {tempDir} from './git-fixture.js'

const ADAPTER = new URL('../../dist/lib/adapters/artifacts.js', import.meta.url).href
/** Appends lines as a runner does until it is killed, or `count` of them; says one letter for each that is written. */
const WRITER = `
const {openArtifacts} = await import(${JSON.stringify(ADAPTER)})
const [root, name, count, sample] = process.argv.slice(1)
const ledger = openArtifacts({root, id: () => name})
for (let i = 0; i < Number(count); i++) {
  await ledger.append('ledger.ndjson', {...JSON.parse(sample), runId: name, turns: i, sessionId: 'x'.repeat(i * 37 % 3000)})
  process.stdout.write('.')
}`
const start = (root: string, name: string, count: number) =>
  spawn(process.execPath, ['--input-type=module', '-e', WRITER, root, name, String(count), JSON.stringify(line())], {stdio: ['ignore', 'pipe', 'inherit']})
const at = {now: new Date('2027-01-01T00:00:00Z'), repo: null}
const read = (root: string) => readLedger(readFileSync(join(root, '.pilot/ledger.ndjson'), 'utf8'), at)

describe('a ledger that several processes write', () => {
  it('holds every line of each, whole', async () => {
    const root = tempDir()
    const writers = Array.from({length: 6}, (_, i) => start(root, `w${i}`, 40))
    expect(await Promise.all(writers.map((writer) => once(writer, 'close')))).toEqual(writers.map(() => [0, null]))
    const {lines, skipped} = read(root)
    expect(skipped).toEqual([])
    for (let i = 0; i < 6; i++) expect(lines.filter(({runId}) => runId === `w${i}`).map(({turns}) => turns)).toEqual(Array.from({length: 40}, (_, n) => n))
  }, 120_000)

  it('loses nothing that was written when one of them is killed in the middle', async () => {
    const root = tempDir()
    const [killed, other] = [start(root, 'killed', 1_000_000), start(root, 'other', 60)]
    let told = 0
    killed.stdout.on('data', (dots: Buffer) => {
      told += dots.length
      if (told >= 25) killed.kill('SIGKILL')
    })
    await Promise.all([once(killed, 'close'), once(other, 'close')])
    const {lines, skipped} = read(root)
    expect(lines.filter(({runId}) => runId === 'other')).toHaveLength(60)
    expect(lines.filter(({runId}) => runId === 'killed').length).toBeGreaterThanOrEqual(told)
    expect(skipped.length).toBeLessThanOrEqual(1)
  }, 120_000)

  it('keeps what follows apart from a line that was cut off, and names that line', async () => {
    const root = tempDir()
    mkdirSync(join(root, '.pilot'))
    const file = join(root, '.pilot/ledger.ndjson')
    appendFileSync(file, `${JSON.stringify(line())}\n${JSON.stringify(line()).slice(0, 100)}`)
    expect(read(root)).toMatchObject({lines: [{runId: 'r1'}], skipped: [{line: 2, reason: 'cut off while it was written'}]})
    await openArtifacts({root, id: randomUUID}).append('ledger.ndjson', line({runId: 'next'}))
    expect(read(root)).toMatchObject({lines: [{runId: 'r1'}, {runId: 'next'}], skipped: [{line: 2, reason: 'no JSON'}]})
  })
})
