import {randomUUID} from 'node:crypto'
import {mkdir, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {jsonOf} from '../core/json.js'
import type {Cache} from '../ports.js'
import {readPlainFile} from './plain-file.js'

const KEY = /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/
/** Of one entry, and far more. Bytes. */
const MOST_BYTES = 64 * 1024 * 1024

/** Small JSON files below `dir`. What cannot be read as its schema counts as not there: it is made again. */
export function openCache(dir: string): Cache {
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError(`not a cache key: ${key}`)
    return join(dir, `${key}.json`)
  }
  return {
    async get(key, schema) {
      const content = await readPlainFile(fileOf(key), MOST_BYTES).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      if (content === null) return undefined
      const parsed = schema.safeParse(jsonOf(content.toString('utf8')))
      return parsed.success ? parsed.data : undefined
    },
    async set(key, value) {
      const file = fileOf(key)
      const temp = `${file}.${randomUUID()}.tmp`
      await mkdir(dirname(file), {recursive: true, mode: 0o700})
      await writeFile(temp, JSON.stringify(value), {mode: 0o600})
      await rename(temp, file)
    },
  }
}
