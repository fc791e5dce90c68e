import type {WrittenConfig} from '../core/config/written.js'
import type {RunFlags} from '../core/route/pins.js'
import type {Reporter, World} from '../flow/world.js'
import {apiUrlOf} from './api-url.js'
import {PilotCommand} from './base-command.js'
import type {Opening} from './context.js'
import type {GlobalFlags} from './flags.js'
import {assertReadable, parseIssueRefs} from './issue-refs.js'
import {reporterFor} from './reporter.js'

type Opened = {runsCode?: boolean; overrides?: WrittenConfig; refs?: readonly string[]}

/** A command that works on a repository: opens the world it acts in and reads the issues it is given. */
export abstract class WorldCommand<T> extends PilotCommand<T> {
  readonly #worlds: World[] = []

  protected async world(flags: GlobalFlags & RunFlags, opened: Opened = {}): Promise<World> {
    assertReadable(opened.refs ?? [])
    const {openWorld} = await import('./context.js')
    const world = await openWorld({...await this.opening(flags), ...opened})
    this.#worlds.push(world)
    return world
  }

  protected override async leave(): Promise<void> {
    for (const world of this.#worlds) await world.purse.close()
  }

  /** its actions are the answer */
  protected isDryRun = false

  /** Where the actions of a dry run are the answer, on stdout, stderr need not say them as well. */
  protected answering<D extends {dryRun: boolean; report: Reporter}>(desk: D): D {
    this.isDryRun = desk.dryRun
    return desk.dryRun ? {...desk, report: {...desk.report, action: () => undefined}} : desk
  }

  /** What the composition root needs of a command. */
  protected async opening(flags: GlobalFlags & RunFlags): Promise<Opening> {
    const report = reporterFor(await this.progress(), (text) => { this.warn(text) }, (text) => { this.note(text) })
    return {
      flags, env: this.io.env, version: this.config.version, report, signal: this.signal, mask: (text) => this.mask(text), conceal: (secret) => { this.conceal(secret) },
    }
  }

  /** The issue numbers of the command line; `-` reads them from stdin. */
  protected issues(args: readonly string[], world: World): Promise<number[]> {
    return parseIssueRefs(args, {repo: world.repo, apiUrl: apiUrlOf(this.io.env, world.config)}, this.io.stdin)
  }

  /** The same where no world is open. */
  protected async issueAt(arg: string, home: {repo: string; apiUrl?: string | undefined}): Promise<number> {
    const [number] = await parseIssueRefs([arg], home, this.io.stdin)
    return number!
  }

  protected async issue(arg: string, world: World): Promise<number> {
    const [number] = await this.issues([arg], world)
    return number!
  }
}
