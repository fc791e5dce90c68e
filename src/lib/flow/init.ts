import {LABELS, LABEL_STYLES} from '../core/issue/labels.js'
import {configSchemaText} from '../core/config/json-schema.js'
import {configTemplate, SCHEMA_FILE} from '../core/config/template.js'
import type {Artifacts, Labels} from '../ports.js'
import {PilotError, type Status} from '../errors.js'
import type {Reporter} from './world.js'

export type InitResult = {written: string[]; kept: string[]; labels: string[]; actions: string[]}
export type InitDesk = {artifacts: Artifacts; labels: Labels | null; dryRun: boolean; report: Reporter}

/** Writes what is missing and leaves alone what is there: a configuration is a person's, the schema beside it is pilot's. */
export async function init({artifacts, labels, dryRun, report}: InitDesk): Promise<InitResult & {status: Status}> {
  const result: InitResult = {written: [], kept: [], labels: [], actions: []}
  const act = async (line: string, write: () => Promise<void>, done: () => void): Promise<void> => {
    if (!dryRun) {
      await write()
      done()
    }
    result.actions.push(line)
    report.action(`${dryRun ? 'would' : 'did'} ${line}`)
  }
  const put = async (path: string, text: string, mayReplace: boolean): Promise<void> => {
    const there = await artifacts.readText(path)
    if (there === text || (there !== undefined && !mayReplace)) return void result.kept.push(`.pilot/${path}`)
    await act(`write .pilot/${path}`, () => artifacts.writeText(path, text).catch(readOnly), () => { result.written.push(`.pilot/${path}`) })
  }
  await put('config.yaml', configTemplate(), false)
  await put(SCHEMA_FILE, configSchemaText(), true)
  if (labels !== null) {
    const there = new Set((await labels.list()).map((name) => name.toLowerCase()))
    for (const name of LABELS.filter((label) => !there.has(label))) {
      await act(`create label ${name}`, () => labels.create(name, LABEL_STYLES[name]), () => { result.labels.push(name) })
    }
  }
  return {...result, status: result.actions.length === 0 ? 'noop' : 'done'}
}

/** A folder that can never be written is no full disk, which a later run may well not meet again. */
const readOnly = (error: unknown): never => {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'EROFS') throw error
  throw new PilotError('INVALID_ARTIFACT', `.pilot/ cannot be written: ${error.message}`, ['mount | grep -w ro'], {cause: error})
}
