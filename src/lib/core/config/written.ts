import {z} from 'zod'
import {DURATION_PATTERN, parseDuration} from './duration.js'
import {
  ENDPOINT_NAME_PATTERN, expectedTier, MODEL_PATTERN, oneEach, TIER_HEAD_PATTERN, TIER_KEYS, TIER_PATTERN, TIER_SHAPE,
} from './tier.js'
import {ASSOCIATIONS, COMPLEXITIES, EXECUTORS, LAND_METHODS, PRESETS, TIERS} from './words.js'

/*
 * What a person may write in a configuration file. Every key is optional; unknown keys are errors. The message of each
 * check is the text of what was expected, because that is all a report needs besides the place and the value seen.
 */
const text = (expected = 'text') => z.string({error: expected}).min(1, {error: expected})
const maybe = (expected = 'text') => z.string({error: expected})
const yesNo = () => z.boolean({error: 'true or false'})
const list = <T extends z.ZodType>(item: T, of: string) => z.array(item, {error: `a list of ${of}`})
const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`
  return z.int({error}).min(min, {error}).max(max, {error})
}
const usd = () => z.number({error: 'an amount in USD, 0 or more'}).min(0, {error: 'an amount in USD, 0 or more'})
const duration = (expected = 'a duration such as 60s, 30m or 1h') => z.string({error: expected})
  .regex(DURATION_PATTERN, {error: expected, abort: true})
  .refine((value) => parseDuration(value) !== undefined, {error: 'a duration of at most 596h'})
const limit = () => duration().refine((value) => parseDuration(value) !== 0, {error: 'a duration longer than 0'})
const word = <const T extends readonly [string, ...string[]]>(words: T) => z.enum(words, {error: `one of ${words.join(', ')}`})
const map = <T extends z.core.$ZodLooseShape>(shape: T) => z.strictObject(shape, {error: 'a map of settings'})
const model = () => z.string({error: 'a model id without spaces'}).regex(MODEL_PATTERN, {error: 'a model id without spaces'})
const url = (error = 'an http(s) URL without user name or password') =>
  z.string({error}).regex(/^https?:\/\/[^\s/?#@]+([/?#]\S*)?$/, {error}).refine((value) => URL.canParse(value), {error})
const variable = (error = 'the name of an environment variable') => z.string({error}).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {error})
const tools = () => list(text('a tool name'), 'tool names')

const tier = () => z.union([
  z.string().regex(TIER_PATTERN, {error: TIER_SHAPE}),
  z.record(z.string().regex(TIER_HEAD_PATTERN, {error: TIER_KEYS}), model())
    .refine((models) => Object.keys(models).length > 0 && oneEach(Object.keys(models)), {error: (issue) => expectedTier(issue.input)}),
], {error: (issue) => expectedTier(issue.input)})
const tierName = () => word(TIERS).optional()

const agent = (name: string, about: string) => map({
  command: text('a command').optional().describe(`Program that is run for ${name}.`),
  allowed_tools: tools().optional().describe(`Tools that ${name} may use while it works on an issue.`),
  mcp_config_path: maybe('a path, or "" for no MCP server').optional().describe('File with MCP servers to load. Empty: none is loaded.'),
  extra_args: list(text('an argument'), 'arguments').optional().describe('Arguments to add. Never the model: tiers name that.'),
}).optional().describe(about)

export const writtenSchema = map({
  version: z.literal(1, {error: '1, the only version there is'}).optional().describe('Version of this file format.'),
  executor: map({
    default: word(EXECUTORS).optional().describe('What runs the gates that use tools: plan, implement, lint and review.'),
    claude: agent('Claude Code', 'Claude Code, the default executor.'),
    codex: agent('Codex', 'Codex CLI.'),
    gemini: agent('Gemini CLI', 'Gemini CLI (experimental).'),
    opencode: agent('OpenCode', 'OpenCode (experimental).'),
    shell: map({
      command: text('a command').optional().describe('Command that gets the prompt on stdin and answers on stdout.'),
    }).optional().describe('A command of your own.'),
  }).optional().describe('The programs that run models.'),
  planning: map({
    model: model().optional().describe('Model that plans epics. Once written it beats routing.gates.plan.'),
    allowed_tools: tools().optional().describe('Tools of the planner. It should only be able to read.'),
  }).optional().describe('How an epic is planned.'),
  endpoints: z.record(z.string().regex(ENDPOINT_NAME_PATTERN, {error: 'a name of letters, digits, - and _'}), map({
    url: url().describe('Root of an OpenAI-compatible API, with /v1 where the server has it.'),
    api_key_env: variable().optional().describe('Name of the environment variable that holds the key. Never the key itself.'),
  }), {error: 'a map of name: {url, api_key_env}'}).optional().describe('Servers that executor native can ask, by name.'),
  tiers: map({
    free: tier().optional().describe('A model that costs nothing, usually on this machine.'),
    cheap: tier().optional().describe('Small and fast.'),
    balanced: tier().optional().describe('The model that does most of the work.'),
    frontier: tier().optional().describe('The strongest model.'),
  }).optional().describe('What each tier stands for: executor:model, executor@endpoint:model, or a map of executor: model.'),
  routing: map({
    preset: word(PRESETS).optional().describe('Which tier serves which gate.'),
    gates: map({
      classify: tierName().describe('Tier that judges the size of an issue.'), plan: tierName().describe('Tier that plans an epic.'),
      draft: tierName().describe('Tier that writes the summary of a pull request.'),
      implement: tierName().describe('Tier that writes the code.'), lint: tierName().describe('Tier that repairs what verification found.'),
      review: tierName().describe('Tier that reviews the change.'), commit: tierName().describe('Tier that words the commit message.'),
      decide: tierName().describe('Tier that decides after a wave.'),
    }).optional().describe('Tier for a gate, instead of the preset\'s.'),
    complexity: map({
      trivial: tierName().describe('Tier for trivial issues.'), simple: tierName().describe('Tier for simple issues.'),
      medium: tierName().describe('Tier for medium issues.'), complex: tierName().describe('Tier for complex issues.'),
    }).optional().describe('Implement tier for a complexity, instead of the preset\'s.'),
    max_escalations_per_issue: whole(0, 3).optional().describe('How often the tier may rise after failures. Unset: the preset\'s number.'),
  }).optional().describe('Which model does what.'),
  decompose: map({
    enabled: yesNo().optional().describe('Whether epics are split into sub-issues.'),
    min_complexity: word(COMPLEXITIES).optional().describe('Smallest complexity that is split.'),
    max_subtasks: whole(2, 20).optional().describe('Most sub-issues that one plan may have.'),
    min_description_words: whole(0, 10_000).optional().describe('Shorter descriptions are not split.'),
  }).optional().describe('When an issue is split.'),
  retry: map({
    decompose_on_kill: yesNo().optional().describe('Whether an issue whose agent was killed is split instead of repeated.'),
  }).optional().describe('What happens after a failure.'),
  decide: map({
    enabled: yesNo().optional().describe('Whether a model decides after a wave with failures. false: fixed rules only.'),
  }).optional().describe('The decision after a wave.'),
  verify: map({
    setup: list(text('a command'), 'commands').optional().describe('Commands that install what the checks need. Empty: detected.'),
    commands: list(text('a command'), 'commands').optional().describe('Commands that must succeed. Empty: detected.'),
    timeout: limit().optional().describe('Time limit of each command.'),
    baseline: yesNo().optional().describe('Whether the checks must pass before the agent starts.'),
    fix_rounds: whole(0, 10).optional().describe('How often the agent may repair failing checks within an attempt.'),
  }).optional().describe('How a change is checked.'),
  review: map({
    enabled: yesNo().optional().describe('Whether a model reviews the change.'),
    max_rounds: whole(1, 10).optional().describe('How often rejected findings go back to the agent within an attempt.'),
  }).optional().describe('Review by a model before the pull request.'),
  land: map({
    method: word(LAND_METHODS).optional().describe('GitHub\'s merge method.'),
    delete_branch: yesNo().optional().describe('Whether the branch goes after the merge.'),
    wait: duration().optional().describe('How long to wait for checks. 0s: do not wait.'),
  }).optional().describe('How a pull request is merged.'),
  budget: map({
    per_issue_usd: usd().optional().describe('Most that one issue may cost, in USD.'),
    per_epic_usd: usd().optional().describe('Most that one epic with its sub-issues may cost, in USD.'),
    per_day_usd: usd().optional().describe('Most that may be spent in a day, in USD.'),
  }).optional().describe('Spending caps.'),
  trust: map({
    associations: list(word(ASSOCIATIONS), ASSOCIATIONS.join(', ')).optional()
      .describe('Relations to the repository whose issues are worked on.'),
    users: list(text('a login'), 'logins').optional().describe('Further trusted people, by login.'),
    bots: list(text('a login'), 'logins').optional().describe('Further accounts whose markers count as written by pilot.'),
  }).optional().describe('Whose issues are worked on.'),
  hooks: map({
    run_tests_on_stop: yesNo().optional().describe('Whether claude runs the tests before it stops. Only with executor.default claude.'),
  }).optional().describe('Hooks given to the agent.'),
  limits: map({
    implement: limit().optional().describe('Time limit of an implement or lint run.'),
    plan: limit().optional().describe('Time limit of a planning or review run.'),
    text: limit().optional().describe('Time limit of a text request.'),
    stall: limit().optional().describe('A run that prints nothing for this long is stopped.'),
  }).optional().describe('Time limits of runs.'),
  github: map({
    api_url: url().optional().describe('API root of a GitHub Enterprise Server. GITHUB_API_URL beats it.'),
    login: text('a login').optional().describe('Login of the account pilot writes as, where the token cannot tell.'),
  }).optional().describe('Access to GitHub.'),
  protected_paths: map({
    allow: list(text('a glob'), 'globs').optional().describe('Protected paths that a pull request may change all the same.'),
  }).optional().describe('Paths that block a pull request: workflows, pilot\'s own files, agent instructions, hooks.'),
})

/** A configuration file as a person may write it. Durations and tiers are still text. */
export type WrittenConfig = z.infer<typeof writtenSchema>
