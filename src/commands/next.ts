import {Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {NextResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {nextView} from '../lib/cli/views/epic.js'
import {WorldCommand} from '../lib/cli/world-command.js'

export default class Next extends WorldCommand<NextResult> {
  static override summary = 'print what could be executed now, oldest first'
  static override description = 'Open issues that carry pilot and are neither done, failed, claimed, blocked nor split. The issue number is the first column.'
  static override examples = ['<%= config.bin %> <%= command.id %> --limit 3', '<%= config.bin %> <%= command.id %> | <%= config.bin %> execute -', '<%= config.bin %> <%= command.id %> --matrix']
  static override flags = {
    limit: Flags.integer({description: 'at most so many', min: 1}),
    matrix: Flags.boolean({description: 'print a matrix for a GitHub Actions job: {"include": [{issue, title, branch}]}'}),
  }
  #matrix = false

  async run(): Promise<Outcome<NextResult>> {
    const {flags} = await this.parse(Next)
    this.#matrix = flags.matrix
    const world = await this.world(flags)
    const {next} = await import('../lib/flow/next.js')
    const include = await next(world, flags.limit ?? null)
    if (include.length === 0) this.noteIdle('nothing can be executed now: pilot status shows what the open issues wait for')
    return {status: include.length === 0 ? 'noop' : 'done', result: {include}}
  }

  protected view(result: NextResult, ui: Ui): string { return this.#matrix ? `${JSON.stringify(result)}\n` : nextView(result, ui) }
  protected override outputs(result: NextResult) { return {matrix: JSON.stringify(result), count: result.include.length} }
}
