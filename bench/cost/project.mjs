// The project that the backlog is about, made on the fly: areas with modules of plain functions, tests, a list of all functions, a linter.

const AREAS = {
  billing: ['invoice', 'payment', 'refund', 'discount', 'tax'], catalog: ['product', 'category', 'price', 'stock', 'search'],
  orders: ['cart', 'checkout', 'delivery', 'returns', 'history'], reports: ['daily', 'monthly', 'export', 'summary', 'trend'],
  users: ['account', 'session', 'address', 'consent', 'role'],
}
const VERBS = ['total', 'find', 'group', 'count', 'merge', 'rank', 'split', 'latest']
const FIELDS = ['amount', 'status', 'region', 'owner', 'currency', 'quantity', 'createdAt', 'label']
const capital = (word) => word[0].toUpperCase() + word.slice(1)

/** One function, its test and its line in the list of functions; `name` is new in its module. */
export function functionText(name, field) {
  return `/**
 * ${capital(name)}: looks at the ${field} of every record, leaves out records that are archived, and answers one entry for each distinct value,
 * the largest first. Records without a ${field} count as '(none)'. The list itself is not changed.
 */
export function ${name}(records, {limit = Infinity} = {}) {
  const found = new Map()
  for (const record of records) {
    if (record.archived === true) continue
    const key = record.${field} ?? '(none)'
    const entry = found.get(key) ?? {key, count: 0, ids: []}
    entry.count += 1
    entry.ids.push(record.id)
    found.set(key, entry)
  }
  return [...found.values()].sort((a, b) => b.count - a.count || String(a.key).localeCompare(String(b.key))).slice(0, limit)
}
`
}

export const testText = (name, field) => `test('${name} counts every ${field} once and leaves archived records out', () => {
  const records = [{id: 1, ${field}: 'a'}, {id: 2, ${field}: 'b'}, {id: 3, ${field}: 'a'}, {id: 4, ${field}: 'b', archived: true}, {id: 5}]
  assert.deepEqual(${name}(records).map(({key, count}) => [key, count]), [['a', 2], ['(none)', 1], ['b', 1]])
  assert.deepEqual(${name}(records, {limit: 1}), [{key: 'a', count: 2, ids: [1, 3]}])
})
`
export const listText = (name, field) => `- \`${name}(records, {limit})\`: how often each ${field} occurs, the most frequent first; archived records are left out\n`

/** Lines after which something new is put; each is there once. */
export const moduleMark = (area, module) => `// ${area}/${module}: plain functions over lists of records\n`
export const testMark = (area, module) => `// ${area}/${module}\n`
export const listMark = (area, module) => `## ${area}/${module}\n`

function moduleFiles(area, module, at) {
  // between 4 and 8 functions, so that files are of different sizes
  const functions = VERBS.slice(0, 4 + (at % 5)).map((verb, i) => ({name: `${verb}${capital(module)}`, field: FIELDS[(at + i) % FIELDS.length]}))
  return {
    code: `${moduleMark(area, module)}\n${functions.map(({name, field}) => functionText(name, field)).join('\n')}`,
    test: `${testMark(area, module)}import assert from 'node:assert/strict'\nimport {test} from '../tools/test.mjs'\nimport * as module from '../src/${area}/${module}.js'\n\n`
      + `const {${functions.map(({name}) => name).join(', ')}} = module\n\n${functions.map(({name, field}) => testText(name, field)).join('\n')}`,
    list: `${listMark(area, module)}\n${functions.map(({name, field}) => listText(name, field)).join('')}\n`,
  }
}

const TEST = `const tests = []
export const test = (name, run) => { tests.push({name, run}) }
export function runAll() {
  let failed = 0
  for (const {name, run} of tests) {
    try {
      run()
      console.log('ok - ' + name)
    } catch (error) {
      failed += 1
      console.log('not ok - ' + name + '\\n' + String(error.stack).replace(/^/gm, '    '))
    }
  }
  console.log(tests.length + ' tests, ' + failed + ' failed')
  process.exitCode = failed === 0 ? 0 : 1
}
`
const RUN = `// node test/run.mjs [AREA-MODULE…]: these tests, or all of them
import {readFileSync, readdirSync} from 'node:fs'
import {runAll, test} from '../tools/test.mjs'

const wanted = process.argv.slice(2)
for (const file of readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.mjs'))) {
  if (wanted.length === 0 || wanted.some((name) => file.startsWith(name))) await import('./' + file)
}
if (wanted.length === 0) {
  const list = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8')
  const src = new URL('../src/', import.meta.url)
  for (const area of readdirSync(src)) {
    for (const file of readdirSync(new URL(area + '/', src))) {
      const names = Object.keys(await import(new URL(area + '/' + file, src).href))
      test('docs/api.md lists every function of ' + area + '/' + file, () => {
        const missing = names.filter((name) => !list.includes('\`' + name + '(records, {limit})\`'))
        if (missing.length > 0) throw new Error('docs/api.md does not list ' + missing.join(', '))
      })
    }
  }
}
runAll()
`
const LINT = `import {readFileSync, readdirSync} from 'node:fs'

let found = 0
for (const area of readdirSync('src')) {
  for (const file of readdirSync('src/' + area)) {
    readFileSync('src/' + area + '/' + file, 'utf8').split('\\n').forEach((line, i) => {
      const wrong = /\\bvar\\b/.test(line) ? 'no-var: use const or let' : /\\s$/.test(line) ? 'no-trailing-spaces: spaces at the end of the line' : null
      if (wrong === null) return
      found += 1
      console.log('src/' + area + '/' + file + ':' + (i + 1) + '  error  ' + wrong)
    })
  }
}
console.log(found + ' problems')
process.exitCode = found === 0 ? 0 : 1
`

/** All files of the first commit by path. */
export function projectFiles() {
  const files = {
    'package.json': `${JSON.stringify({name: 'shop', version: '1.0.0', private: true, type: 'module', scripts: {lint: 'node tools/lint.mjs', test: 'node test/run.mjs'}}, null, 2)}\n`,
    'README.md': '# shop\n\nFunctions over the records of a shop, by area. `npm test` runs the tests, `npm run lint` the linter; docs/api.md lists every function.\n',
    'tools/test.mjs': TEST, 'tools/lint.mjs': LINT, 'test/run.mjs': RUN,
  }
  let [at, list] = [0, '# Functions\n\n']
  for (const [area, modules] of Object.entries(AREAS)) {
    for (const module of modules) {
      const made = moduleFiles(area, module, at++)
      files[`src/${area}/${module}.js`] = made.code
      files[`test/${area}-${module}.test.mjs`] = made.test
      list += made.list
    }
  }
  return {...files, 'docs/api.md': list}
}
