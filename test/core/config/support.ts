import type {LayerInput} from '../../../src/lib/core/config/check.js'
import {resolveConfig} from '../../../src/lib/core/config/layers.js'
import {InvalidConfig, type Problem} from '../../../src/lib/core/config/problem.js'

export const layer = (data: unknown, from: LayerInput['from'] = 'local', lines: Record<string, number> = {}): LayerInput =>
  ({from, file: from === 'flag' ? 'command line' : `${from}.yaml`, data, lineOf: (key) => lines[key]})

/** Everything wrong with these layers; none when they resolve. */
export function problemsOf(...layers: LayerInput[]): readonly Problem[] {
  try {
    resolveConfig(layers)
    return []
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems
    throw error
  }
}
