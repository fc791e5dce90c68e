/** Where `pilot init` puts the JSON schema: beside the file, so that the line below works for every way of installing pilot. */
export const SCHEMA_FILE = 'config.schema.json'

/**
 * The commented configuration file that `pilot init` writes; read back, it is exactly the defaults.
 * The path in its first line is relative to the file (`.pilot/`). A path into node_modules would only work where pilot is a
 * dependency of the repository: pass `../node_modules/pilot/schema/config.schema.json` for that.
 */
export const configTemplate = (schema = `./${SCHEMA_FILE}`): string => `# yaml-language-server: $schema=${schema}
# Settings of pilot. Every value here is the default. What stands here beats your own $XDG_CONFIG_HOME/pilot/config.yaml,
# the preset and later defaults, so delete what this repository need not decide. Command-line flags and labels beat this file.
version: 1

executor:
  default: claude                  # claude | codex | gemini | opencode | native | shell
  claude:
    command: claude
    allowed_tools: [Read, Write, Edit, Bash, Grep, Glob, Task]
    mcp_config_path: ""            # empty: no MCP server is loaded
    extra_args: []                 # never the model: tiers name that
  # codex: {command: codex}        # gemini and opencode take the same keys
  shell: {command: ./my-agent.sh}  # prompt on stdin, answer on stdout

planning:
  # model: claude-opus-4-7         # once written it beats routing.gates.plan, whatever the preset says
  allowed_tools: [Read, Grep, Glob]

endpoints:                         # only executor native uses these; keys come from the environment, never from this file
  ollama: {url: "http://127.0.0.1:11434/v1"}
  litellm: {url: "http://127.0.0.1:4000/v1", api_key_env: LITELLM_API_KEY}

tiers:                             # executor:model, executor@endpoint:model, or a map of executor: model
  free: native@ollama:qwen3-coder:30b
  cheap: claude:claude-haiku-4-5
  balanced: claude:claude-sonnet-4-6
  frontier: claude:claude-opus-4-7

routing:
  preset: opus-plans               # opus-plans | economy | quality | single | local
  gates: {}                        # gate: tier, overrides the preset (classify plan draft implement lint review commit decide)
  complexity: {}                   # trivial | simple | medium | complex: tier, overrides the preset's implement tier
  # max_escalations_per_issue: 0   # how often the tier may rise after failures; the preset's (opus-plans and single 0, others 1)

decompose:
  enabled: true
  min_complexity: epic             # trivial | simple | medium | complex | epic
  max_subtasks: 5                  # 2 to 20
  min_description_words: 100

retry: {decompose_on_kill: false}
decide: {enabled: true}            # the decision after a wave; false: fixed rules only

verify:
  setup: []                        # empty: detected from package.json, go.mod, Cargo.toml or pyproject.toml
  commands: []
  timeout: 10m
  baseline: true                   # the checks must pass before the agent starts
  fix_rounds: 2

review: {enabled: true, max_rounds: 2}

land:
  method: squash                   # squash | merge | rebase
  delete_branch: true
  wait: 30m                        # for checks

budget: {per_issue_usd: 10, per_epic_usd: 60, per_day_usd: 30}

trust:                             # whose issues pilot works on
  associations: [OWNER, MEMBER, COLLABORATOR]
  users: []
  bots: []

hooks: {run_tests_on_stop: false}  # only with executor.default claude
limits: {implement: 30m, plan: 10m, text: 60s, stall: 5m}

# github: {api_url: "https://ghe.example.com/api/v3", login: my-bot}
protected_paths: {allow: []}       # e.g. [".github/workflows/**"]
`
