/** The closed word lists of the project. Everything that names a gate, tier, executor … takes its type from here. */

/** Steps that choose a model of their own. */
export const GATES = ['classify', 'plan', 'draft', 'implement', 'lint', 'review', 'commit', 'decide'] as const
export type Gate = (typeof GATES)[number]
/** Gates that read or change a checkout: their executor is chosen by `executor.default` and what overrides it. The others are one question each, on the executor of their tier. */
export const TOOL_GATES = ['plan', 'implement', 'lint', 'review'] as const satisfies readonly Gate[]

/** Cheapest first: the order in which escalation climbs. */
export const TIERS = ['free', 'cheap', 'balanced', 'frontier'] as const
export type Tier = (typeof TIERS)[number]

export const EXECUTORS = ['claude', 'codex', 'gemini', 'opencode', 'native', 'shell'] as const
export type Executor = (typeof EXECUTORS)[number]
/** Executors that are agent command lines with options of their own in the configuration. */
export const AGENT_EXECUTORS = ['claude', 'codex', 'gemini', 'opencode'] as const satisfies readonly Executor[]
export type AgentExecutor = (typeof AGENT_EXECUTORS)[number]

/** Smallest first. `epic` is too large for one pull request, so it has no implement tier. */
export const COMPLEXITIES = ['trivial', 'simple', 'medium', 'complex', 'epic'] as const
export type Complexity = (typeof COMPLEXITIES)[number]
export const IMPLEMENT_COMPLEXITIES = ['trivial', 'simple', 'medium', 'complex'] as const satisfies readonly Complexity[]
export type ImplementComplexity = (typeof IMPLEMENT_COMPLEXITIES)[number]

export const PRESETS = ['opus-plans', 'economy', 'quality', 'single', 'local'] as const
export type Preset = (typeof PRESETS)[number]

export const LAND_METHODS = ['squash', 'merge', 'rebase'] as const
export type LandMethod = (typeof LAND_METHODS)[number]

/** What GitHub calls the relation of an author to a repository (`author_association`). */
export const ASSOCIATIONS = [
  'OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR', 'FIRST_TIME_CONTRIBUTOR', 'FIRST_TIMER', 'MANNEQUIN', 'NONE',
] as const
export type Association = (typeof ASSOCIATIONS)[number]
