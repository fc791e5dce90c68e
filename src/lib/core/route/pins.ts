import {MODEL_PATTERN} from '../config/tier.js'
import {EXECUTORS, TIERS, type Executor} from '../config/words.js'
import {pinsOf} from '../issue/labels.js'
import {PilotError} from '../../errors.js'
import type {Pin, Pins} from './select.js'

export type RunFlags = {executor?: string | undefined; model?: string | undefined; tier?: string | undefined}

/** What people pinned for an issue: flags first, then its labels. Contradicting or unknown pins are errors, never guessed. */
export function readPins(labels: readonly string[], flags: RunFlags): Pins {
  const labelled = pinsOf(labels)
  const flagged = [flags.executor !== undefined && 'pilot-executor:', flags.tier !== undefined && 'pilot-tier:', flags.model !== undefined && 'pilot-model:'].filter((prefix) => prefix !== false)
  const conflicts = labelled.conflicts.filter((label) => !flagged.some((prefix) => label.startsWith(prefix)))
  if (conflicts.length > 0) throw new PilotError('ROUTING', `labels contradict each other: ${conflicts.join(', ')}`, ['take all but one of them off the issue'])
  const malformed = flags.model === undefined ? labels.find((label) => /^pilot-model:/i.test(label) && !/^pilot-model:[^:]+:./i.test(label)) : undefined
  if (malformed !== undefined) throw new PilotError('ROUTING', `label ${malformed}: expected pilot-model:EXECUTOR:MODEL`, ['pilot route --help'])
  const executor = pin(flags.executor, '--executor', labelled.executor, 'pilot-executor', EXECUTORS)
  const tier = pin(flags.tier, '--tier', labelled.tier, 'pilot-tier', TIERS)
  const model: Pin<string> | undefined = flags.model !== undefined ? {value: flags.model, from: 'flag', key: '--model'}
    : labelled.model === null ? undefined : {value: labelled.model.model, from: 'label', key: `pilot-model:${labelled.model.executor}:${labelled.model.model}`}
  // a model becomes an argument of a command line, and a label is less to be trusted than a configuration file
  if (model !== undefined && !MODEL_PATTERN.test(model.value)) {
    throw new PilotError('ROUTING', `${model.key} ${JSON.stringify(model.value)}: expected one model id without spaces or a leading dash`, ['pilot route --help'])
  }
  return {...(executor && {executor}), ...(tier && {tier}), ...(model && {model})}
}

function pin<T extends string>(flag: string | undefined, flagName: string, label: string | null, labelName: string, known: readonly T[]): Pin<T> | undefined {
  const [value, from, key] = flag !== undefined ? [flag, 'flag', flagName] as const : [label, 'label', `${labelName}:${label}`] as const
  if (value === null) return undefined
  const found = known.find((word) => word === value)
  if (found === undefined) throw new PilotError('ROUTING', `${key} ${value}: expected one of ${known.join(', ')}`, ['pilot route --help'])
  return {value: found, from, key}
}

/** `pilot-model:EXECUTOR:MODEL` names the executor that it is for; it never changes the one that was chosen. */
export function assertModelLabelFits(labels: readonly string[], executor: Executor): void {
  const {model} = pinsOf(labels)
  if (model === null || model.executor === executor) return
  throw new PilotError('ROUTING', `label pilot-model:${model.executor}:${model.model} is for executor ${model.executor}, but ${executor} was chosen`,
    [EXECUTORS.some((known) => known === model.executor) ? `add the label pilot-executor:${model.executor}` : `executors are ${EXECUTORS.join(', ')}`])
}
