import {type ApiError, invalid, unprocessable} from './errors.js'
import {type Json} from './http.js'

/** Bodies of issues, pull requests and comments hold this many characters; GitHub answers 422 beyond. */
export const BODY_LIMIT = 65_536
const TITLE_LIMIT = 256

const wrongType = (field: string, value: unknown, type: string): ApiError =>
  unprocessable(`Invalid request.\n\nInvalid property /${field}: \`${JSON.stringify(value)}\` is not of type \`${type}\`.`)

/** A string property: undefined when absent or null, 422 when it is something else. */
export function text(body: Json, field: string): string | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw wrongType(field, value, 'string')
  return value
}

/** An integer property; strings are refused as GitHub refuses `gh api -f`. */
export function integer(body: Json, field: string): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(field, value, 'integer')
  return value
}

export function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw unprocessable(`Invalid request.\n\n"${field}" wasn't supplied.`)
  return value
}

export const flag = (body: Json, field: string): boolean | undefined => {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw wrongType(field, value, 'boolean')
  return value
}

/** Names given as strings or as objects with `name` or `login`. */
export function names(value: unknown, field: string): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongType(field, value, 'array')
  return value.map((entry: unknown) => {
    if (typeof entry === 'string') return entry
    const named = entry as {name?: unknown; login?: unknown} | null
    if (typeof named?.name === 'string') return named.name
    if (typeof named?.login === 'string') return named.login
    throw wrongType(field, entry, 'string')
  })
}

export function checkTitle(resource: string, title: string | undefined): void {
  if (title === undefined) return
  if (title.trim() === '') throw invalid({resource, code: 'missing_field', field: 'title'})
  if (title.length > TITLE_LIMIT) {
    throw invalid({resource, code: 'custom', field: 'title', message: `title is too long (maximum is ${TITLE_LIMIT} characters)`})
  }
}

export function checkBody(resource: string, body: string | undefined): void {
  if (body !== undefined && body.length > BODY_LIMIT) {
    throw invalid({resource, code: 'custom', field: 'body', message: `body is too long (maximum is ${BODY_LIMIT} characters)`})
  }
}

/** One of a list, else 422 with `invalid` for the field. */
export function oneOf<const T extends string>(
  resource: string, field: string, value: string | undefined, allowed: readonly T[]
): T | undefined {
  if (value === undefined) return undefined
  const found = allowed.find((a) => a === value)
  if (!found) throw invalid({resource, code: 'invalid', field, value})
  return found
}
