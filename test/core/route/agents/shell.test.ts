import {execFileSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {commandLine, programOf, shell} from '../../../../src/lib/core/route/agents/shell.js'
import {newMemory, type AgentRequest} from '../../../../src/lib/core/route/agents/descriptor.js'

const request = (more: Partial<AgentRequest> = {}): AgentRequest => ({
  gate: 'review', issue: null, attempt: 2, model: 'any-name', tier: null, effort: null, tools: [], mcpConfigPath: null, schema: null, schemaFile: null, cwd: '/w', runDir: null, root: '/my root',
  maxTurns: null, maxBudgetUsd: null, command: './agent.sh --fast', extraArgs: [], resume: null, ...more,
})

describe('a shell agent', () => {
  it.each([
    ['./my-agent.sh', "'/r/my-agent.sh'"], ['./a b', "'/r/a' b"], ['../x/y --z', "'/r/../x/y' --z"], ['scripts/a.sh | tee x', "'/r/scripts/a.sh' | tee x"],
    ['/abs/x', '/abs/x'], ['agent --file ./x', 'agent --file ./x'], ['~/bin/x', '~/bin/x'], ['$HOME/x', '$HOME/x'], ['"./a b"', '"./a b"'], ['FOO=1 ./x', 'FOO=1 ./x'],
  ])('takes a relative command from the root of the checkout: %s', (command, line) => expect(commandLine(command, '/r')).toBe(line))

  it('quotes what a root may hold, and passes arguments on as they are', () => {
    expect(commandLine('./x', null)).toBe('./x')
    expect(commandLine('./x', "/it's")).toBe("'/it'\\''s/x'")
    expect(shell.argv(request())).toEqual(['sh', '-c', "'/my root/agent.sh' --fast"])
    const [command = '', ...args] = shell.argv(request({command: 'printf "[%s]"', extraArgs: ['a b', '$(x)']}))
    expect(execFileSync(command, args, {encoding: 'utf8'})).toBe('[a b][$(x)]')
  })

  it('knows its task by its environment', () => {
    expect(shell.env(request())).toEqual({PILOT_GATE: 'review', PILOT_ISSUE: '', PILOT_ATTEMPT: '2', PILOT_TIER: '', PILOT_MODEL: 'any-name', PILOT_WORKTREE: '/w'})
    expect(shell.env(request({issue: 7, tier: 'cheap', runDir: '/d'}))).toMatchObject({PILOT_ISSUE: '7', PILOT_TIER: 'cheap', PILOT_RUN_DIR: '/d'})
  })


  it.each<[number | null, object | undefined]>([
    [0, {ok: true, failure: null, text: 'out'}], [1, {ok: false, failure: 'agent_error', message: 'the command ended with exit code 1: last'}],
    [126, {failure: 'cli_missing'}], [127, {failure: 'cli_missing'}], [null, undefined],
  ])('ends with %s', (exitCode, event) => {
    const last = shell.finish(' out\n', {exitCode, signal: null, stderr: 'first\nlast\n'}, newMemory())
    if (event === undefined) expect(last).toBeUndefined()
    else expect(last).toMatchObject(event)
  })
})

describe('the program that a command line begins with', () => {
  it.each([
    ['my-agent --fast', 'my-agent'], ["'/r/my agent.sh' x", '/r/my agent.sh'], ['"/r/a.sh"', '/r/a.sh'], ['sh', 'sh'], ['  node a.mjs', 'node'], ['a.sh; b', 'a.sh'], ['/x/a>log', '/x/a'],
  ])('%s', (line, program) => expect(programOf(line)).toBe(program))
  it.each([['a builtin', 'exec sh a.sh'], ['a keyword', 'if true; then a; fi'], ['an assignment', 'A=1 agent'], ['a variable', '$AGENT x'], ['a glob', './a*'], ['a quote in a word', "'/it'\\''s/x'"], ['a home', '~/x'], ['a group', '(a)'], ['nothing', '']])(
    'is known to the shell alone: %s', (_, line) => expect(programOf(line)).toBeNull())
})
