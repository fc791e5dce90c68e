// The text of a program that behaves like Claude Code in print mode and says as much as it is told to, made on the fly.

/** Says `bytes` bytes in lines of about 8 KB and one of `longLine` when it may write files, and then writes one; otherwise it says little. */
export const floodingClaude = ({bytes, longLine}) => `#!${process.execPath}
const {once} = require('node:events')
const {writeFileSync} = require('node:fs')
if (process.argv.includes('--version')) { console.log('2.1.0 (Claude Code)'); process.exit() }
const out = process.stdout
const line = (value) => JSON.stringify(value) + '\\n'
async function put(text) { if (!out.write(text)) await once(out, 'drain') }
async function main() {
  process.stdin.resume()
  await once(process.stdin, 'end')
  const tools = (process.argv[process.argv.indexOf('--tools') + 1] ?? '').split(',').filter(Boolean)
  await put(line({type: 'system', subtype: 'init', session_id: 's', model: 'claude-sonnet-4-6', tools, claude_code_version: '2.1.0'}))
  const output = 'line of some tool output\\\\n'.repeat(300)
  const call = line({type: 'assistant', message: {content: [{type: 'tool_use', name: 'Bash', input: {command: 'npm test'}}]}})
  const answer = '{"type":"user","message":{"content":[{"type":"tool_result","content":"' + output + '"}]}}\\n'
  const writes = tools.includes('Write')
  let left = writes ? ${bytes} - ${longLine} : 0
  for (; left > 0; left -= call.length + answer.length) { await put(call); await put(answer) }
  if (writes && ${longLine} > 0) {
    await put('{"type":"user","message":{"content":[{"type":"tool_result","content":"')
    for (let rest = ${longLine}; rest > 0; rest -= 65536) await put('x'.repeat(65536))
    await put('"}]}}\\n')
  }
  if (writes) writeFileSync('work.txt', 'work')
  const usage = {input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 0, cache_creation_input_tokens: 0}
  await put(line({type: 'result', subtype: 'success', is_error: false, result: 'done', num_turns: 3, session_id: 's', total_cost_usd: 0.01, usage,
    modelUsage: {'claude-sonnet-4-6': {inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0, cacheCreationInputTokens: 0}}}))
}
main()
`
