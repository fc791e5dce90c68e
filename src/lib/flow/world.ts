import type {Config} from '../core/config/layers.js'
import type {RunFlags} from '../core/route/pins.js'
import type {AgentEvent} from '../core/run/outcome.js'
import type {Agent, Artifacts, Cache, Checks, Claims, Clock, Commands, Comments, Issues, People, Prices, Pulls, Relations, Repository, Runner, Workshop} from '../ports.js'
import type {Purse} from './purse.js'

/** What is happening to an issue right now, for a live view. Nothing is decided by it and nothing is stored. */
export type Activity =
  /** pilot itself began something: setup, baseline, verify, push */
  | {kind: 'step'; issue: number; step: string}
  /** a model call began: implement, fix 1, review */
  | {kind: 'spawn'; issue: number | null; step: string}
  /** what its stream said */
  | {kind: 'event'; issue: number | null; event: AgentEvent}
  /** US dollars of the call under way so far, by what it streams */
  | {kind: 'spent'; issue: number | null; usd: number}
  /** nothing more will happen to this issue for now */
  | {kind: 'over'; issue: number}

/** Where progress and warnings go: stderr for people, the envelope for programs. Never stdout. */
export interface Reporter {
  progress(line: string): void
  warn(text: string): void
  /** one performed or, in a dry run, intended write */
  action(line: string): void
  activity(activity: Activity): void
}

/** Everything a flow may touch, opened once for one command. Ports that cost something to open are opened on first use. */
export type World = {
  readonly repo: string
  readonly runId: string
  readonly runner: Runner
  readonly dryRun: boolean
  /** root of the user's checkout, or the directory pilot was started in where there is none */
  readonly root: string
  readonly config: Config
  /** what a person chose on the command line for this run; everything else is read from the configuration */
  readonly flags: RunFlags
  readonly issues: Issues
  readonly comments: Comments
  readonly relations: Relations
  readonly pulls: Pulls
  readonly checks: Checks
  readonly people: People
  readonly repository: Repository
  readonly claims: Claims
  readonly artifacts: Artifacts
  readonly cache: Cache
  readonly workshop: Workshop
  readonly commands: Commands
  readonly agent: Agent
  /** the price table, loaded when a call is to be priced */
  readonly prices: () => Promise<Prices>
  readonly purse: Purse
  readonly clock: Clock
  readonly report: Reporter
  readonly signal: AbortSignal
  /** which logins are pilot's own accounts; asked for once */
  readonly own: () => Promise<(login: string) => boolean>
  /** sha256 of a text, in hex */
  readonly hash: (text: string) => string
  /** unguessable, for fences */
  readonly nonce: () => string
  /** masks every known secret; applied to whatever leaves the process */
  readonly mask: (text: string) => string
}
