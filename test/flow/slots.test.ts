import {expect, it} from 'vitest'
import {openSlots} from '../../src/lib/flow/slots.js'

/** Work that ends when it is told to, and notes when it began. */
function works(most: number, count: number) {
  const slots = openSlots(most)
  const [begun, ends]: [number[], ((error?: Error) => void)[]] = [[], []]
  const all = Array.from({length: count}, (_, i) => slots(() => new Promise<number>((resolve, reject) => {
    begun.push(i)
    ends[i] = (error) => { if (error === undefined) resolve(i); else reject(error) }
  })))
  return {begun, ends, all}
}
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

it('runs no more than the most at a time, in the order in which they came, whatever becomes of them', async () => {
  const {begun, ends, all} = works(2, 5)
  await settled()
  expect(begun).toEqual([0, 1])
  ends[1]!(new Error('no'))
  await expect(all[1]).rejects.toThrow('no')
  await settled()
  expect(begun).toEqual([0, 1, 2])
  ends[0]!()
  ends[2]!()
  await settled()
  expect(begun).toEqual([0, 1, 2, 3, 4])
  ends[3]!()
  ends[4]!()
  expect(await Promise.all([all[0], all[2], all[3], all[4]])).toEqual([0, 2, 3, 4])
})
