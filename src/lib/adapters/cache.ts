import {randomUUID} from 'node:crypto'
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {jsonOf} from '../core/json.js'
import type {Cache} from '../ports.js'

const KEY = /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/

/** Small JSON files below `dir`. What cannot be read as its schema counts as not there: it is made again. */
export function openCache(dir: string): Cache {
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError(`not a cache key: ${key}`)
    return join(dir, `${key}.json`)
  }
  return {
    async get(key, schema) {
      const text = await readFile(fileOf(key), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return undefined
      const parsed = schema.safeParse(jsonOf(text))
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
