import type {DemoResult} from '../results.js'
import type {Ui} from '../ui.js'
import {statusView} from './epic.js'

/** The epic's tree at the end of the story, and on a terminal what it took. */
export function demoView({epic, merged, commands, requests, dir, kept}: DemoResult, ui: Ui): string {
  const tree = statusView(epic, ui)
  if (!ui.stdoutTty || commands.length === 0) return tree
  const took = `${commands.length} commands, ${merged.length} merged pull requests, ${requests} requests to the local GitHub`
  return `\n${tree}${ui.style.dim(`${took}; ${kept ? `kept in ${dir}` : 'everything is removed again (--keep leaves it)'}`)}\n`
}
