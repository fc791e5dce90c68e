/** A value that begins somewhere in a text. `open` holds the objects and lists that the text ends inside of: they may lack members. */
export type LooseValue = {value: unknown; end: number; open: ReadonlySet<unknown>}

const DEPTH = 64
const WORDS: Readonly<Record<string, unknown>> = {true: true, false: false, null: null, True: true, False: false, None: null}
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', b: '\b', f: '\f'}

/**
 * Reads the object or list that begins at `at`, in JSON or in what models write for it: comments, trailing and forgotten commas, single quotes,
 * bare keys, raw newlines and unescaped quotes in texts, an end that is missing. Without `value` it is none of that; `end` says how far was looked.
 */
export function looseJson(text: string, at: number): LooseValue | {end: number} {
  const reader = new Reader(text, at)
  const value = reader.container(0)
  return value === undefined ? {end: reader.at} : {value, end: reader.at, open: reader.open}
}

class Reader {
  readonly open = new Set<unknown>()
  readonly text: string
  at: number
  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }

  /** An object or list; undefined when it is none. */
  container(depth: number): Record<string, unknown> | unknown[] | undefined {
    if (depth > DEPTH) return undefined
    return this.text[this.at] === '{' ? this.members({}, '}', depth) : this.members([], ']', depth)
  }

  private members<T extends Record<string, unknown> | unknown[]>(into: T, close: string, depth: number): T | undefined {
    this.at += 1
    this.open.add(into)
    for (let first = true; ; first = false) {
      const line = this.skip()
      let separated = first || line
      for (; this.text[this.at] === ','; this.skip()) { this.at += 1; separated = true }
      const char = this.text[this.at]
      if (char === undefined) return into
      if (char === close) { this.at += 1; this.open.delete(into); return into }
      if (!separated) return undefined
      const key = Array.isArray(into) ? '' : this.key()
      if (key === undefined) return undefined
      if (this.at >= this.text.length) return into
      const value = this.value(depth)
      if (value === undefined) return undefined
      if (Array.isArray(into)) into.push(value)
      else Object.defineProperty(into, key, {value, enumerable: true, configurable: true, writable: true})
    }
  }

  /** A key with its colon; at the end of the text whatever there is. */
  private key(): string | undefined {
    const quote = this.text[this.at]
    const key = quote === '"' || quote === "'" ? this.string(quote) : this.match(/[\p{L}_$][\p{L}\p{N}_$-]{0,80}/uy)
    this.skip()
    if (key === undefined || this.at >= this.text.length) return key
    if (this.text[this.at] !== ':') return undefined
    this.at += 1
    this.skip()
    return key
  }

  private value(depth: number): unknown {
    const char = this.text[this.at]
    if (char === '{' || char === '[') return this.container(depth + 1)
    if (char === '"' || char === "'") return this.string(char)
    const word = this.match(/[\w.+-]{1,40}/y)
    if (word === undefined) return undefined
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    return /^[+-]?\d/.test(word) && Number.isFinite(Number(word)) ? Number(word) : this.at >= this.text.length ? null : undefined
  }

  /** Ends at a quote that a colon, a comma, a bracket, a new line or the end follows: another one is a quote inside the text. */
  private string(quote: string): string {
    const parts: string[] = []
    let from = this.at + 1
    for (let i = from; i < this.text.length; i++) {
      const char = this.text[i]!
      if (char === '\\') {
        const next = this.text[i + 1] ?? ''
        const code = next === 'u' ? /^[0-9a-f]{4}/i.exec(this.text.slice(i + 2, i + 6))?.[0] : undefined
        parts.push(this.text.slice(from, i), code === undefined ? ESCAPES[next] ?? next : String.fromCharCode(Number.parseInt(code, 16)))
        i += code === undefined ? 1 : 5
        from = i + 1
      } else if (char === quote && /^(?:[^\S\n]{0,200}(?:[,:}\]\n]|\/\/|$))/.test(this.text.slice(i + 1, i + 203))) {
        this.at = i + 1
        return parts.join('') + this.text.slice(from, i)
      }
    }
    this.at = this.text.length
    return parts.join('') + this.text.slice(from)
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  /** Past space and comments; whether a line ended on the way. */
  private skip(): boolean {
    const start = this.at
    for (;;) {
      this.match(/\s+/y)
      if (this.match(/(?:\/\/|#)[^\n]*/y) !== undefined) continue
      if (!this.text.startsWith('/*', this.at)) return this.text.slice(start, this.at).includes('\n')
      const close = this.text.indexOf('*/', this.at)
      this.at = close < 0 ? this.text.length : close + 2
    }
  }
}
