// A model on loopback that plays a script and bills what it received. One conversation at a time.
import {createServer} from 'node:http'
import {biller, blocksOf} from './bill.mjs'

const gateIn = (text) => /^Gate: (\w+)/m.exec(text)?.[1] ?? null
const textOf = (content) => typeof content === 'string' ? content : content.flatMap((block) => block.text ?? []).join('\n')
const answersIn = (content) => Array.isArray(content) ? content.filter(({type}) => type === 'tool_result') : []

/** `price` answers the US dollars of (model, usage). The caller sets the scene with `begin` and reads `requests`. */
export async function openModel(price) {
  const requests = []
  const problems = []
  const bill = biller(price)
  let [scene, gate, turns] = [null, null, []]

  function turnFor(body) {
    const asked = body.messages.findLast(({role}) => role === 'user')
    const answers = answersIn(asked.content)
    const failed = answers.find((one) => one.is_error === true)
    if (failed !== undefined) throw new Error(`${scene.label} ${gate}: a tool call of the transcript failed: ${JSON.stringify(failed.content).slice(0, 500)}`)
    const starts = answers.length === 0
    if (starts) {
      gate = scene.gate ?? gateIn(textOf(asked.content))
      const rounds = scene.script[gate]
      if (rounds === undefined || rounds.length === 0) throw new Error(`${scene.label}: no transcript is left for ${gate}`)
      turns = [...rounds.shift()]
    }
    const turn = turns.shift()
    if (turn === undefined) throw new Error(`${scene.label} ${gate}: the transcript has ended`)
    const cwd = /Primary working directory: (.+)/.exec(JSON.stringify(body).replaceAll('\\n', '\n'))?.[1]
    const offered = new Set((body.tools ?? []).map(({name}) => name))
    const fit = ({or, ...block}) => or !== undefined && !offered.has(block.tool) ? fit(or) : block
    const fitting = turn.map(fit)
    return {starts, turn: JSON.parse(JSON.stringify(fitting).replaceAll('{cwd}', cwd ?? '.'))}
  }

  function answer(text) {
    const body = JSON.parse(text)
    const {turn, starts} = turnFor(body)
    const outBytes = turn.reduce((sum, block) => sum + Buffer.byteLength(block.text ?? '') + (block.tool === undefined ? 0 : Buffer.byteLength(JSON.stringify(block.input))), 0)
    const request = {label: scene.label, gate, model: body.model, bytes: Buffer.byteLength(text), blocks: blocksOf(body), starts, outBytes}
    const {usage, usd} = bill(request)
    requests.push({...request, usage, usd, ...(starts ? {body} : {})})
    return {body, turn, usage}
  }

  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      if (request.method !== 'POST' || !/\/messages(?:\?|$)/.test(request.url)) return void response.writeHead(404, {'content-type': 'application/json'}).end('{}')
      try {
        const {body, turn, usage} = answer(Buffer.concat(chunks).toString('utf8'))
        reply(response, body, eventsOf(turn, usage, body.model, requests.length))
      } catch (error) {
        problems.push(String(error?.stack ?? error))
        response.writeHead(400, {'content-type': 'application/json'}).end(JSON.stringify({type: 'error', error: {type: 'invalid_request_error', message: String(error)}}))
      }
    })
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${server.address().port}`, requests, problems,
    /** `script`: transcripts by gate, each a list of turns; `gate`: what the next process is for, where its prompt does not say */
    begin(label, script) { scene = {label, script, gate: null} },
    expect(next) { scene.gate = next },
    close: () => new Promise((closed) => { server.closeAllConnections(); server.close(closed) }),
  }
}

function eventsOf(turn, usage, model, n) {
  const input = {
    input_tokens: usage.inFresh, cache_read_input_tokens: usage.cacheRead, cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_creation: {ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h},
  }
  const calls = turn.some(({tool}) => tool !== undefined)
  const blocks = turn.flatMap((block, index) => {
    const start = block.tool === undefined ? {type: 'text', text: ''} : {type: 'tool_use', id: `toolu_${n}_${index}`, name: block.tool, input: {}}
    const delta = block.tool === undefined ? {type: 'text_delta', text: block.text} : {type: 'input_json_delta', partial_json: JSON.stringify(block.input)}
    return [{type: 'content_block_start', index, content_block: start}, {type: 'content_block_delta', index, delta}, {type: 'content_block_stop', index}]
  })
  return [
    {type: 'message_start', message: {id: `msg_${n}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: {...input, output_tokens: 1}}},
    ...blocks,
    {type: 'message_delta', delta: {stop_reason: calls ? 'tool_use' : 'end_turn', stop_sequence: null}, usage: {output_tokens: usage.out}},
    {type: 'message_stop'},
  ]
}

function reply(response, body, events) {
  if (body.stream !== true) throw new Error('the agent asked for an answer that is no stream')
  response.writeHead(200, {'content-type': 'text/event-stream'})
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}
