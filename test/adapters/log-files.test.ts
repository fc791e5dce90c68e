import {appendFile, mkdtemp, open, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {openLogFiles} from '../../src/lib/adapters/log-files.js'

const files = openLogFiles()
let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logs-'))
  path = join(dir, 'agent.log')
})
afterEach(() => rm(dir, {recursive: true}))

test.each([
  ['all of it', 'one\ntwo\n', 100, 'one\ntwo\n', 0, 8],
  ['a whole line after the cut', 'one\ntwo\nthree\n', 8, 'three\n', 8, 14],
  ['a line that was not ended', 'one\ntwo', 100, 'one\ntwo', 0, 7],
  ['part of a line that is longer', 'abcdefgh', 3, 'fgh', 5, 8],
  ['a character less where it is cut in two', 'aäöü', 5, 'öü', 3, 7],
  ['the end of one long line with its end', 'xxäöü\n', 6, 'öü\n', 4, 9],
  ['nothing of an empty file', '', 10, '', 0, 0],
])('a tail shows %s', async (_, text, bytes, shown, start, end) => {
  await writeFile(path, text)
  expect(await files.read(path, {from: null, bytes})).toMatchObject({text: shown, start, end, totalBytes: Buffer.byteLength(text)})
})

test.each([
  ['up to the last whole line', 'one\ntwo\nthr', 4, 100, 'two\n', 8],
  ['a line that is longer than a piece', 'one\n0123456789\n', 4, 5, '01234', 9],
  ['no half of a character', 'a😀😀', 1, 6, '😀', 5],
  ['nothing yet of a character that is still being written', Buffer.from('a😀').subarray(0, 3), 1, 10, '', 1],
  ['bytes that are no text at all', Buffer.from([0x61, 0xff, 0xfe, 0x62]), 0, 10, 'a\uFFFD\uFFFDb', 4],
  ['nothing behind the end', 'one\n', 4, 10, '', 4],
  ['nothing of a file that became shorter', 'one\n', 900, 10, '', 900],
])('a piece from an offset is %s', async (_, text, from, bytes, shown, end) => {
  await writeFile(path, text)
  expect(await files.read(path, {from, bytes})).toMatchObject({text: shown, start: from, end})
})

test('pieces of any size put together are the text', async () => {
  const text = 'grüße 😀\n'.repeat(40) + 'lang'.repeat(60)
  await writeFile(path, text)
  for (const bytes of [4, 7, 64, 5000]) {
    let [at, all] = [0, '']
    for (let piece = await files.read(path, {from: 0, bytes}); piece !== null && piece.text !== ''; piece = await files.read(path, {from: at, bytes})) {
      all += piece.text
      at = piece.end
    }
    expect(all).toBe(text)
  }
})
test('a file that took the place of another is told apart, one that grew is not', async () => {
  const file = async (): Promise<string | undefined> => (await files.read(path, {from: null, bytes: 10}))?.file
  await writeFile(path, 'one\n')
  const first = await file()
  await appendFile(path, 'two\n')
  expect(await file()).toBe(first)
  await writeFile(join(dir, 'new'), 'other\n')
  await rename(join(dir, 'new'), path)
  expect(await file()).not.toBe(first)
})
test('of 10 GB only what is asked for is read', async () => {
  const handle = await open(path, 'w')
  await handle.truncate(10 * 1024 ** 3)
  await handle.write('the end\n', 10 * 1024 ** 3)
  await handle.close()
  const before = process.memoryUsage.rss()
  const piece = await files.read(path, {from: null, bytes: 64_000})
  expect(piece).toMatchObject({end: 10 * 1024 ** 3 + 8, totalBytes: 10 * 1024 ** 3 + 8})
  expect(piece!.text.length).toBeLessThanOrEqual(64_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 ** 2)
})
test('what is not there is null, and no names', async () => {
  expect([await files.read(join(dir, 'no', 'file'), {from: null, bytes: 1}), await files.entries(join(dir, 'no'))]).toEqual([null, []])
  await writeFile(path, '')
  expect(await files.entries(dir)).toEqual(['agent.log'])
})
