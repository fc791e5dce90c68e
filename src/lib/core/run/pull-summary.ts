import {capNeutral} from '../issue/text.js'

/** Longer than a person reads before the diff. Characters. */
const MAX = 2_000

/** A model's answer as the summary of a pull request, cut and unable to close, mention or mark anything; undefined when it is empty. */
export function checkedSummary(answer: string): string | undefined {
  const text = answer.trim().replace(/^```(?:markdown|md|text)?[^\S\n]*\n([^]*?)\n```$/, '$1')
  // its own headings would look like those of the evidence below it
  const plain = text.replace(/^ {0,3}#{1,6}[^\S\n]+(.*)$/gm, (_, title: string) => `**${title.replace(/(?<!#)#+$/, '').trimEnd()}**`)
  const summary = capNeutral(plain.trim(), MAX).trim()
  return summary === '' ? undefined : summary
}
