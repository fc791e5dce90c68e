import {expect, test} from 'vitest'
import {pickWave} from '../../../src/lib/core/family/pick-wave.js'

const task = (order: number, ...touches: string[]) => ({order, dependsOn: [], touches})
const A = task(1, 'src/a.ts')
const B = task(2, 'src/b.ts')
const C = task(3, 'src/a.ts')
const ANY = task(4)

test.each([
  ['nothing is ready', [], [], 3, []], ['one at a time', [A, B], [], 1, [1]], ['side by side', [A, B], [], 2, [1, 2]],
  ['never two on one file', [A, C, B], [], 3, [1, 2]], ['a folder and a file in it', [task(5, 'src/**'), A, task(6, 'web/**')], [], 3, [5, 6]],
  ['unknown touches run alone', [ANY, A, B], [], 3, [4]], ['and wait for their turn', [A, ANY, B], [], 3, [1, 2]],
  ['the first wave with something ready', [A, B], [[9], [2], [1]], 2, [2]], ['one wave at a time', [A, B, task(7, 'c')], [[1, 2], [7]], 5, [1, 2]],
  ['named by no wave: last', [A, B], [[2]], 2, [2]], ['only those', [A], [[2]], 2, [1]],
] as const)('%s', (_, ready, waves, parallel, picked) => expect(pickWave(ready, waves, parallel)).toEqual(picked))
