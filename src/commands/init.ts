import {Flags} from '@oclif/core'
import type {Outcome} from '../lib/cli/outcome.js'
import type {InitJson} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {initView} from '../lib/cli/views/setup.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import {PilotError} from '../lib/errors.js'

export default class Init extends WorldCommand<InitJson> {
  static override summary = 'write a commented .pilot/config.yaml, and with --labels create the labels'
  static override description = 'What is there is left alone; run twice it changes nothing. Without --labels neither GitHub nor a token is needed.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --labels --dry-run']
  static override flags = {labels: Flags.boolean({description: 'create the labels that pilot uses'})}

  async run(): Promise<Outcome<InitJson>> {
    const {flags} = await this.parse(Init)
    if (flags.config !== undefined && !flags.labels) {
      throw new PilotError('USAGE', '--config names a file to read, and only --labels reads one; init writes .pilot/config.yaml', ['pilot init', 'pilot init --help'])
    }
    const [{openInit}, {init}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/flow/init.js')])
    const {status, ...result} = await init(this.answering(await openInit(await this.opening(flags), flags.labels)))
    this.note('next: pilot doctor')
    return {status, result}
  }

  protected view(result: InitJson, ui: Ui): string { return initView(result, ui) }
}
