// Figures as a table for a terminal and for the page that is kept.

/** Columns by mode; `errs` is the mean of several seeds. */
const MODES = {off: 'off', fallback: 'fallback', on: 'on', errs: 'on, erring'}
const BEGIN = '<!-- bench:decide -->'
const END = '<!-- /bench:decide -->'

const number = (value) => Number.isInteger(value) ? String(value) : value.toFixed(1)
const usd = (value) => `$${value.toFixed(2)}`
const each = ({merged, usd: spent}) => merged === 0 ? 'nothing merged' : usd(spent / merged)

const KEYS = ['children', 'merged', 'spawns', 'decides', 'work', 'usd']
const sum = (results, mode) =>
  Object.fromEntries(KEYS.map((key) => [key, results.reduce((total, {modes}) => total + modes[mode][key], 0)]))

/** What asking a model did to an epic against not asking at all: children count first, then money. */
export function verdict({off, on}) {
  const more = on.merged - off.merged
  const cost = Math.round((on.usd - off.usd) * 100) / 100
  const money = cost === 0 ? 'at the same cost' : cost < 0 ? `${usd(-cost)} less` : `${usd(cost)} more`
  if (more !== 0) return `${more > 0 ? 'pays' : 'harms'}: ${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'} merged, ${money}`
  return cost < 0 ? `pays: ${money}` : `does not pay: ${money}`
}

const HEAD = ['scenario', 'mode', 'merged', 'spawns', 'of them work', 'of them decide', 'dollars', 'per merged child']
const cells = (name, mode, f) =>
  [name, MODES[mode], `${number(f.merged)} of ${f.children}`, number(f.spawns), number(f.work), number(f.decides), usd(f.usd), each(f)]

const rowsOf = (results) => [
  ...results.flatMap(({name, modes}) => Object.entries(modes).map(([mode, figures]) => cells(name, mode, figures))),
  ...Object.keys(MODES).map((mode) => cells('all', mode, sum(results, mode))),
]
const verdicts = (results) => results.map(({name, title, modes}) => [name, title, verdict(modes)])
const erringText = ({rate, seeds}) => `"on, erring": each answer is wrong with probability ${rate}; mean of seeds 1 to ${seeds}.`

export function asText(results, options) {
  const table = (rows) => {
    const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
    return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd()).join('\n')
  }
  return [table([HEAD, ...rowsOf(results)]), table(verdicts(results)), erringText(options)].join('\n\n')
}

export function asMarkdown(results, options) {
  const line = (row) => `| ${row.join(' | ')} |`
  const table = (head, rows) =>
    [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(([name, ...rest]) => line([`\`${name}\``, ...rest]))].join('\n')
  return [
    `${erringText(options)}\n`, `${table(HEAD, rowsOf(results))}\n`,
    'On against off:\n', `${table(['scenario', 'what fails', 'asking a model'], verdicts(results))}\n`,
  ].join('\n')
}

/** The page with the part between its markers replaced. */
export function between(page, text) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from === -1 || to < from) throw new Error(`the page needs ${BEGIN} and ${END}, each on a line of its own`)
  return `${page.slice(0, from + BEGIN.length)}\n${text}${page.slice(to)}`
}
