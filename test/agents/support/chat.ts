import type {Dialect} from './model-server.js'

/** Chat completions. Every answer uses 150 prompt tokens, 30 of them cached, and 10 completion tokens. */
export const chatAnswer: Dialect = (turn, body, n) => {
  const usage = {prompt_tokens: 150, completion_tokens: 10, total_tokens: 160, prompt_tokens_details: {cached_tokens: 30}}
  const message = turn.kind === 'say'
    ? {role: 'assistant', content: turn.text, refusal: null}
    : {role: 'assistant', content: null, tool_calls: [{id: `call_${n}`, type: 'function', function: {name: turn.tool, arguments: JSON.stringify(turn.input)}}]}
  const finish = turn.kind === 'call' ? 'tool_calls' : turn.stop === 'max_tokens' ? 'length' : turn.stop === 'refusal' ? 'content_filter' : 'stop'
  const answer = {id: `chat_${n}`, created: 0, model: body.model}
  return {
    json: {...answer, object: 'chat.completion', choices: [{index: 0, message, finish_reason: finish, logprobs: null}], usage},
    events: [
      JSON.stringify({...answer, object: 'chat.completion.chunk', choices: [{index: 0, delta: message, finish_reason: null}]}),
      JSON.stringify({...answer, object: 'chat.completion.chunk', choices: [{index: 0, delta: {}, finish_reason: finish}], usage}),
      '[DONE]',
    ],
  }
}
