import {SHORTEST} from './secrets.js'

/** Token shapes that are secret wherever they come from: GitHub, OpenAI and Anthropic style keys, Slack. */
const SHAPES = [
  'gh[opsur]_[A-Za-z0-9_]{8,}(?:\\.[A-Za-z0-9_-]+)*',
  'github_pat_[A-Za-z0-9_]{8,}',
  // a digit is asked for, or words like "task-…" and "sk-learn-…" would go
  '(?<![A-Za-z0-9])sk-(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{16,}',
  'xox[a-z]-[A-Za-z0-9-]{8,}',
]

export const MASK = '***'

/**
 * Base64 of a secret wherever it starts inside a longer text: each of the three alignments, without the characters that
 * also carry a neighbour's bits. `Authorization: Basic base64(x-access-token:TOKEN)` is how tokens usually leak.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '')
    const form = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** A private key leaks line by line; its BEGIN and END lines are no secret. */
const linesOf = (secret: string): string[] =>
  secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= SHORTEST && !line.startsWith('-----'))

const formsOf = (secret: string): string[] => {
  const plain = [...new Set([secret, secret.trim(), ...linesOf(secret)])].filter((value) => value.length >= SHORTEST)
  const inUrl = (value: string): string => encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\uFFFD'))
  return plain.flatMap((value) => [value, inUrl(value), JSON.stringify(value).slice(1, -1), ...base64Forms(value)])
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** A function that replaces every form of the given secrets (as is, url-encoded, base64, JSON-escaped) and every token shape by `***`. */
export function maskSecrets(secrets: readonly string[]): (text: string) => string {
  // the longest first: a secret that contains another one goes as a whole
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  const pattern = new RegExp([...forms.map(escape), ...SHAPES].join('|'), 'g')
  return (text) => text.replace(pattern, MASK)
}

/** Our own keys are plain words; anything else may have come from outside. */
const OWN_KEY = /^[a-z][A-Za-z]*$/

/** The same on every string of a JSON value, so that a secret made of digits or quotes cannot break the document. */
export function maskJson(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask))
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function') return maskJson((value as {toJSON(): unknown}).toJSON(), mask)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [OWN_KEY.test(key) ? key : mask(key), maskJson(item, mask)]))
}
