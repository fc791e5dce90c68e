import {describe, expect, it} from 'vitest'
import {resolveConfig} from '../../../src/lib/core/config/layers.js'
import {InvalidConfig} from '../../../src/lib/core/config/problem.js'
import {layer, problemsOf} from './support.js'

const local = (data: unknown) => problemsOf(layer(data)).map(({key, expected, seen, meant}) => [key, expected, seen, meant])

describe('what the schema rejects', () => {
  it.each([
    [{version: 2}, 'version', '1, the only version there is', '2'],
    [{version: '1'}, 'version', '1, the only version there is', '"1"'],
    [{executor: {default: 'gpt'}}, 'executor.default', 'one of claude, codex, gemini, opencode, native, shell', '"gpt"'],
    [{executor: {claude: {command: ''}}}, 'executor.claude.command', 'a command', '""'],
    [{executor: {claude: {extra_args: '--x'}}}, 'executor.claude.extra_args', 'a list of arguments', '"--x"'],
    [{executor: 'claude'}, 'executor', 'a map of settings', '"claude"'],
    [{planning: {model: ''}}, 'planning.model', 'a model id without spaces', '""'],
    [{planning: {model: null}}, 'planning.model', 'a model id without spaces', 'nothing'],
    [{planning: {model: '--settings=x'}}, 'planning.model', 'a model id without spaces', '"--settings=x"'],
    [{routing: {preset: 'fastest'}}, 'routing.preset', 'one of opus-plans, economy, quality, single, local', '"fastest"'],
    [{routing: {gates: {review: 'huge'}}}, 'routing.gates.review', 'one of free, cheap, balanced, frontier', '"huge"'],
    [{routing: {max_escalations_per_issue: -1}}, 'routing.max_escalations_per_issue', 'a whole number from 0 to 3', '-1'],
    [{decompose: {max_subtasks: 1}}, 'decompose.max_subtasks', 'a whole number from 2 to 20', '1'],
    [{decompose: {max_subtasks: 21}}, 'decompose.max_subtasks', 'a whole number from 2 to 20', '21'],
    [{decompose: {max_subtasks: 2.5}}, 'decompose.max_subtasks', 'a whole number from 2 to 20', '2.5'],
    [{decompose: {enabled: 'yes'}}, 'decompose.enabled', 'true or false', '"yes"'],
    [{budget: {per_issue_usd: -1}}, 'budget.per_issue_usd', 'an amount in USD, 0 or more', '-1'],
    [{budget: {per_epic_usd: -0.01}}, 'budget.per_epic_usd', 'an amount in USD, 0 or more', '-0.01'],
    [{budget: {per_day_usd: Number.POSITIVE_INFINITY}}, 'budget.per_day_usd', 'an amount in USD, 0 or more', 'Infinity'],
    [{budget: {per_day_usd: '30'}}, 'budget.per_day_usd', 'an amount in USD, 0 or more', '"30"'],
    [{verify: {timeout: 10}}, 'verify.timeout', 'a duration such as 60s, 30m or 1h', '10'],
    [{verify: {timeout: '10 min'}}, 'verify.timeout', 'a duration such as 60s, 30m or 1h', '"10 min"'],
    [{verify: {timeout: '0m'}}, 'verify.timeout', 'a duration longer than 0', '"0m"'],
    [{limits: {plan: '600h'}}, 'limits.plan', 'a duration of at most 596h', '"600h"'],
    [{verify: {commands: ['npm test', 3]}}, 'verify.commands.1', 'a command', '3'],
    [{endpoints: {x: {url: 'ftp://h'}}}, 'endpoints.x.url', 'an http(s) URL without user name or password', '"ftp://h"'],
    [{endpoints: {x: {}}}, 'endpoints.x.url', 'an http(s) URL without user name or password', 'nothing'],
    [{endpoints: {'a.b': {url: 'http://h'}}}, 'endpoints.a.b', 'a name of letters, digits, - and _', 'another name'],
    [{tiers: {free: 'qwen'}}, 'tiers.free', /^executor:model or executor@endpoint:model/, '"qwen"'],
    [{tiers: {free: 'claude:'}}, 'tiers.free', /^executor:model/, '"claude:"'],
    [{tiers: {free: 'claude:-p'}}, 'tiers.free', /^executor:model/, '"claude:-p"'],
    [{tiers: {free: 7}}, 'tiers.free', /^executor:model/, '7'],
    [{tiers: {free: {}}}, 'tiers.free', 'at least one executor: model', 'a map'],
    [{tiers: {free: {claude: 'a b'}}}, 'tiers.free.claude', 'a model id without spaces', '"a b"'],
    [{tiers: {free: {gpt: 'x'}}}, 'tiers.free', /^executors as keys/, 'a map'],
    [{tiers: {free: {'native@a': 'x', 'native@b': 'y'}}}, 'tiers.free', 'each executor at most once', 'a map'],
    [{trust: {associations: ['FRIEND']}}, 'trust.associations.0', /^one of OWNER/, '"FRIEND"'],
    [{github: {api_url: 'ghe.example.com'}}, 'github.api_url', 'an http(s) URL without user name or password', '"ghe.example.com"'],
    [[1], '(file)', 'a map of settings', 'a list'],
    ['text', '(file)', 'a map of settings', '"text"'],
  ])('%j', (data, key, expected, seen) => {
    const found = problemsOf(layer(data))
    expect(found.map((p) => [p.key, p.seen])).toEqual([[key, seen]])
    expect(found[0]!.expected).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
  })

  it.each([
    [{executor: {defualt: 'claude'}}, 'executor.default'],
    [{executor: {claude: {allowedTools: []}}}, 'executor.claude.allowed_tools'],
    [{max_subtask: 3}, 'decompose.max_subtasks'],
    [{decompose: {'max-subtasks': 3}}, 'decompose.max_subtasks'],
    [{preset: 'economy'}, 'routing.preset'],
    [{budget: {zebra: 1}}, undefined],
    [{routing: {complexity: {epic: 'frontier'}}}, undefined],
    [{executor: {default: 'cluade'}}, 'claude'],
    [{routing: {preset: 'opus_plan'}}, 'opus-plans'],
    [{tiers: {cheap: 'cluade:x:y'}}, 'claude:x:y'],
    [{tiers: {cheap: 'Native@ollama:x'}}, 'native@ollama:x'],
  ])('%j: did you mean %s', (data, meant) => {
    expect(problemsOf(layer(data)).map((p) => p.meant)).toEqual([meant ?? null])
  })

  it.each([
    ['{"__proto__": {"polluted": 1}}', '__proto__'], ['{"constructor": {"prototype": {"polluted": 1}}}', 'constructor'],
    ['{"endpoints": {"__proto__": {"url": "http://h"}}}', 'endpoints.__proto__'],
    ['{"endpoints": {"toString": {"url": "http://h"}}}', 'endpoints.toString'],
    ['{"tiers": {"free": {"__proto__": "x"}}}', 'tiers.free.__proto__'],
  ])('%s pollutes nothing', (json, key) => {
    expect(problemsOf(layer(JSON.parse(json)))[0]).toMatchObject({seen: 'an unknown key', key})
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('takes an empty section for an unwritten one, but no empty value', () => {
    expect(local({retry: null, endpoints: null, routing: {gates: null, preset: 'economy'}})).toEqual([])
    expect(local({executor: {default: null}})).toHaveLength(1)
    expect(local(null)).toEqual([])
  })

  it('shows no secret and no control character', () => {
    const shown = problemsOf(layer({
      endpoints: {a: {url: 'http://user:hunter2@h/v1'}, b: {url: 'http://h', api_key_env: 'sk-hunter2'}},
      routing: {preset: 'x\u001b[2J\u202ey'},
    }))
    expect(shown).toHaveLength(3)
    expect(shown.map(({message}) => message).join('\n')).not.toMatch(/hunter2|\u001b|\u202e/)
  })
})

describe('combinations that cannot work', () => {
  it.each([
    [{hooks: {run_tests_on_stop: true}, executor: {default: 'codex'}}, 'hooks.run_tests_on_stop', 'true with executor.default codex'],
    [{tiers: {cheap: 'native:qwen'}}, 'tiers.cheap', 'native:qwen'],
    [{tiers: {cheap: {native: 'qwen', claude: 'x'}}}, 'tiers.cheap', 'native:qwen'],
    [{tiers: {cheap: 'claude@ollama:x'}}, 'tiers.cheap', 'claude@ollama:x'],
    [{tiers: {cheap: {'shell@ollama': 'x'}}}, 'tiers.cheap', 'shell@ollama:x'],
    [{tiers: {cheap: 'native@nowhere:x'}}, 'tiers.cheap', 'endpoint nowhere, which endpoints does not define'],
    [{tiers: {cheap: 'native@toString:x'}}, 'tiers.cheap', 'endpoint toString, which endpoints does not define'],
    [{routing: {preset: 'local'}, tiers: {free: 'claude:x'}}, 'tiers.free', 'executor claude'],
    [{routing: {preset: 'local'}, endpoints: {ollama: {url: 'https://api.example.com/v1'}}}, 'endpoints.ollama', 'api.example.com'],
    [{executor: {claude: {extra_args: ['--verbose', '--model=opus']}}}, 'executor.claude.extra_args', '--model=opus'],
    [{executor: {codex: {extra_args: ['-m', 'gpt']}}}, 'executor.codex.extra_args', '-m'],
  ])('%j', (data, key, seen) => {
    expect(local(data).map(([k, , s]) => [k, s])).toEqual([[key, seen]])
  })

  it.each([
    [{hooks: {run_tests_on_stop: true}}],
    [{executor: {default: 'codex'}}],
    [{tiers: {cheap: 'native@lan:x'}, endpoints: {lan: {url: 'http://gpu.lan:8000'}}}],
    [{tiers: {cheap: 'shell:any-name', free: {claude: 'a', codex: 'b', 'native@ollama': 'c:d'}}}],
    [{routing: {preset: 'local'}}],
    [{routing: {preset: 'local'}, tiers: {free: 'shell:mine'}}],
    [{routing: {preset: 'local'}, endpoints: {ollama: {url: 'http://[::1]:11434/v1'}}}],
    [{routing: {preset: 'local'}, endpoints: {ollama: {url: 'http://192.168.1.4:11434/v1'}}}],
    [{budget: {per_issue_usd: 0}, decompose: {max_subtasks: 20}}],
  ])('%j works', (data) => {
    expect(local(data)).toEqual([])
  })

  it.each([
    [{executor: {default: 'cluade'}, hooks: {run_tests_on_stop: true}}, ['executor.default']],
    [{endpoints: {lan: {url: 3}}, tiers: {free: 'native@lan:x'}}, ['endpoints.lan.url']],
    [{endpoints: 3, tiers: {free: 'native@lan:x'}}, ['endpoints']],
    [{routing: {preset: 'locla'}, tiers: {free: 'claude:x'}}, ['routing.preset']],
  ])('%j: nothing is concluded from a broken value', (data, keys) => {
    expect(local(data).map(([key]) => key)).toEqual(keys)
  })

  it.each([
    [{executor: {default: 'cluade'}, hooks: {run_tests_on_stop: true}}, {executor: {default: 'codex'}}, ['executor.default']],
    [{routing: {preset: 'econmy'}, tiers: {free: 'claude:x'}}, {routing: {preset: 'local'}}, ['routing.preset']],
  ])('%j above %j: nor from the weaker value that it hides', (data, weaker, keys) => {
    expect(problemsOf(layer(data), layer(weaker, 'global')).map((p) => p.key)).toEqual(keys)
  })

  it('sees across layers and points at the file to change', () => {
    const found = problemsOf(layer({tiers: {free: 'codex:x'}}, 'global', {'tiers.free': 9}), layer({routing: {preset: 'local'}}, 'flag'))
    expect(found.map((p) => p.message)).toEqual([
      'global.yaml:9 tiers.free: expected native@endpoint or shell, because routing.preset is local, saw executor codex',
    ])
  })
})

describe('the report', () => {
  it('has everything at once, with file, line and key', () => {
    const error = invalid(() => resolveConfig([
      layer({version: 3, executor: {defualt: 'x'}, hooks: {run_tests_on_stop: true}}, 'local', {
        version: 1, executor: 2, 'executor.defualt': 3, 'hooks.run_tests_on_stop': 5,
      }),
      layer({executor: {default: 'codex'}, budget: {per_day_usd: -2}}, 'global', {budget: 4}),
      layer({routing: {preset: 'cheap'}}, 'flag'),
    ]))
    expect(error.message.split('\n')).toEqual([
      'The configuration has 5 problems:',
      '  command line routing.preset: expected one of opus-plans, economy, quality, single, local, saw "cheap"',
      '  local.yaml:1 version: expected 1, the only version there is, saw 3',
      '  local.yaml:3 executor.defualt: expected one of default, claude, codex, gemini, opencode, shell, saw an unknown key'
      + ' (did you mean executor.default?)',
      '  global.yaml:4 budget.per_day_usd: expected an amount in USD, 0 or more, saw -2',
      '  local.yaml:5 hooks.run_tests_on_stop: expected false, because only executor claude has a stop hook,'
      + ' saw true with executor.default codex',
    ])
    expect(error).toMatchObject({code: 'INVALID_CONFIG', exit: 3})
    expect(error.suggestions).toEqual(['at executor.defualt write executor.default', 'edit local.yaml:1', 'pilot doctor'])
  })

  it('fits on a screen and keeps the rest', () => {
    const error = invalid(() => resolveConfig([layer(Object.fromEntries(Array.from({length: 50}, (_, i) => [`zzzzzzzz${i}`, i])))]))
    expect(error.problems).toHaveLength(50)
    expect(error.message.split('\n')).toHaveLength(22)
    expect(error.message).toMatch(/… and 30 more$/)
  })

  it('stops at a file that is no configuration at all', () => {
    const junk = Object.fromEntries(Array.from({length: 30_000}, (_, i) => [`default${i}`, i]))
    const rest = {executor: {default: 'codex'}, hooks: {run_tests_on_stop: true}}
    expect(problemsOf(layer({...junk, ...rest}), layer({nope: 1}, 'global'))).toHaveLength(201)
  })
})

function invalid(f: () => unknown): InvalidConfig {
  try { f() } catch (error) {
    if (error instanceof InvalidConfig) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
