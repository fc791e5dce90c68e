import {describe, expect, it} from 'vitest'
import {agentEnvironment, credentialFiles} from '../../../src/lib/core/run/environment.js'
import {EXECUTORS} from '../../../src/lib/core/config/words.js'

const ALL = {
  PATH: '/bin', HOME: '/home/u', LC_ALL: 'C', HTTPS_PROXY: 'http://p', TMPDIR: '/tmp', XDG_CONFIG_HOME: '/x', SSH_AUTH_SOCK: '/s', NPM_TOKEN: 't', AWS_SECRET_ACCESS_KEY: 't',
  GITHUB_TOKEN: 't', GH_TOKEN: 't', PILOT_GITHUB_TOKEN: 't', ACTIONS_RUNTIME_TOKEN: 't', GIT_ASKPASS: '/ask', GIT_CONFIG_COUNT: '9', NODE_OPTIONS: '--require x',
  ANTHROPIC_API_KEY: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'c', OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'g', OPENROUTER_API_KEY: 'r', EMPTY: undefined,
}
const keysOf = (executor: string | null) => {
  const made = agentEnvironment(ALL, {home: '/h', tmp: '/t', executor})
  return Object.keys(made).filter((name) => /TOKEN|KEY(?!_\d)/.test(name)).sort()
}

describe('the environment of a child', () => {
  it.each([
    ['claude', ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN']], ['codex', ['OPENAI_API_KEY']], ['gemini', ['GEMINI_API_KEY']], ['native', []], [null, []],
    ['shell', ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'GEMINI_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY']],
  ])('of %s signs in to its own model alone', (executor, keys) => expect(keysOf(executor)).toEqual(keys))

  it('holds nothing that was not allowed, for no executor', () => {
    for (const executor of [...EXECUTORS, null]) {
      const made = agentEnvironment(ALL, {home: '/h', tmp: '/t', executor, extra: {X: '1', PATH: '/own'}})
      expect(made).toMatchObject({PATH: '/own', HOME: '/h', TMPDIR: '/t', LC_ALL: 'C', HTTPS_PROXY: 'http://p', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', X: '1', GIT_CONFIG_VALUE_0: '', GIT_CONFIG_KEY_0: 'credential.helper'})
      for (const name of ['XDG_CONFIG_HOME', 'SSH_AUTH_SOCK', 'NPM_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN', 'GH_TOKEN', 'PILOT_GITHUB_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'NODE_OPTIONS', 'EMPTY']) {
        expect(made).not.toHaveProperty(name)
      }
    }
  })

  it('names sign-in files for agents alone', () => {
    expect(credentialFiles('claude')).toEqual(['.claude/.credentials.json'])
    expect([credentialFiles(null), credentialFiles('shell'), credentialFiles('native')]).toEqual([[], [], []])
  })
})
