const [BEGIN, END] = ['<!-- bench:cost -->', '<!-- /bench:cost -->']

/** The page with what stands between the marks replaced; the marks come at its end where it has none. Throws for a mark without the other. */
export function putSection(page, text) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  const section = `${BEGIN}\n${text.trim()}\n${END}`
  if (from === -1 && to === -1) return `${page.trimEnd()}${page.trim() === '' ? '' : '\n\n'}${section}\n`
  if (from === -1 || to < from) throw new Error(`the page has only one of ${BEGIN} and ${END}, or in the wrong order`)
  return page.slice(0, from) + section + page.slice(to + END.length)
}
