import {Args, Flags} from '@oclif/core'
import {routeFlags} from '../lib/cli/flags.js'
import {failedWith, type Outcome} from '../lib/cli/outcome.js'
import type {RouteResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {explainView, routeView} from '../lib/cli/views/route.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import {GATES} from '../lib/core/config/words.js'
import type {Routes} from '../lib/flow/route.js'

export default class Route extends WorldCommand<RouteResult> {
  static override summary = 'show what every gate would spawn for an issue, and why; spawns nothing'
  static override description = 'One function decides executor, model, tools, caps, argv and environment; this prints its answers with the file and line behind each.'
  static override examples = ['<%= config.bin %> <%= command.id %> 124', '<%= config.bin %> <%= command.id %> 124 --explain implement', '<%= config.bin %> <%= command.id %> 124 --json']
  static override args = {issue: Args.string({ignoreStdin: true, required: true, description: 'issue number, #123, GH-123 or URL'})}
  static override flags = {...routeFlags, explain: Flags.string({description: 'one gate, field by field', options: [...GATES], helpValue: 'GATE'})}
  #routes: Routes | undefined

  async run(): Promise<Outcome<RouteResult>> {
    const {args, flags} = await this.parse(Route)
    const world = await this.world(flags, {refs: [args.issue]})
    const {routeIssue} = await import('../lib/flow/route.js')
    const gates = flags.explain === undefined ? GATES : GATES.filter((gate) => gate === flags.explain)
    this.#routes = await routeIssue(world, await this.issue(args.issue, world), gates)
    const {issue, routes} = this.#routes
    const result = {issue, gates: routes.flatMap((route) => (route.plan === null ? [] : [route.plan]))}
    const broken = routes.find((route) => 'error' in route)
    return broken && 'error' in broken ? failedWith(broken.error, result) : {status: 'done', result}
  }

  protected view(result: RouteResult, ui: Ui): string {
    const [only, ...others] = result.gates
    if (this.#routes?.routes.length === 1 && only !== undefined && others.length === 0) return explainView(only, ui)
    return this.#routes === undefined ? '' : routeView(this.#routes, ui)
  }
}
