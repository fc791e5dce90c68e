/**
 * Holds a client and a server to GitHub's published OpenAPI, in both directions: an unknown operation, an undocumented parameter or a
 * response the schema rejects is an error. Wrap any fetch with `validatingFetch`.
 */
import {readFileSync} from 'node:fs'
import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv'
import formats from 'ajv-formats'

type Json = Record<string, unknown>
type Schema = Json & {$ref?: string; properties?: Record<string, Schema>}
interface Parameter {name: string; in: string; required?: boolean; schema: Schema}
interface Operation {
  operationId: string; parameters?: (Parameter | {$ref: string})[]
  requestBody?: {required?: boolean; content: Record<string, {schema: Schema}>}
  responses: Record<string, {$ref?: string; content?: Record<string, {schema: Schema}>}>
}
export interface Spec extends Json {
  info: {version: string}; paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, unknown>>
}
export interface FoundOperation {id: string; method: string; template: string; operation: Operation}

export const githubSpec = (): Spec => JSON.parse(readFileSync(new URL('../fixtures/github-openapi.json', import.meta.url), 'utf8')) as Spec

/** Answers any operation may give although the document does not list them everywhere. */
export const UNDOCUMENTED_STATUSES: Record<number, string> = {
  301: 'transferred issues and renamed repositories redirect', 304: 'every GET honours If-None-Match',
  400: 'malformed JSON or an unknown API version',
  401: 'an unknown token, or none where one is needed', 403: 'no permission, or a limit', 404: 'no such thing, or hidden from the caller',
  409: 'a write met another one', 410: 'deleted issues', 422: 'a value the operation refuses', 429: 'a secondary limit', 500: 'an outage',
  502: 'an outage', 503: 'an outage',
}
/** Requests GitHub takes against the letter of its document. */
const TOLERATED: {operation: string; path: string; reason: string}[] = [
  {operation: 'issues/set-labels', path: '/labels', reason: 'minItems 1, while the description says an empty array removes all labels'},
]
/** Properties that API version 2026-03-10 dropped; the document describes 2022-11-28. */
const DROPPED_2026 = ['merge_commit_sha', 'assignee', 'rate']
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

export function createContract(spec: Spec = githubSpec()): {
  find(method: string, path: string): FoundOperation | null
  request(found: FoundOperation, url: URL, body: string): string[]
  response(found: FoundOperation, status: number, type: string, body: string, version: string): string[]
  operations: FoundOperation[]
} {
  const operations = Object.entries(spec.paths).flatMap(([template, item]) =>
    METHODS.flatMap(
      (method) => (item[method] ? [{id: item[method].operationId, method: method.toUpperCase(), template, operation: item[method]}] : [])
    ))
  const table = operations.map(
    (found) => ({found, pattern: pattern(found.template), rank: found.template.split('/').filter((s) => s && !s.startsWith('{')).length})
  )
    .sort((a, b) => b.rank - a.rank)
  const validators = new Map<string, ReturnType<typeof compiler>>()
  const compile = (version: string): ReturnType<typeof compiler> => {
    const key = version < '2026' ? 'old' : 'new'
    const made = validators.get(key) ?? compiler(spec, key === 'new' ? DROPPED_2026 : [])
    validators.set(key, made)
    return made
  }
  const deref = <T>(node: T | {$ref: string}): T => {
    const ref = (node as {$ref?: string}).$ref
    if (!ref) return node as T
    return ref.split('/').slice(1).reduce<unknown>((at, key) => (at as Json)[key], spec) as T
  }
  const properties = (schema: Schema): string[] => {
    const s = deref(schema)
    return [
      ...Object.keys(s.properties ?? {}), ...['oneOf', 'anyOf', 'allOf'].flatMap((k) => ((s[k] ?? []) as Schema[]).flatMap(properties))
    ]
  }

  return {
    operations,
    find: (method, path) => table.find((row) => row.found.method === method && row.pattern.test(path))?.found ?? null,
    request({id, operation}, url, body) {
      const wrong: string[] = []
      const known = (operation.parameters ?? []).map((p) => deref<Parameter>(p)).filter((p) => p.in === 'query')
      for (const [name, value] of url.searchParams) {
        const parameter = known.find((p) => p.name === name)
        if (!parameter) wrong.push(`undocumented query parameter "${name}"`)
        else wrong.push(...compile('').check(`query ${id} ${name}`, parameter.schema, {value}, true).map((e) => `query "${name}": ${e}`))
      }
      for (const p of known) if (p.required && !url.searchParams.has(p.name)) wrong.push(`missing query parameter "${p.name}"`)
      const schema = operation.requestBody?.content['application/json']?.schema
      if (body === '') return operation.requestBody?.required ? [...wrong, 'missing body'] : wrong
      if (!schema) return Object.keys(JSON.parse(body) as Json).length > 0 ? [...wrong, 'undocumented body'] : wrong
      const value = JSON.parse(body) as Json
      const names = properties(schema)
      if (!Array.isArray(value)) {
        wrong.push(...Object.keys(value).filter((k) => !names.includes(k)).map((k) => `undocumented body property "${k}"`))
      }
      const tolerated = TOLERATED.filter((t) => t.operation === id).map((t) => t.path)
      if (tolerated.some((path) => (value[path.slice(1)] as unknown[] | undefined)?.length === 0)) return wrong
      return [...wrong, ...compile('').check(`body ${id}`, schema, value).map((e) => `body${e}`)]
    },
    response({id, operation}, status, type, body, version) {
      const documented = operation.responses[String(status)]
      if (!documented && !(status in UNDOCUMENTED_STATUSES)) return [`undocumented status ${status}`]
      const answer = documented ? deref<{content?: Record<string, {schema: Schema}>}>(documented) : null
      const schema = answer?.content?.['application/json']?.schema
      if (!body) return status === 304 || !schema ? [] : [`status ${status} without a body`]
      if (!type.includes('json')) return /vnd\.github[.\w]*\.?(diff|patch|sha|raw)/.test(type) ? [] : [`unexpected content type ${type}`]
      if (documented && !schema && status < 300) return [`status ${status} must have no body`]
      // Errors list alternatives that all admit the plain error object, so `oneOf` can never hold for them.
      const wanted: Schema = status >= 400 && schema?.['oneOf'] ? {anyOf: schema['oneOf']} : schema ?? {
        $ref: '#/components/schemas/basic-error'
      }
      return compile(version).check(`response ${id} ${schema ? status : 'error'}`, wanted, JSON.parse(body))
        .map((e) => `response ${status}${e}`)
    },
  }
}

/** Slashes inside `{ref}` and its like may come raw or encoded. */
const pattern = (template: string): RegExp => new RegExp(`^${template.replace(/\/\{(\w+)\}/g, (_, name: string) =>
  name === 'path' ? '(?:/.*)?' : ['ref', 'branch', 'basehead', 'name'].includes(name) ? '/.+' : '/[^/]+')}$`)

function compiler(spec: Spec, dropped: readonly string[]): {
  check(key: string, schema: Schema, value: unknown, coerce?: boolean): string[]
} {
  const make = (coerceTypes: boolean): Ajv => {
    // compiled anew in every test file that talks to a sandbox: references as calls, and no second pass over the code, halve that
    const ajv = new Ajv({inlineRefs: false, code: {optimize: false}, strict: false, allErrors: true, coerceTypes, logger: false})
    ;(formats as unknown as {default?: (a: Ajv) => void} & ((a: Ajv) => void))(ajv)
    ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/)
    ajv.addSchema({$id: 'github', components: rewrite(spec.components, dropped)})
    return ajv
  }
  const cache = new Map<string, ValidateFunction>()
  let strict: Ajv | undefined
  let loose: Ajv | undefined
  return {
    check(key, schema, value, coerce = false) {
      const ajv = coerce ? loose ??= make(true) : strict ??= make(false)
      let validate = cache.get(key)
      if (validate === undefined) {
        const inner = rewrite(schema, dropped) as Schema
        validate = ajv.compile(coerce ? {type: 'object', properties: {value: inner}} : inner)
        cache.set(key, validate)
      }
      return validate(value) ? [] : (validate.errors ?? []).map(print).slice(0, 12)
    },
  }
}

const print = (e: ErrorObject): string =>
  `${e.instancePath} ${e.message ?? e.keyword}${e.keyword === 'additionalProperties' ? `: ${String(e.params['additionalProperty'])}` : ''}`

/** OpenAPI 3.0 to JSON Schema: `nullable`, also where no type stands beside it, and references into the registered document. */
function rewrite(node: unknown, dropped: readonly string[]): unknown {
  if (Array.isArray(node)) return node.map((item) => rewrite(item, dropped))
  if (typeof node !== 'object' || node === null) return node
  const {nullable, ...rest} = node as Json & {nullable?: unknown}
  const out: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, rewrite(value, dropped)]))
  if (typeof out['$ref'] === 'string') out['$ref'] = out['$ref'].replace(/^#\//, 'github#/')
  if (Array.isArray(out['required'])) out['required'] = (out['required'] as string[]).filter((name) => !dropped.includes(name))
  if (nullable !== true) return typeof nullable === 'object' ? {...out, nullable: rewrite(nullable, dropped)} : out
  if (typeof out['type'] === 'string' && !out['$ref'] && !out['allOf'] && !out['oneOf'] && !out['anyOf']) {
    return {...out, type: [out['type'], 'null'], ...(Array.isArray(out['enum']) && {enum: [...(out['enum'] as unknown[]), null]})}
  }
  return {anyOf: [out, {type: 'null'}]}
}

/** Wraps a fetch: throws an Error that lists every violation of the contract by the request or its answer. */
export function validatingFetch(
  inner: typeof fetch, options: {contract?: ReturnType<typeof createContract>; seen?: Set<string>} = {}
): typeof fetch {
  const contract = options.contract ?? createContract()
  return async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const where = `${request.method} ${url.pathname}`
    const found = contract.find(request.method, url.pathname.replace(/^\/api\/v3/, ''))
    if (!found) throw violation(where, ['unknown operation'])
    options.seen?.add(found.id)
    const body = await request.clone().text()
    const wrong = contract.request(found, url, body)
    if (wrong.length > 0) throw violation(where, wrong)
    const response = await inner(request)
    const version = request.headers.get('x-github-api-version') ?? '2022-11-28'
    const bad = contract.response(
      found, response.status, response.headers.get('content-type') ?? '', await response.clone().text(), version
    )
    if (bad.length > 0) throw violation(where, bad)
    return response
  }
}

const violation = (where: string, list: readonly string[]): Error => new Error(
  `GitHub's contract is broken by ${where}:\n${list.map((v) => `  - ${v}`).join('\n')}`
)
