import {Args, Flags} from '@oclif/core'
import {PilotError} from '../lib/errors.js'
import {itemsOutcome, type Outcome} from '../lib/cli/outcome.js'
import type {ItemsResult} from '../lib/cli/results.js'
import type {Ui} from '../lib/cli/ui.js'
import {classifyView} from '../lib/cli/views/items.js'
import {WorldCommand} from '../lib/cli/world-command.js'
import type {ClassifyItem} from '../lib/flow/classify.js'

export default class Classify extends WorldCommand<ItemsResult<ClassifyItem>> {
  static override summary = 'how complex is an issue, and should it be split'
  static override description = 'Rules read the prose of the issue; --llm asks a model first. With --file or --stdin neither GitHub nor a token is needed.'
  static override examples = ['<%= config.bin %> <%= command.id %> 123', '<%= config.bin %> <%= command.id %> 123 --llm --apply-label', '<%= config.bin %> <%= command.id %> --file issue.md --json']
  static override strict = false
  static override args = {issue: Args.string({ignoreStdin: true, description: 'issue number, #123, GH-123 or URL; several; - reads numbers from stdin'})}
  static override flags = {
    'llm': Flags.boolean({description: 'ask the classify gate\'s models, with the rules as fallback', exclusive: ['file', 'stdin']}),
    'apply-label': Flags.boolean({description: 'put complexity:LEVEL on the issue', exclusive: ['file', 'stdin']}),
    'file': Flags.string({description: 'classify a Markdown file: first line title, rest body', helpValue: 'FILE', exclusive: ['stdin']}),
    'stdin': Flags.boolean({description: 'classify issues from stdin, one JSON object a line: {number, title, body, labels}'}),
  }

  async run(): Promise<Outcome<ItemsResult<ClassifyItem>>> {
    const {argv, flags} = await this.parse(Classify)
    if (flags.file !== undefined || flags.stdin) {
      if (argv.length > 0) throw new PilotError('USAGE', `--${flags.stdin ? 'stdin' : 'file'} stands alone: ${argv.join(' ')} would not be looked at`, ['pilot classify --help'])
      const [{openConfig}, {classifyText}] = await Promise.all([import('../lib/cli/context.js'), import('../lib/cli/offline.js')])
      const config = await openConfig({flags, env: this.io.env, conceal: (secret) => { this.conceal(secret) }})
      return itemsOutcome(await classifyText({file: flags.file, stdin: this.io.stdin, cwd: flags.cwd, settings: config.settings.decompose}))
    }
    if (argv.length === 0) throw new PilotError('USAGE', 'which issue? Give a number, --file or --stdin', ['pilot classify --help'])
    const world = await this.world(flags, {refs: argv as string[]})
    const {classifyIssue} = await import('../lib/flow/classify.js')
    const items: ClassifyItem[] = []
    for (const number of await this.issues(argv as string[], world)) items.push(await classifyIssue(world, number, {llm: flags.llm, applyLabel: flags['apply-label']}))
    return itemsOutcome(items)
  }

  protected view(result: ItemsResult<ClassifyItem>, ui: Ui): string { return classifyView(result, ui) }
  protected override outputs({items}: ItemsResult<ClassifyItem>) {
    return {complexity: items.map((i) => i.complexity).join(','), decompose: items.map((i) => i.decompose.eligible).join(',')}
  }
}
