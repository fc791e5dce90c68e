// Labelled issues, one JSON object a line, and the two folds they are judged in.
import {createHash} from 'node:crypto'

export const LEVELS = ['trivial', 'simple', 'medium', 'complex', 'epic']
export const FOLDS = ['seen', 'held', 'all']
export const FORMAT = 'one JSON object a line: {"id": "a1", "title": "…", "body": "…", "gh_labels": [], "labels": {"complexity": "trivial|simple|medium|complex|epic", '
  + '"decompose": true, "split_count_min": 2, "split_count_max": 4}, "acceptable_complexity": ["medium"]}; `gh_labels` and `acceptable_complexity` may be left out'

/** `seen` (about 60 %) is what rules may be learned from, `held` is only counted. Decided by the id alone, so an issue never changes sides. */
export const foldOf = (id) => createHash('sha256').update(id).digest().readUInt32BE(0) % 5 < 3 ? 'seen' : 'held'

const isText = (value) => typeof value === 'string'
const isCount = (value) => Number.isInteger(value) && value >= 1

/** What is wrong with one row; empty when it can be scored. */
function faultsOf(row) {
  if (typeof row !== 'object' || row === null) return ['no JSON object']
  const {labels} = row
  return [
    isText(row.id) || 'id', isText(row.title) || 'title', isText(row.body ?? '') || 'body',
    LEVELS.includes(labels?.complexity) || 'labels.complexity', typeof labels?.decompose === 'boolean' || 'labels.decompose',
    isCount(labels?.split_count_min) || 'labels.split_count_min', isCount(labels?.split_count_max) || 'labels.split_count_max',
    (row.acceptable_complexity ?? []).every?.((level) => LEVELS.includes(level)) || 'acceptable_complexity',
    (row.gh_labels ?? []).every?.(isText) || 'gh_labels',
  ].filter((fault) => fault !== true)
}

const jsonOf = (line) => {
  try {
    return JSON.parse(line)
  } catch {
    // named with its line by the caller, as every other fault
    return null
  }
}

/** The issues of a data file with their truth; a bad line is an error that names all of them. */
export function readIssues(text) {
  const rows = text.split('\n').map((line, i) => ({line, at: i + 1})).filter(({line}) => line.trim() !== '')
    .map(({line, at}) => ({row: jsonOf(line), at}))
  const bad = rows.map(({row, at}) => ({at, faults: faultsOf(row)})).filter(({faults}) => faults.length > 0)
  if (bad.length > 0) throw new Error(bad.slice(0, 10).map(({at, faults}) => `line ${at}: ${faults.join(', ')}`).join('\n'))
  return rows.map(({row}) => ({
    id: row.id, title: row.title, body: row.body ?? '', labels: row.gh_labels ?? [], fold: foldOf(row.id),
    truth: {
      complexity: row.labels.complexity, decompose: row.labels.decompose,
      acceptable: [...new Set([row.labels.complexity, ...(row.acceptable_complexity ?? [])])],
      parts: [row.labels.split_count_min, row.labels.split_count_max],
    },
  }))
}
