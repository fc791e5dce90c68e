import {failedWith, type Outcome} from '../lib/cli/outcome.js'
import type {DoctorResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {doctorView} from '../lib/cli/views/setup.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import {PilotError} from '../lib/errors.js'

export default class Doctor extends WorldCommand<DoctorResult> {
  static override summary = 'check token and rights, repository, configuration, agents, endpoints and git; each failure names its fix'
  static override description = 'Reads only: no model is called and nothing is written.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<Outcome<DoctorResult>> {
    const {flags} = await this.parse(Doctor)
    const [{openDoctor}, {examine, worstFinding}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/flow/doctor.js')])
    const findings = await examine(await openDoctor(await this.opening(flags)))
    const worst = worstFinding(findings)
    if (worst === undefined) return {status: 'done', result: {findings}}
    return failedWith(new PilotError(worst.code ?? 'INTERNAL', `${worst.check}: ${worst.detail}`, worst.fix === null ? [] : [worst.fix]), {findings})
  }

  protected view(result: DoctorResult, ui: Ui): string { return doctorView(result, ui) }
}
