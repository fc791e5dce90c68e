import {jsonOf} from './json.js'

/**
 * The JSON value in a model's answer: the whole text, else the last fenced block, else the outermost braces.
 * undefined when there is none. Linear in the length of the text.
 */
export function jsonIn(text: string): unknown {
  const fenced = [...text.matchAll(/```(?:json)?[^\S\n]*\n([^]*?)\n[^\S\n]*```/g)].at(-1)?.[1]
  const open = text.indexOf('{')
  const close = text.lastIndexOf('}')
  const braces = open !== -1 && close > open ? text.slice(open, close + 1) : undefined
  for (const candidate of [text, fenced, braces]) {
    if (candidate === undefined) continue
    const value = jsonOf(candidate)
    if (typeof value === 'object' && value !== null) return value
  }
  return undefined
}
