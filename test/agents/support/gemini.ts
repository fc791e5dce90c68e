import type {Dialect} from './model-server.js'

/** Google's generateContent. Every answer uses 150 prompt tokens, 30 of them cached, and 10 of output. */
export const geminiAnswer: Dialect = (turn) => {
  const part = turn.kind === 'say' ? {text: turn.text} : {functionCall: {name: turn.tool, args: turn.input}}
  const json = {
    candidates: [{content: {role: 'model', parts: [part]}, finishReason: 'STOP', index: 0}],
    usageMetadata: {promptTokenCount: 150, cachedContentTokenCount: 30, candidatesTokenCount: 10, totalTokenCount: 160}, modelVersion: 'gemini-2.5-pro',
  }
  return {json, events: [JSON.stringify(json)]}
}
