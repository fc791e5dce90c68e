import {expect, test} from 'vitest'
import {wavesOf, type WaveTask} from '../../../src/lib/core/plan/waves.js'

const task = (order: number, touches: string[], dependsOn: number[] = []): WaveTask => ({order, touches, dependsOn})

test.each<[string, WaveTask[], number[][]]>([
  ['nothing', [], []],
  ['apart', [task(1, ['a/**']), task(2, ['b/**'])], [[1, 2]]],
  ['one after the other', [task(1, ['a/**']), task(2, ['b/**'], [1]), task(3, ['c/**'], [2])], [[1], [2], [3]]],
  ['a diamond', [task(1, ['a/**']), task(2, ['b/**'], [1]), task(3, ['c/**'], [1]), task(4, ['d/**'], [2, 3])], [[1], [2, 3], [4]]],
  ['the same file', [task(1, ['a/x.ts']), task(2, ['a/*.ts']), task(3, ['b/y.ts'])], [[1, 3], [2]]],
  ['a lockfile', [task(1, ['a/**', 'package.json']), task(2, ['b/**', 'package-lock.json'])], [[1], [2]]],
  ['one that does not say what it touches', [task(1, ['a/**']), task(2, []), task(3, ['c/**'])], [[1, 3], [2]]],
  ['given in another order', [task(2, ['b/**']), task(1, ['a/**'])], [[1, 2]]],
  ['waiting for something outside', [task(1, ['a/**'], [9])], [[1]]],
  ['a circle does not hang', [task(1, ['a/**'], [2]), task(2, ['b/**'], [1])], [[1], [2]]],
])('%s', (_name, tasks, want) => { expect(wavesOf(tasks)).toEqual(want) })
