import type {Config} from '../core/config/layers.js'
import type {RunFlags} from '../core/route/pins.js'
import type {Agent, Artifacts, Cache, Checks, Claims, Clock, Commands, Comments, Issues, People, Pulls, Relations, Repository, Workshop} from '../ports.js'

/** Where progress and warnings go: stderr for people, the envelope for programs. Never stdout. */
export interface Reporter {
  progress(line: string): void
  warn(text: string): void
  /** one performed or, in a dry run, intended write */
  action(line: string): void
}

/** Everything a flow may touch, opened once for one command. Ports that cost something to open are opened on first use. */
export type World = {
  readonly repo: string
  readonly runId: string
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
