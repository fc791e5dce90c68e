// How well the built `classify` judges labelled issues, by rules alone. The data is no part of the project: --data FILE, PILOT_EVAL_DATA, or
// ../shared/data/issues-dev.jsonl beside the repository.
//   node scripts/eval-classify.mjs [--data FILE] [--fold seen|held|all] [--misses seen|held|all] [--set decompose.KEY=VALUE] [--json]
//   node scripts/eval-classify.mjs --write|--check [README.md]   puts the table between the markers, or fails when another one stands there
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {parseArgs} from 'node:util'
import {FOLDS, FORMAT, readIssues} from './lib/eval/issues.mjs'
import {foldText, markdownTable, missesText} from './lib/eval/print.mjs'
import {scoreOf, worstOf} from './lib/eval/score.mjs'
import {isBuilt} from './lib/fresh.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const LONG_BODY = 60 * 1024
const MARKERS = ['<!-- eval:classify -->', '<!-- /eval:classify -->']
class Refused extends Error {}

const load = (file) => import(pathToFileURL(join(root, 'dist/lib/core', file)).href)

function dataText(flag) {
  const named = flag ?? process.env.PILOT_EVAL_DATA
  const file = named ?? join(root, '../shared/data/issues-dev.jsonl')
  if (!existsSync(file)) throw new Refused(`${named === undefined ? 'no data: give --data FILE or PILOT_EVAL_DATA' : `${named} is not there`}\n${FORMAT}`)
  return readFileSync(file, 'utf8')
}

/** Default settings with `decompose.KEY=VALUE` laid over them, checked by the product's own schema. */
async function settingsWith(sets) {
  const [{DEFAULTS}, {writtenSchema}] = await Promise.all([load('config/defaults.js'), load('config/written.js')])
  const written = Object.fromEntries(sets.map((set) => {
    const [, key, value] = /^decompose\.(\w+)=(.+)$/.exec(set) ?? []
    if (key === undefined) throw new Refused(`--set ${set}: expected decompose.KEY=VALUE`)
    return [key, /^(?:true|false|[0-9]+)$/.test(value) ? JSON.parse(value) : value]
  }))
  const read = writtenSchema.safeParse({version: 1, decompose: written})
  if (!read.success) throw new Refused(read.error.issues.map(({path, message}) => `--set ${path.join('.')}: ${message}`).join('\n'))
  return {...DEFAULTS.decompose, ...written}
}

/** Processor time: the clock on the wall also counts what else the machine does. */
function msOf(run) {
  const from = process.cpuUsage()
  run()
  const {user, system} = process.cpuUsage(from)
  return (user + system) / 1000
}

/** What `classify` says of one issue: with the settings, with the two gates that settings own open, and with its body drawn out to 60 KB. Of three runs the quickest is timed. */
function judge(classify, settings, {title, body, labels}) {
  const issue = {number: null, title, body, labels}
  const long = {...issue, body: `${body}\n`.repeat(Math.ceil(LONG_BODY / (body.length + 1))).slice(0, LONG_BODY)}
  const quickest = (input) => Math.min(...[1, 2, 3].map(() => msOf(() => classify(input, settings))))
  try {
    const {complexity, reason, decompose: {eligible, code}, signals} = classify(issue, settings)
    const open = classify(issue, {...settings, min_complexity: 'trivial', min_description_words: 0}).decompose.eligible
    return {complexity, reason, eligible, code, open, points: signals.splitPoints, words: signals.words, ms: quickest(issue), longMs: quickest(long)}
  } catch (error) {
    // a crash is a result here, and counted as one
    return {crash: error instanceof Error ? error.message : String(error)}
  }
}

function withTable(text, table) {
  const [from, to] = MARKERS.map((marker) => text.indexOf(marker))
  if (from < 0 || to < from) throw new Refused(`no ${MARKERS.join(' … ')} to put the table between`)
  return `${text.slice(0, from + MARKERS[0].length)}\n${table}\n${text.slice(to)}`
}

/** Exit code of `--write` and `--check`. */
function document(values, file, table) {
  const text = readFileSync(file, 'utf8')
  const wanted = withTable(text, table)
  if (values.write) {
    writeFileSync(file, wanted)
    return 0
  }
  if (text === wanted) return 0
  console.error(`eval:classify: the table in ${file} is not what the rules score; run: npm run eval:classify -- --write ${file}`)
  return 1
}

function chosen(flag, value) {
  if (value !== undefined && !FOLDS.includes(value)) throw new Refused(`--${flag} ${value}: expected ${FOLDS.join(', ')}`)
  return value
}

async function main() {
  const {values, positionals} = parseArgs({allowPositionals: true, options: {
    data: {type: 'string'}, fold: {type: 'string'}, misses: {type: 'string', default: 'seen'}, set: {type: 'string', multiple: true, default: []},
    json: {type: 'boolean'}, write: {type: 'boolean'}, check: {type: 'boolean'},
  }})
  const folds = [chosen('fold', values.fold) ?? FOLDS].flat()
  const missFold = chosen('misses', values.misses)
  if (!isBuilt(root)) throw new Refused('dist is missing or older than src; run: npm run build')
  const issues = readIssues(dataText(values.data))
  const [{classify}, settings] = await Promise.all([load('classify/classify.js'), settingsWith(values.set)])
  const judged = issues.map((issue) => ({...issue, got: judge(classify, settings, issue)}))
  const of = (fold) => judged.filter((item) => fold === 'all' || item.fold === fold)
  const scores = Object.fromEntries(folds.map((fold) => [fold, scoreOf(of(fold), settings)]))
  if (values.write || values.check) return document(values, positionals[0] ?? join(root, 'README.md'), markdownTable(scores))
  const misses = worstOf(of(missFold), 10)
  if (values.json) {
    const worst = misses.map(({id, title, truth, got}) => ({id, title, truth, got}))
    console.log(JSON.stringify({settings, scores, misses: {fold: missFold, worst}}, null, 2))
  } else console.log([...folds.map((fold) => foldText(fold, scores[fold])), missesText(missFold, misses)].join('\n\n'))
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Refused || error?.code?.startsWith?.('ERR_PARSE_ARGS'))) throw error
  console.error(`eval:classify: ${error.message}`)
  process.exitCode = 2
}
