// A tool server on stdio with twenty tools, of the size that servers for trackers and wikis have. Lists them; is never called.
import {createInterface} from 'node:readline'

const name = process.argv[2] ?? 'tracker'
const THINGS = ['ticket', 'comment', 'page', 'attachment', 'project']
const VERBS = {
  create: 'Creates a', update: 'Changes fields of a', search: 'Finds by text, author, state and time each', list: 'Lists, newest first, every',
}
const text = (description) => ({type: 'string', description})
const tools = Object.entries(VERBS).flatMap(([verb, does]) => THINGS.map((thing) => ({
  name: `${verb}_${thing}`,
  description: `${does} ${thing} of ${name}. Answers the ${thing} with its id, its address, its author and the time of the last change. Fails when the ${thing} is not there or you may not see it. `
    + 'Results come in pages; pass the cursor of the last page to get the next one. Use it when the user names the thing by key or address.',
  inputSchema: {type: 'object', required: ['workspace'], properties: {
    workspace: text(`Key of the workspace that the ${thing} belongs to`), id: text(`Id or key of the ${thing}`), query: text('Text to look for; quotes keep words together'),
    fields: {type: 'object', description: 'Values by field name', additionalProperties: true}, cursor: text('Cursor of the last page'), limit: {type: 'integer', minimum: 1, maximum: 100, description: 'Entries a page'},
  }},
})))

const ANSWERS = {
  initialize: ({protocolVersion}) => ({protocolVersion, capabilities: {tools: {}}, serverInfo: {name, version: '1.0.0'}}),
  'tools/list': () => ({tools}),
  ping: () => ({}),
}
createInterface({input: process.stdin}).on('line', (line) => {
  const {id, method, params} = JSON.parse(line)
  if (id === undefined) return
  const answer = ANSWERS[method]
  const result = answer === undefined ? {error: {code: -32601, message: 'no such method'}} : {result: answer(params)}
  console.log(JSON.stringify({jsonrpc: '2.0', id, ...result}))
})
