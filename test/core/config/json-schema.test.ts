import {readFileSync} from 'node:fs'
import {Ajv} from 'ajv'
import addFormats from 'ajv-formats'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {knownKeys} from '../../../src/lib/core/config/check.js'
import {configJsonSchema, configSchemaText} from '../../../src/lib/core/config/json-schema.js'
import {resolveConfig} from '../../../src/lib/core/config/layers.js'
import {configTemplate, SCHEMA_FILE} from '../../../src/lib/core/config/template.js'
import {layer, problemsOf} from './support.js'

const SHIPPED = new URL('../../../schema/config.schema.json', import.meta.url)
const FULL = `
version: 1
executor:
  default: claude
  claude:
    command: claude
    allowed_tools: [Read, Write, Edit, Bash, Grep, Glob, Task]
    mcp_config_path: ""
    extra_args: []
  codex: {command: codex, allowed_tools: [], mcp_config_path: "", extra_args: [--oss]}
  shell: {command: ./my-agent.sh}
planning:
  model: claude-opus-4-7
  allowed_tools: [Read, Grep, Glob]
endpoints:
  ollama: {url: http://127.0.0.1:11434/v1}
  litellm: {url: http://127.0.0.1:4000/v1, api_key_env: LITELLM_API_KEY}
tiers:
  free: native@ollama:qwen3-coder:30b
  cheap: claude:claude-haiku-4-5
  balanced: {claude: claude-sonnet-4-6, codex: gpt-5, native@litellm: some/model}
  frontier: claude:claude-opus-4-7
routing:
  preset: opus-plans
  gates: {review: frontier}
  complexity: {trivial: cheap}
  max_escalations_per_issue: 1
decompose: {enabled: true, min_complexity: epic, max_subtasks: 5, min_description_words: 100}
retry: {decompose_on_kill: false}
decide: {enabled: true}
verify: {setup: [npm ci], commands: [npm test], timeout: 10m, baseline: true, fix_rounds: 2}
review: {enabled: true, max_rounds: 2}
land: {method: squash, delete_branch: true, wait: 30m}
budget: {per_issue_usd: 10, per_epic_usd: 60, per_day_usd: 30}
trust: {associations: [OWNER, MEMBER, COLLABORATOR], users: [], bots: []}
hooks: {run_tests_on_stop: false}
limits: {implement: 30m, plan: 10m, text: 60s, stall: 5m}
github: {api_url: https://ghe.example.com/api/v3, login: my-bot}
protected_paths: {allow: [.github/workflows/**]}
`
const add = addFormats.default
const ajv = add(new Ajv({strict: true, allowUnionTypes: true}))
const accepts = ajv.compile(configJsonSchema())

describe('the JSON schema', () => {
  it('is the one that is shipped', () => {
    expect(readFileSync(SHIPPED, 'utf8')).toBe(configSchemaText())
  })

  it('accepts a file that uses every section', () => {
    const data: unknown = parse(FULL)
    expect([accepts(data), accepts.errors]).toEqual([true, null])
    expect(problemsOf(layer(data))).toEqual([])
  })

  it.each([
    {unknown: 1}, {version: 2}, {executor: {default: 'gpt'}}, {executor: {claude: {x: 1}}}, {planning: {model: ''}},
    {tiers: {free: 'claude'}}, {tiers: {free: {gpt: 'x'}}}, {decompose: {max_subtasks: 21}}, {decompose: {max_subtasks: 1}},
    {budget: {per_day_usd: -1}}, {limits: {stall: '5'}}, {routing: {gates: {review: 'big'}}},
    {endpoints: {x: {}}}, {endpoints: {'a b': {url: 'http://h'}}}, {endpoints: {x: {url: 'ftp://h'}}},
  ])('rejects %j as the reader does', (data) => {
    expect([accepts(data), problemsOf(layer(data)).length]).toEqual([false, 1])
  })

  it('describes every key and forbids others', () => {
    type Node = {properties?: Record<string, Node>; description?: string; additionalProperties?: unknown}
    const keys: string[] = []
    const walk = (node: Node, at: string): void => {
      if (!node.properties) return
      expect(node.additionalProperties, at).toBe(false)
      for (const [name, child] of Object.entries(node.properties)) {
        const key = at === '' ? name : `${at}.${name}`
        keys.push(key)
        expect(child.description, key).toMatch(/^[A-Z].{8,}\.$/)
        walk(child, key)
      }
    }
    walk(configJsonSchema(), '')
    expect(keys).toEqual(knownKeys())
    expect(keys).toContain('routing.max_escalations_per_issue')
  })

  it('carries the defaults', () => {
    type Node = {properties: Record<string, Node>; default?: unknown}
    const {properties} = configJsonSchema() as unknown as Node
    expect(properties['verify']!.properties['timeout']!.default).toBe('10m')
    expect(properties['github']!.properties['login']).not.toHaveProperty('default')
  })
})

describe('the template', () => {
  it('is exactly the defaults', () => {
    const data: unknown = parse(configTemplate())
    expect(accepts(data)).toBe(true)
    const config = resolveConfig([layer(data)])
    expect(config.settings).toEqual(resolveConfig([]).settings)
    expect(config.source('tiers.balanced').from).toBe('local')
    expect(config.source('planning.model').from).toBe('default')
  })

  it('has every section, and its commented settings work too', () => {
    const full = configTemplate().replaceAll(/^( *)# ([a-z_]+:)/gm, '$1$2').replace(/^yaml-language-server.*$/m, '')
    const data = parse(full) as Record<string, unknown>
    expect(problemsOf(layer(data))).toEqual([])
    expect(Object.keys(data)).toEqual(knownKeys().filter((key) => !key.includes('.')))
  })

  it('begins with the line that gives editors the schema', () => {
    expect(configTemplate().split('\n')[0]).toBe(`# yaml-language-server: $schema=./${SCHEMA_FILE}`)
    expect(configTemplate('../x.json').split('\n')[0]).toBe('# yaml-language-server: $schema=../x.json')
  })
})
