import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Octokit} from '@octokit/rest'
import {onTestFinished} from 'vitest'
import {createSandbox, type Sandbox, type SandboxOptions} from '../../src/lib/sandbox/index.js'
import {createContract, validatingFetch} from '../support/openapi.js'

export const at = {owner: 'acme', repo: 'app'}
export const name = 'acme/app'
const contract = createContract()
const silent = {debug() {}, info() {}, warn() {}, error() {}}
export type Rest = Octokit['rest']

export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rm(dir, {recursive: true, force: true}))
  return dir
}

/** A sandbox with acme/app and clients whose every request and answer is checked against GitHub's OpenAPI. */
export async function start(
  options: Partial<SandboxOptions> & {features?: {subIssues?: boolean; dependencies?: boolean}; private?: boolean} = {}
): Promise<{
  sandbox: Sandbox; rest: Rest; as: (token: string | null) => Rest
}> {
  const sandbox = createSandbox({dir: await tempDir(), ...options})
  await sandbox.createRepo(
    {owner: at.owner, name: at.repo, private: options.private ?? false, ...(options.features && {features: options.features})}
  )
  const as = (token: string | null): Rest => client(sandbox, token)
  return {sandbox, rest: as(sandbox.token), as}
}

export const client = (sandbox: Sandbox, token: string | null, seen?: Set<string>): Rest => new Octokit({
  ...(token && {auth: token}), log: silent, request: {fetch: validatingFetch(sandbox.fetch, {contract, ...(seen && {seen})})},
}).rest

/** Status and message of a refusal, `ok` when nothing was refused. */
export async function refusal(work: Promise<unknown>): Promise<{
  status: number; message: string; errors: {code?: string; field?: string; message?: string}[]
} | 'ok'> {
  try {
    await work
    return 'ok'
  } catch (error) {
    const e = error as {
      status?: number; message: string; response?: {data?: {message?: string; errors?: {code?: string; field?: string}[]}}
    }
    if (!e.response) throw error
    return {status: e.status ?? 0, message: e.response.data?.message ?? '', errors: e.response.data?.errors ?? []}
  }
}
export const status = async (work: Promise<unknown>): Promise<number | 'ok'> => {
  const r = await refusal(work)
  return r === 'ok' ? r : r.status
}

/** A clock that moves only when told. */
export function clock(start = '2026-01-01T00:00:00Z'): {now: () => Date; advance: (ms: number) => void} {
  let at = Date.parse(start)
  return {now: () => new Date(at), advance: (ms) => { at += ms }}
}
