import {describe, expect, it} from 'vitest'
import {presetChain, PRESET_TABLES} from '../../../src/lib/core/config/presets.js'
import {COMPLEXITIES, GATES, PRESETS} from '../../../src/lib/core/config/words.js'

const FC = 'free cheap balanced'
const TABLE: Record<string, readonly string[]> = {
  //                     opus-plans       economy          quality     single      local
  'classify':           [FC,              FC,              'cheap',    'rules',    'free'],
  'plan':               ['frontier',      FC,              'frontier', 'balanced', 'free'],
  'draft':              ['cheap',         FC,              'balanced', 'balanced', 'free'],
  'implement trivial':  ['balanced',      'cheap',         'balanced', 'balanced', 'balanced'],
  'implement simple':   ['balanced',      'cheap',         'balanced', 'balanced', 'balanced'],
  'implement medium':   ['balanced',      'cheap',         'frontier', 'balanced', 'balanced'],
  'implement complex':  ['balanced',      'frontier',      'frontier', 'balanced', 'balanced'],
  'implement epic':     ['balanced',      'frontier',      'frontier', 'balanced', 'balanced'],
  'lint':               ['cheap',         'cheap',         'cheap',    'balanced', 'cheap'],
  'review':             ['balanced',      'balanced',      'frontier', 'balanced', 'balanced'],
  'commit':             ['free template', 'free template', 'cheap',    'template', 'free template'],
  'decide':             ['balanced',      'balanced',      'frontier', 'balanced', 'cheap'],
}

describe('presets', () => {
  it.each(Object.entries(TABLE))('%s', (row, cells) => {
    const [gate, complexity] = row.split(' ')
    const found = GATES.find((g) => g === gate)!
    const size = COMPLEXITIES.find((c) => c === complexity) ?? 'medium'
    expect(PRESETS.map((preset) => presetChain(preset, found, size).chain.join(' '))).toEqual(cells)
  })

  it('has a row for every gate', () => {
    expect([...new Set(Object.keys(TABLE).map((row) => row.split(' ')[0]))].sort()).toEqual([...GATES].sort())
  })

  it('caps the rises after failures', () => {
    expect(PRESETS.map((preset) => PRESET_TABLES[preset].maxEscalations)).toEqual([0, 1, 1, 0, 1])
  })

  it('names the cell for provenance', () => {
    expect(presetChain('economy', 'plan', 'epic').key).toBe('gates.plan')
    expect(presetChain('economy', 'implement', 'epic').key).toBe('complexity.complex')
  })
})
