// The backlog: issues of five sizes, what goes wrong with some, and the transcripts of everybody who works on them.
import {functionText, listMark, listText, moduleMark, testMark, testText} from './project.mjs'

const say = (text) => [{text}]
const call = (text, tool, input) => [{text}, {tool, input}]
const read = (text, path, more = {}) => call(text, 'Read', {file_path: `{cwd}/${path}`, ...more})
const edit = (text, path, old, fresh) => call(text, 'Edit', {file_path: `{cwd}/${path}`, old_string: old, new_string: fresh})
const bash = (text, command, description) => call(text, 'Bash', {command, description})
const spot = (part, ...rest) => ({...part, rest})

/** A new function: where, its name, the field it looks at. */
const part = (place, name, field) => ({area: place.split('/')[0], module: place.split('/')[1], name, field})
const fileOf = ({area, module}) => `src/${area}/${module}.js`
const testOf = ({area, module}) => `test/${area}-${module}.test.mjs`

/** Reading before anything is changed: one search, then the files that the work is about, then as many more as the issue needs. */
function explore({parts, reads}) {
  const own = [...new Set(parts.flatMap((one) => [fileOf(one), testOf(one)]))]
  return [
    bash(`I will look at where ${parts[0].module} is used.`, `grep -rniE "function \\w*${parts[0].module}" src docs`, 'Search for functions of the module'),
    ...own.map((path) => read(`Reading ${path}.`, path)),
    ...reads.map((path) => read(`${path} may show the conventions for this; reading it.`, path)),
    read('The list of functions has to be kept up to date; looking at it.', 'docs/api.md'),
  ]
}

const addCode = (one, text = functionText(one.name, one.field)) =>
  edit(`Adding ${one.name} to ${fileOf(one)}, in the form of the functions beside it.`, fileOf(one), moduleMark(one.area, one.module), `${moduleMark(one.area, one.module)}\n${text}`)
const addTest = (one) => edit(`A test for ${one.name}: every value once, archived records left out, the limit.`, testOf(one), testMark(one.area, one.module),
  `${testMark(one.area, one.module)}import {${one.name}} from '../src/${one.area}/${one.module}.js'\n\n${testText(one.name, one.field)}\n`)
const addList = (one, text = listText(one.name, one.field)) =>
  edit(`Listing ${one.name} in docs/api.md.`, 'docs/api.md', listMark(one.area, one.module), `${listMark(one.area, one.module)}\n${text}`)
const runTests = (one) => bash('Running the tests of this module.', `node test/run.mjs ${one.area}-${one.module}`, 'Run the tests of one module')
const runAll = () => bash('Now everything, and the linter.', 'npm test && npm run lint', 'Run all tests and the linter')
const done = ({parts}) => say(`Added ${parts.map((one) => `\`${one.name}\` to ${fileOf(one)}`).join(', ')}. Each counts the records by one field, leaves archived ones out, sorts the `
  + 'most frequent first and takes a limit, as the functions beside it do. Each has a test, and docs/api.md lists them. The tests and the linter pass.')

/** The work as it should be: explore, then code, test and list for each part, then one run of everything. */
const work = (item) => [...explore(item), ...build(item), runAll(), done(item)]
const build = ({parts}) => parts.flatMap((one) => [addCode(one), addTest(one), runTests(one), addList(one)])

/** First rounds that are wrong in one way, with the rounds that mend it in the same session. `lint`: what a new session of another model does. */
const FAULTS = {
  // forgets the list, which only the whole test run notices
  verify: (item) => ({
    first: [...explore(item), ...item.parts.flatMap((one) => [addCode(one), addTest(one), runTests(one)]), done(item)],
    mend: [[...item.parts.map((one) => addList(one)), runAll(), say('docs/api.md did not list the new functions; it does now, and all tests pass.')]],
  }),
  lint: (item) => {
    const [one] = item.parts
    const wrong = functionText(one.name, one.field).replace('const found', 'var found')
    const mending = edit('The linter wants const here.', fileOf(one), 'var found = new Map()', 'const found = new Map()')
    return {
      first: [...explore(item), addCode(one, wrong), addTest(one), runTests(one), addList(one), ...build({parts: item.parts.slice(1)}), done(item)],
      mend: [[mending, bash('Checking with the linter.', 'npm run lint', 'Run the linter'), say('Replaced var by const; the linter passes.')]],
      lint: [[read('Looking at the line that the linter names.', fileOf(one)), mending, bash('Checking with the linter.', 'npm run lint', 'Run the linter'), say('Replaced var by const; the linter passes.')]],
    }
  },
  // passes all checks and forgets the archived records
  review: (item) => {
    const [one] = item.parts
    const line = '    if (record.archived === true) continue\n'
    const wrong = functionText(one.name, one.field).replace(line, '')
    const lazyTest = edit(`A test for ${one.name}.`, testOf(one), testMark(one.area, one.module),
      `${testMark(one.area, one.module)}import {${one.name}} from '../src/${one.area}/${one.module}.js'\n\ntest('${one.name} counts', () => {\n  assert.equal(${one.name}([{id: 1}]).length, 1)\n})\n\n`)
    return {
      first: [...explore(item), addCode(one, wrong), lazyTest, runTests(one), addList(one), ...build({parts: item.parts.slice(1)}), runAll(), done(item)],
      mend: [[
        edit('Archived records have to be left out.', fileOf(one), wrong, functionText(one.name, one.field)),
        edit('And the test has to see it.', testOf(one), `test('${one.name} counts', () => {\n  assert.equal(${one.name}([{id: 1}]).length, 1)\n})\n`, testText(one.name, one.field)),
        runAll(), say(`${one.name} leaves archived records out now, and its test checks that.`),
      ]],
    }
  },
  // goes about the list in a wrong way and does not see why, twice: the attempt fails
  attempt: (item) => {
    const [one] = item.parts
    const wrongList = listText(one.name, one.field).replace('(records, {limit})', '(records)')
    return {
      first: [...explore(item), ...item.parts.flatMap((each) => [addCode(each), addTest(each), runTests(each)]), done(item)],
      mend: [
        [...item.parts.map((each) => addList(each, listText(each.name, each.field).replace('(records, {limit})', '(records)'))), say('docs/api.md names the new functions now.')],
        [edit('Perhaps the form of the line is wrong.', 'docs/api.md', wrongList, wrongList.replace('(records)', '(list)')), runTests(one), say('The line reads like its neighbours now.')],
      ],
    }
  },
}

const reviewer = (item, verdict, {sees}) => ({
  look: [...(sees ? [] : [bash('Looking at the change.', 'git status --short && git diff', 'Show the change')]), ...[...new Set(item.parts.map(fileOf))].map((path) => read('Reading the file around the change.', path))],
  ...verdict,
})
const APPROVE = {verdict: 'approve', summary: 'The functions do what the issue asks, in the form of the code around them; tests and list are there.', findings: []}
const reject = (item) => ({
  verdict: 'request_changes', summary: 'Archived records are counted.',
  findings: [{severity: 'blocker', file: fileOf(item.parts[0]), line: 8, message: `${item.parts[0].name} counts records that are archived; the issue asks to leave them out, and the test does not look at it.`}],
})
const asProse = ({verdict, summary, findings}) => `${verdict === 'approve' ? 'APPROVE' : 'REQUEST CHANGES'}\n\n${summary}\n${findings.map(({file, line, message}) => `- ${file}:${line}: ${message}`).join('\n')}`
const reviewOf = (item, verdict, {sees, structured}) => {
  const {look} = reviewer(item, verdict, {sees})
  return [...look, structured ? [{tool: 'StructuredOutput', input: verdict}] : say(asProse(verdict))]
}

const DRAFT = (item) => `Adds ${item.parts.map((one) => `\`${one.name}\``).join(', ')}: how often each value of a field occurs among the records that are not archived, the most frequent first, `
  + 'with a limit. The functions follow the form of those beside them. Tests cover the counting, the archived records and the limit; docs/api.md lists the functions.'
const commitOf = (item) => [say(`feat(${item.parts[0].area}): add ${item.parts.map((one) => one.name).join(', ')}\n\n${DRAFT(item)}`)]
const draftOf = (item) => [say(DRAFT(item))]

const bodyOf = (item) => `${item.why}\n\nAdd ${item.parts.map((one) => `\`${one.name}(records, {limit})\` to \`${fileOf(one)}\`: how often each \`${one.field}\` occurs, the most frequent first`).join('; and ')}.

## Acceptance criteria

- archived records are left out, records without the field count as "(none)"
- at most \`limit\` entries
- every new function has a test and is listed in docs/api.md
`

const WHY = 'People who run the shop keep asking for this number and count by hand in a spreadsheet today, which takes a morning and is wrong half of the time.'
const others = (...places) => places.flatMap((place) => [`src/${place}.js`])

/** Size by what is read and built; `fault`: what goes wrong. */
const ITEMS = [
  {size: 'trivial', title: 'Count invoices by region', parts: [part('billing/invoice', 'regionsOfInvoice', 'region')], reads: []},
  {size: 'trivial', title: 'Count roles by owner', parts: [part('users/role', 'ownersOfRole', 'owner')], reads: []},
  {size: 'simple', title: 'Count payments by currency', parts: [part('billing/payment', 'currenciesOfPayment', 'currency')], reads: others('billing/refund', 'billing/invoice', 'billing/tax')},
  {size: 'simple', title: 'Count refunds by status', fault: 'lint', parts: [part('billing/refund', 'statesOfRefund', 'status')], reads: others('billing/payment', 'orders/returns', 'billing/discount')},
  {size: 'simple', title: 'Count sessions by owner', fault: 'review', parts: [part('users/session', 'ownersOfSession', 'owner')], reads: others('users/account', 'users/consent', 'users/role')},
  {size: 'simple', title: 'Count stock by label', parts: [part('catalog/stock', 'labelsOfStock', 'label')], reads: others('catalog/product', 'catalog/price', 'catalog/category')},
  {size: 'medium', title: 'Count deliveries by region, status and owner', fault: 'verify', reads: others('orders/cart', 'orders/checkout', 'orders/history', 'users/address', 'catalog/stock', 'reports/export'),
    parts: [part('orders/delivery', 'regionsOfDelivery', 'region'), part('orders/delivery', 'statesOfDelivery', 'status'), part('orders/returns', 'ownersOfReturns', 'owner')]},
  {size: 'medium', title: 'Count discounts and taxes by region and currency', fault: 'attempt', reads: others('billing/invoice', 'billing/payment', 'catalog/price', 'orders/checkout', 'reports/monthly', 'reports/summary'),
    parts: [part('billing/discount', 'regionsOfDiscount', 'region'), part('billing/discount', 'currenciesOfDiscount', 'currency'), part('billing/tax', 'currenciesOfTax', 'currency')]},
  {size: 'complex', title: 'Count what the summary page needs in reports and history', reads: others('reports/daily', 'reports/monthly', 'reports/export', 'orders/cart', 'orders/checkout', 'orders/returns', 'billing/invoice', 'billing/payment', 'catalog/product', 'users/account'),
    parts: [part('reports/summary', 'regionsOfSummary', 'region'), part('reports/summary', 'ownersOfSummary', 'owner'), part('reports/trend', 'labelsOfTrend', 'label'), part('reports/trend', 'statesOfTrend', 'status'),
      part('orders/history', 'currenciesOfHistory', 'currency'), part('orders/history', 'labelsOfHistory', 'label')]},
]
const CHILDREN = [
  {size: 'child', title: 'feat(catalog): count products and categories', reads: others('catalog/stock', 'catalog/price', 'catalog/search'),
    parts: [part('catalog/product', 'ownersOfProduct', 'owner'), part('catalog/category', 'labelsOfCategory', 'label')]},
  {size: 'child', title: 'feat(users): count accounts and addresses', reads: others('users/session', 'users/consent', 'users/role'),
    parts: [part('users/account', 'regionsOfAccount', 'region'), part('users/address', 'statesOfAddress', 'status')]},
  {size: 'child', title: 'feat(orders): count carts and checkouts', reads: others('orders/delivery', 'orders/returns', 'orders/history'),
    parts: [part('orders/cart', 'currenciesOfCart', 'currency'), part('orders/checkout', 'ownersOfCheckout', 'owner')]},
]
const EPIC = {
  size: 'epic', title: 'Counts for the dashboard in catalog, users and orders', parts: CHILDREN.flatMap(({parts}) => parts), reads: CHILDREN.flatMap(({reads}) => reads), children: CHILDREN,
  body: `${WHY}\n\nThe dashboard needs counts from three areas. They can be built and merged one by one.\n\n## Tasks\n\n${CHILDREN.map(({title, parts}) =>
    `- [ ] ${title.replace(/^.*: /, '')} in \`src/${parts[0].area}/\`: ${parts.map((one) => `\`${one.name}\` by ${one.field} in \`${fileOf(one)}\``).join(', ')}`).join('\n')}
\n## Acceptance criteria\n\n- archived records are left out, records without the field count as "(none)"\n- every new function has a test and is listed in docs/api.md\n`,
}
/** What the planner reads and answers. */
const PLANNING = {
  look: [
    [{text: 'Which modules are there?'}, {tool: 'Glob', input: {pattern: 'src/**/*.js', path: '{cwd}'}, or: {tool: 'Bash', input: {command: 'ls src/*/*.js', description: 'List the modules'}, or: {tool: 'Read', input: {file_path: '{cwd}/docs/api.md'}}}}],
    ...CHILDREN.flatMap(({parts}) => parts.slice(0, 1)).map((one) => read(`Reading ${fileOf(one)} to see what it offers.`, fileOf(one))),
    read('How are tests run?', 'test/run.mjs'),
  ],
  answer: {
    decision: 'split', reason: 'Three areas that share no file but the list of functions, each with functions of its own.', effort: 'about a day',
    subtasks: CHILDREN.map(({title, parts}, i) => ({
      order: i + 1, title, description: bodyOf({why: WHY, parts}), acceptance: ['archived records are left out', 'every new function has a test and is listed in docs/api.md'],
      dependsOn: [], touches: [`src/${parts[0].area}/**`, `test/${parts[0].area}-*`], complexity: 'medium',
    })),
  },
}

/** A person's list: issues with title, body and what is in their transcripts. `thin`: two of them, for a quick look. */
export const backlog = (thin = false) => [...(thin ? [ITEMS[0], ITEMS[3]] : ITEMS), ...(thin ? [] : [EPIC])].map((item) => ({...item, body: item.body ?? bodyOf({why: WHY, ...item})}))
export {commitOf, draftOf, FAULTS, PLANNING, APPROVE, reject, reviewOf, work}
