import type {AgentDescriptor} from './descriptor.js'

/**
 * One question to an OpenAI-compatible endpoint and one answer, by pilot itself: there is no process, so there is no argv, and the adapter that asks
 * makes the result.
 */
export const native: AgentDescriptor = {
  executor: 'native',
  capabilities: {tools: false, schema: true, resume: false, cost: false, budget: false, experimental: false},
  argv: () => [],
  env: () => ({}),
  parse: () => [],
  finish: () => undefined,
}
