import type {Dialect} from './model-server.js'

const USAGE = {input_tokens: 100, cache_creation_input_tokens: 20, cache_read_input_tokens: 30, cache_creation: {ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 0}}

/** Anthropic Messages. Every answer uses 100 fresh, 20 written, 30 read and 10 output tokens. */
export const messagesAnswer: Dialect = (turn, body, n) => {
  const block = turn.kind === 'say' ? {type: 'text', text: turn.text} : {type: 'tool_use', id: `toolu_${n}`, name: turn.tool, input: turn.input}
  const stop = turn.kind === 'call' ? 'tool_use' : turn.stop ?? 'end_turn'
  const message = {id: `msg_${n}`, type: 'message', role: 'assistant', model: body.model}
  const delta = turn.kind === 'say' ? {type: 'text_delta', text: turn.text} : {type: 'input_json_delta', partial_json: JSON.stringify(turn.input)}
  return {
    json: {...message, content: [block], stop_reason: stop, stop_sequence: null, usage: {...USAGE, output_tokens: 10}},
    events: [
      {type: 'message_start', message: {...message, content: [], stop_reason: null, stop_sequence: null, usage: {...USAGE, output_tokens: 1}}},
      {type: 'content_block_start', index: 0, content_block: turn.kind === 'say' ? {type: 'text', text: ''} : {...block, input: {}}},
      {type: 'content_block_delta', index: 0, delta},
      {type: 'content_block_stop', index: 0},
      {type: 'message_delta', delta: {stop_reason: stop, stop_sequence: null}, usage: {output_tokens: 10}},
      {type: 'message_stop'},
    ],
  }
}
