import type {Dialect} from './model-server.js'

/** OpenAI Responses. Every answer uses 150 input tokens, 30 of them cached, and 10 output tokens. */
export const responsesAnswer: Dialect = (turn, body, n) => {
  const item = turn.kind === 'say'
    ? {type: 'message', role: 'assistant', id: `msg_${n}`, status: 'completed', content: [{type: 'output_text', text: turn.text, annotations: []}]}
    : turn.custom === true
      ? {type: 'custom_tool_call', id: `ctc_${n}`, call_id: `call_${n}`, name: turn.tool, input: turn.input}
      : {type: 'function_call', id: `fc_${n}`, call_id: `call_${n}`, name: turn.tool, arguments: JSON.stringify(turn.input)}
  const usage = {input_tokens: 150, input_tokens_details: {cached_tokens: 30}, output_tokens: 10, output_tokens_details: {reasoning_tokens: 0}, total_tokens: 160}
  const response = {id: `resp_${n}`, object: 'response', model: body.model, status: 'completed', output: [item], usage}
  return {
    json: response,
    events: [
      {type: 'response.created', response: {...response, status: 'in_progress', output: [], usage: null}},
      {type: 'response.output_item.added', output_index: 0, item},
      {type: 'response.output_item.done', output_index: 0, item},
      {type: 'response.completed', response},
    ],
  }
}
