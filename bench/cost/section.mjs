const [BEGIN, END] = ['<!-- bench:cost -->', '<!-- /bench:cost -->']

/**
 * The page with what stands between the marks replaced. An opening mark alone is a place that was never filled; a page without marks gets a heading, the
 * marks and the text at its end. Throws for a closing mark alone or before the opening one.
 */
export function putSection(page, text) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  const section = `${BEGIN}\n${text.trim()}\n${END}`
  if (to !== -1 && (from === -1 || to < from)) throw new Error(`the page has ${END} without ${BEGIN} before it`)
  if (from === -1) return `${`${page.trimEnd()}\n\n`.trimStart()}## Benchmark\n\n${section}\n`
  return page.slice(0, from) + section + page.slice(to === -1 ? from + BEGIN.length : to + END.length)
}
