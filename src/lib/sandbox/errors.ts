import {type Reply} from './http.js'

const DOCS = 'https://docs.github.com/rest'
export type FieldError = {resource: string; code: string; field?: string; message?: string; value?: string | null}

/** A refusal on its way to becoming an answer: thrown by handlers, rendered by the server. */
export class ApiError extends Error {
  readonly status: number
  readonly extra: {errors?: (FieldError | string)[]; headers?: Record<string, string>; url?: string}
  constructor(status: number, message: string, extra: ApiError['extra'] = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.extra = extra
  }
}

export const errorReply = (e: ApiError): Reply => ({
  status: e.status,
  body: {
    message: e.message, ...(e.extra.errors && {errors: e.extra.errors}), ...(e.extra.url && {url: e.extra.url}),
    documentation_url: DOCS, status: String(e.status),
  },
  ...(e.extra.headers && {headers: e.extra.headers}),
})

export const notFound = (): ApiError => new ApiError(404, 'Not Found')
export const gone = (message = 'This issue was deleted'): ApiError => new ApiError(410, message)
export const unauthenticated = (): ApiError => new ApiError(401, 'Requires authentication')
export const badCredentials = (): ApiError => new ApiError(401, 'Bad credentials')
export const forbidden = (message = 'Resource not accessible by personal access token'): ApiError => new ApiError(403, message)
export const conflict = (message: string): ApiError => new ApiError(409, message)
export const unprocessable = (message: string): ApiError => new ApiError(422, message)

/** GitHub's usual 422: a message and one entry a field in `errors[]`. */
export const invalid = (...errors: FieldError[]): ApiError => new ApiError(422, 'Validation Failed', {errors})
export const missing = (resource: string, field: string): ApiError => invalid({resource, code: 'missing_field', field})
