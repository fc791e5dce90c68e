import {maskWrapped} from './mask-wrapped.js'
import {SHORTEST} from './secrets.js'

/** Between the parts of a key: line ends, also as a string literal of code or JSON writes them. */
const GAP = String.raw`[\s\\rn"'\`+,]`
/** Of an encrypted key; it ends with its line, or many in one could be read in too many ways. */
const HEADER = String.raw`[A-Z][A-Za-z-]{1,40}: [^\n\\]*(?:\n|(?:\\r)?\\n)`
const NOT_BEFORE = '(?<![A-Za-z0-9])'
const NOT_AFTER = '(?![A-Za-z0-9])'

/**
 * A digit, looked for this far in what may be a key: a search without an end, begun at every prefix, would take the square of a text of prefixes.
 * No key has this many characters without one.
 */
const DIGIT = '(?=[A-Za-z_-]{0,200}[0-9])'

/**
 * Shapes that are secret wherever they come from, which are masked and stop a push: GitHub, OpenAI and Anthropic style keys, Slack, AWS (but the key of
 * Amazon's own examples), npm, GitLab, Google, Hugging Face, Stripe, and private keys with something in them. What is asked for besides the prefix keeps
 * placeholders and ordinary names out. JSON web tokens are no such shape: tests are full of them.
 */
const SHAPES = [
  'gh[opsur]_[A-Za-z0-9_]{8,}(?:\\.[A-Za-z0-9_-]+)*',
  'github_pat_[A-Za-z0-9_]{8,}',
  // a digit is asked for, or words like "task-…" and "sk-learn-…" would go
  `${NOT_BEFORE}sk-${DIGIT}[A-Za-z0-9_-]{16,}`,
  'xox[a-z]-[A-Za-z0-9-]{8,}',
  `${NOT_BEFORE}A[KS]IA(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}${NOT_AFTER}`,
  `${NOT_BEFORE}npm_(?=[A-Za-z]*[0-9])[A-Za-z0-9]{36}${NOT_AFTER}`,
  `${NOT_BEFORE}glpat-${DIGIT}[A-Za-z0-9_-]{20,}(?:\\.[A-Za-z0-9_-]+)*`,
  `${NOT_BEFORE}AIza${DIGIT}[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])`,
  // what signs in for an hour, and what renews it
  `${NOT_BEFORE}ya29\\.${DIGIT}[A-Za-z0-9_-]{20,}`,
  `(?<![A-Za-z0-9/])1//0(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{20,}`,
  `${NOT_BEFORE}hf_(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{34,}${NOT_AFTER}`,
  `${NOT_BEFORE}[sr]k_live_(?=[A-Za-z]*[0-9])[A-Za-z0-9]{16,}`,
  `-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:${GAP}|${HEADER}){0,40}[A-Za-z0-9+/]{32,}(?:${GAP}{1,40}[A-Za-z0-9+/=]{16,})*`
    + `(?:${GAP}{0,40}[A-Za-z0-9+/=]*${GAP}{0,40}-----END [A-Z0-9 ]{0,40}-----)?`,
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

/** Percent-encoded, as programs do it: with or without the slash and the marks that need not be, in capitals or small letters, a space as a plus sign. */
function urlForms(secret: string): string[] {
  const encoded = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\uFFFD'))
  const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = strict.replaceAll('~', '%7E').replaceAll('%2A', '*')
  const written = [encoded, strict, form].flatMap((text) => [text, text.replaceAll('%2F', '/')])
  return written.flatMap((text) => [text, text.replaceAll('%20', '+')]).flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

/** A private key leaks line by line; its BEGIN and END lines are no secret. */
const linesOf = (secret: string): string[] =>
  secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= SHORTEST && !line.startsWith('-----'))

const plainOf = (secret: string): string[] => [...new Set([secret, secret.trim(), ...linesOf(secret)])].filter((value) => value.length >= SHORTEST)

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
/** The longest first: a secret that contains another one goes as a whole. */
const anyOf = (forms: readonly string[], more: readonly string[]): RegExp =>
  new RegExp([...[...new Set(forms)].sort((a, b) => b.length - a.length).map(escape), ...more].join('|'), 'g')

/** A function that replaces every form of the given secrets (as is, url-encoded, base64, JSON-escaped) and every token shape by `***`. */
export function maskSecrets(secrets: readonly string[]): (text: string) => string {
  const plain = secrets.flatMap(plainOf)
  const base64 = plain.flatMap(base64Forms)
  const pattern = anyOf([...plain.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), ...urlForms(value)]), ...base64], SHAPES)
  const wrapped = base64.length === 0 ? null : anyOf(base64, [])
  return (text) => {
    const masked = text.replace(pattern, MASK)
    return wrapped === null ? masked : maskWrapped(masked, wrapped, MASK)
  }
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
