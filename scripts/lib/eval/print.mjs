// The numbers as text for a terminal and as a table for the README.
import {LEVELS} from './issues.mjs'

const two = (value) => value === null ? '–' : value.toFixed(2)
const ms = (value) => value === null ? '–' : `${value.toFixed(1)} ms`
const pad = (text, width) => String(text).padEnd(width)

function confusionText(confusion) {
  const head = `  ${pad('truth \\ said', 14)}${LEVELS.map((level) => pad(level, 9)).join('')}`
  return [head, ...confusion.map((row, i) => `  ${pad(LEVELS[i], 14)}${row.map((n) => pad(n === 0 ? '·' : n, 9)).join('')}`)].join('\n')
}

const agreementText = (name, {precision, recall, f1, wrong, missed}) =>
  `  ${pad(name, 14)}precision ${two(precision)}  recall ${two(recall)}  F1 ${two(f1)}  (${wrong} wrong, ${missed} missed)`

/** One fold, for a terminal. */
export function foldText(fold, {issues, crashes, confusion, level, eligible, short, ceiling, open, split, ms: time}) {
  return [
    `${fold}: ${issues} issues, ${crashes} crashes`, '',
    confusionText(confusion), '',
    `  ${pad('level', 14)}exact ${two(level.exact)}  within one ${two(level.within)}  acceptable ${two(level.acceptable)}`,
    agreementText('decompose', eligible),
    `  ${pad('', 14)}${short} of ${split.of} to split have fewer words than min_description_words; with every level as labelled recall is ${two(ceiling)}`,
    agreementText('gates open', open),
    `  ${pad('split points', 14)}${split.asRead} of ${split.of} counts as labelled, ${split.capped} when capped at ${split.cap}, ${split.none} without any`,
    `  ${pad('time', 14)}mean ${ms(time.mean)}  p99 ${ms(time.p99)}  slowest at 60 KB ${ms(time.long)}`,
  ].join('\n')
}

const saidText = ({crash, complexity, open, eligible, code, points, reason}) => crash !== undefined ? `crash: ${crash}`
  : `${complexity}, split ${eligible ? 'yes' : `no (${code}${open ? '; yes with gates open' : ''})`}, ${points} points: ${reason}`

/** The worst misses, one issue in two lines. */
export const missesText = (fold, misses) => [`${misses.length} worst misses of ${fold}`, '', ...misses.flatMap(({id, title, truth, got}) => [
  `  ${id}  ${title.replace(/\s+/g, ' ').slice(0, 90)}`,
  `      truth ${truth.acceptable.join('/')}, split ${truth.decompose ? `yes (${truth.parts.join('..')})` : 'no'}; said ${saidText(got)}`,
])].join('\n')

/** The table of the README. Times are left out: they differ from run to run. */
export function markdownTable(scores) {
  const cells = (fold, {issues, eligible, short, ceiling, open, level, split, crashes}) => [
    fold, issues, split.of, short, two(eligible.precision), two(eligible.recall), two(ceiling), two(open.precision), two(open.recall), two(level.exact), two(level.within),
    `${split.capped} of ${split.of}`, crashes,
  ]
  const rows = [
    ['fold', 'issues', 'to split', 'too short', 'precision', 'recall', 'with right levels', 'gates open: precision', 'recall', 'level exact', 'within one', 'number of parts', 'crashes'],
    Array.from({length: 13}, (_, i) => i === 0 ? '---' : '---:'),
    ...Object.entries(scores).map(([fold, score]) => cells(fold, score)),
  ]
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n')
}
