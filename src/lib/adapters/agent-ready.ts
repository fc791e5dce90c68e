import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import {delimiter, isAbsolute, join} from 'node:path'
import {programOf} from '../core/route/agents/shell.js'
import type {SpawnPlan} from '../core/route/spawn-plan.js'
import type {FailureClass} from '../core/run/failure.js'

type Env = Readonly<Record<string, string | undefined>>
export type Unready = {failure: FailureClass & ('cli_missing' | 'invalid_config'); message: string}

/** Why a plan cannot be run on this machine, with the key and place that say so; null when it can. Starts nothing. */
export async function unready(plan: SpawnPlan, env: Env): Promise<Unready | null> {
  const mcp = plan.argv[plan.argv.indexOf('--mcp-config') + 1]
  if (plan.mcpConfigPath !== null && mcp !== undefined && plan.argv.includes('--mcp-config') && !await isFile(mcp)) {
    return {failure: 'invalid_config', message: `${place(plan, 'mcpConfigPath', `executor.${plan.executor}.mcp_config_path`)}: there is no file ${mcp}`}
  }
  const [command, flag, script] = plan.argv
  const line = plan.executor === 'shell' && flag === '-c' ? programOf(script ?? '') : null
  if (line !== null && !await isOnPath(line, env['PATH'] ?? '', plan.cwd)) {
    return {failure: 'cli_missing', message: `${place(plan, 'argv', 'executor.shell.command')}: ${line} was not found${line.includes('/') ? '' : ' on the PATH'}; install it or set executor.shell.command`}
  }
  if (command !== undefined && !await isOnPath(command, env['PATH'] ?? '', plan.cwd)) {
    return {failure: 'cli_missing', message: `${place(plan, 'executor', 'executor.default')}: ${command} was not found on the PATH; install it or set executor.${plan.executor}.command`}
  }
  return null
}

function place({provenance}: SpawnPlan, field: string, otherwise: string): string {
  const from = provenance[field]
  return `${from?.key ?? otherwise}${from?.at ? ` (${from.at})` : ''}`
}

const isFile = (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false)
const isProgram = async (path: string): Promise<boolean> => await isFile(path) && access(path, constants.X_OK).then(() => true, () => false)

/** Is this a program, by its path or by a name on the PATH? */
export async function isOnPath(command: string, path: string, cwd: string): Promise<boolean> {
  if (command.includes('/')) return isProgram(isAbsolute(command) ? command : join(cwd, command))
  for (const dir of path.split(delimiter)) if (dir !== '' && await isProgram(join(dir, command))) return true
  return false
}
