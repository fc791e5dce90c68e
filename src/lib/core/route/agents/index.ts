import type {Executor} from '../../config/words.js'
import {claude} from './claude.js'
import {codex} from './codex.js'
import type {AgentDescriptor} from './descriptor.js'
import {gemini} from './gemini.js'
import {native} from './native.js'
import {opencode} from './opencode.js'
import {shell} from './shell.js'

/** One descriptor an executor. Adding an executor is adding a file and a line here. */
const DESCRIPTORS: Readonly<Record<Executor, AgentDescriptor>> = {claude, codex, gemini, opencode, native, shell}

export const descriptorOf = (executor: Executor): AgentDescriptor => DESCRIPTORS[executor]
/** For callers that take a spawn plan from outside this version. */
export const findDescriptor = (executor: Executor): AgentDescriptor | undefined => DESCRIPTORS[executor]
