/** GitHub answered, and the answer is no. `errors` are the entries of a 422, a phrase each. Redirects count: pilot never follows one. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, message: string, errors: readonly string[] = [], headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
    this.headers = headers
  }

  /** GitHub's own words, the entries of errors[] included. */
  get words(): string { return [this.message, ...this.errors].join('; ') }
}

/**
 * No answer, or none that tells whether the request was carried out.
 * `unreachable` and `unresolved` are certain: nothing was sent. `unresolved` may pass by itself (busy name server, slow connecting).
 */
export type Silence = 'unreachable' | 'unresolved' | 'cut' | 'timeout' | 'server' | 'garbled'
export class NoAnswer extends Error {
  readonly why: Silence
  constructor(why: Silence, message: string) {
    super(message)
    this.name = 'NoAnswer'
    this.why = why
  }

  get neverSent(): boolean { return this.why === 'unreachable' || this.why === 'unresolved' }
}
export type Failure = Refusal | NoAnswer

const PASSING = ['EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_INVALID_URL']

type Loose = {name?: unknown; message?: unknown; code?: unknown; cause?: unknown; status?: unknown; response?: unknown}
const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? value : {})

/** The error itself and what caused it, outermost first. Node hides the interesting code two causes deep. */
function chain(error: unknown): Loose[] {
  const all: Loose[] = []
  for (let at = error; typeof at === 'object' && at !== null && all.length < 6; at = loose(at).cause) all.push(loose(at))
  return all
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function phrase(entry: unknown): string {
  if (typeof entry === 'string') return entry
  const e = loose(entry) as Loose & {resource?: unknown; field?: unknown; value?: unknown}
  const where = [text(e.resource), text(e.field)].filter((part) => part !== '').join('.')
  const what = text(e.message) === '' ? text(e.code).replaceAll('_', ' ') : text(e.message)
  return [where, what].filter((part) => part !== '').join(': ')
}

/** GitHub's answer with a status that is no success → Refusal, or NoAnswer for the ones that leave the outcome open. */
export function refusal(status: number, data: unknown, headers: Readonly<Record<string, string>>): Failure {
  const body = loose(data) as Loose & {errors?: unknown}
  const message = text(body.message) === '' ? `HTTP ${status}` : text(body.message)
  if (status >= 500 || status === 408) return new NoAnswer('server', `HTTP ${status} ${text(body.message)}`.trim())
  const errors = Array.isArray(body.errors) ? body.errors.map(phrase) : [phrase(body.errors)]
  return new Refusal(status, message, errors.filter((e) => e !== ''), headers)
}

/** What Octokit threw → Failure. Octokit gives every lost connection the status 500: only a `response` tells a real 500. */
export function failureOf(error: unknown): Failure {
  const {status, response} = loose(error)
  if (typeof status === 'number' && typeof response === 'object' && response !== null) {
    const {data, headers} = response as {data?: unknown; headers?: Record<string, string>}
    return refusal(status, data, headers ?? {})
  }
  const links = chain(error)
  const code = links.map((link) => text(link.code)).find((c) => c !== '') ?? ''
  const message = links.map((link) => text(link.message)).findLast((m) => m !== '') ?? 'no answer'
  if (links.some((link) => link.name === 'TimeoutError' || link.name === 'AbortError')) return new NoAnswer('timeout', 'no answer in time')
  if (PASSING.includes(code)) return new NoAnswer('unresolved', message)
  if (NEVER_SENT.includes(code)) return new NoAnswer('unreachable', message)
  return new NoAnswer('cut', message)
}
