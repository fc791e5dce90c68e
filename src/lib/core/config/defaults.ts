import type {WrittenConfig} from './written.js'

const agent = (command: string) => ({command, allowed_tools: [], mcp_config_path: '', extra_args: []})

/** The weakest layer. What a preset decides (`routing.max_escalations_per_issue`) is not here; null means not set. */
export const DEFAULTS = {
  version: 1,
  executor: {
    default: 'claude',
    claude: {...agent('claude'), allowed_tools: ['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob', 'Task']},
    codex: agent('codex'), gemini: agent('gemini'), opencode: agent('opencode'),
    shell: {command: './my-agent.sh'},
  },
  planning: {model: 'claude-opus-4-7', allowed_tools: ['Read', 'Grep', 'Glob']},
  endpoints: {
    ollama: {url: 'http://127.0.0.1:11434/v1'},
    litellm: {url: 'http://127.0.0.1:4000/v1', api_key_env: 'LITELLM_API_KEY'},
  },
  tiers: {
    free: 'native@ollama:qwen3-coder:30b', cheap: 'claude:claude-haiku-4-5',
    balanced: 'claude:claude-sonnet-4-6', frontier: 'claude:claude-opus-4-7',
  },
  routing: {preset: 'opus-plans', gates: {}, complexity: {}},
  decompose: {enabled: true, min_complexity: 'epic', max_subtasks: 5, min_description_words: 100},
  retry: {decompose_on_kill: false},
  decide: {enabled: true},
  verify: {setup: [], commands: [], timeout: '10m', baseline: true, fix_rounds: 2},
  review: {enabled: true, max_rounds: 2},
  land: {method: 'squash', delete_branch: true, wait: '30m'},
  budget: {per_issue_usd: 10, per_epic_usd: 60, per_day_usd: 30},
  trust: {associations: ['OWNER', 'MEMBER', 'COLLABORATOR'], users: [], bots: []},
  hooks: {run_tests_on_stop: false},
  limits: {implement: '30m', plan: '10m', text: '60s', stall: '5m'},
  github: {api_url: null, login: null},
  protected_paths: {allow: []},
} as const satisfies DeepReadonly<Omit<WrittenConfig, 'github'>> & {github: {api_url: null; login: null}}

type DeepReadonly<T> = T extends readonly (infer U)[] ? readonly U[] : T extends object ? {readonly [K in keyof T]: DeepReadonly<T[K]>} : T
