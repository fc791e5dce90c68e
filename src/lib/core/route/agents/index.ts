import type {Executor} from '../../config/words.js'
import {PilotError} from '../../../errors.js'
import {claude} from './claude.js'
import type {AgentDescriptor} from './descriptor.js'
import {shell} from './shell.js'

/** One descriptor an executor. Adding an executor is adding a file and a line here. */
const DESCRIPTORS: Partial<Record<Executor, AgentDescriptor>> = {claude, shell}

export const findDescriptor = (executor: Executor): AgentDescriptor | undefined => DESCRIPTORS[executor]

/** @throws PilotError ROUTING for an executor that this version cannot drive */
export function descriptorOf(executor: Executor): AgentDescriptor {
  const found = findDescriptor(executor)
  if (found === undefined) throw new PilotError('ROUTING', `executor ${executor} cannot be run by this version of pilot`, [`choose one of ${Object.keys(DESCRIPTORS).join(', ')} with --executor`])
  return found
}
