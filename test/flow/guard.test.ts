import {describe, expect, it} from 'vitest'
import {PilotError} from '../../src/lib/errors.js'
import {guarded, underClaim} from '../../src/lib/flow/guard.js'
import type {SpawnPlan} from '../../src/lib/core/route/spawn-plan.js'
import type {World} from '../../src/lib/flow/world.js'
import type {Claim} from '../../src/lib/ports.js'

/** Every call by its name; whatever is asked for exists, and answers nothing. */
function recording() {
  const calls: string[] = []
  const port = (name: string) => new Proxy({}, {get: (_, method) => (...args: unknown[]) => { calls.push(`${name}.${String(method)}`); return Promise.resolve(args) }})
  const ports = Object.fromEntries(['issues', 'comments', 'relations', 'pulls', 'checks', 'people'].map((name) => [name, port(name)]))
  return {calls, world: {...ports, repo: 'octo/app'} as unknown as World}
}
const claim = (state: {lost: boolean; released: number; asked: number}): Claim => ({
  issue: 7,
  assertHeld: () => { state.asked++; return state.lost ? Promise.reject(new PilotError('CLAIM_LOST', 'gone')) : Promise.resolve() },
  assertMayPay: () => { state.asked++; return state.lost ? Promise.reject(new PilotError('CLAIM_LOST', 'gone')) : Promise.resolve() },
  release: () => { state.released++; return Promise.resolve() },
})
const fresh = () => ({lost: false, released: 0, asked: 0})

const WRITES = {
  issues: ['create', 'close', 'addLabels', 'removeLabel'], comments: ['create', 'update'], relations: ['link', 'block'], pulls: ['create', 'update', 'merge', 'deleteBranch'],
} as const
const READS = {issues: ['get', 'list', 'newerThan'], comments: ['list'], relations: ['children', 'parent', 'blockers'], pulls: ['get', 'ofBranch', 'openBranches', 'newestFirst']} as const
const rows = (table: Record<string, readonly string[]>): [string, string][] => Object.entries(table).flatMap(([port, methods]) => methods.map((method): [string, string] => [port, method]))
const call = (world: World, port: string, method: string): Promise<unknown> =>
  (world as unknown as Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>)[port]![method]!('a', 'b')

describe('a guarded world', () => {
  it.each(rows(WRITES))('%s.%s is not sent once the claim is lost', async (port, method) => {
    const state = {...fresh(), lost: true}
    const {calls, world} = recording()
    await expect(call(guarded(world, claim(state)), port, method)).rejects.toMatchObject({code: 'CLAIM_LOST', exit: 8})
    expect(calls).toEqual([])
  })

  it.each(rows(WRITES))('%s.%s goes through, unchanged, while it is held', async (port, method) => {
    const state = fresh()
    const {calls, world} = recording()
    const args = await call(guarded(world, claim(state)), port, method) as unknown[]
    expect([calls, args[0], state.asked]).toEqual([[`${port}.${method}`], 'a', 1])
  })

  it.each(rows(READS))('%s.%s needs no claim', async (port, method) => {
    const state = {...fresh(), lost: true}
    const {calls, world} = recording()
    await call(guarded(world, claim(state)), port, method)
    expect([calls, state.asked]).toEqual([[`${port}.${method}`], 0])
  })

  it.each<[boolean, string[]]>([[true, []], [false, ['draw']]])('draws no money once the claim is lost (%s), and says what was spent all the same', async (lost, drawn) => {
    const {calls, world} = recording()
    const note = (name: string) => () => { calls.push(name) }
    const plain = {draw: note('draw'), book: note('book'), settle: note('settle')} as unknown as World['purse']
    const {purse} = guarded({...world, purse: plain}, claim({...fresh(), lost}))
    const draw = purse.draw({} as SpawnPlan, {command: 'execute', epic: null})
    await (lost ? expect(draw).rejects.toMatchObject({code: 'CLAIM_LOST'}) : draw)
    purse.book({} as SpawnPlan, 1)
    await purse.settle(7)
    expect(calls).toEqual([...drawn, 'book', 'settle'])
  })

  it('knows every method of the ports that write', () => {
    const {world} = recording()
    const held = guarded(world, claim(fresh()))
    for (const port of ['issues', 'comments', 'relations', 'pulls'] as const) expect(Object.keys(held[port]).sort()).toEqual([...WRITES[port], ...READS[port]].sort())
  })
})

describe('under a claim', () => {
  const taking = (state: ReturnType<typeof fresh>): World => ({...recording().world, claims: {take: () => Promise.resolve(claim(state))}, report: {progress: () => undefined}}) as unknown as World

  it.each([['done', () => Promise.resolve('x')], ['failed', () => Promise.reject(new Error('x'))]] as const)('it is given back when the work is %s', async (_, work) => {
    const state = fresh()
    await underClaim(taking(state), 7, work).catch(() => undefined)
    expect(state.released).toBe(1)
  })

  it('nothing is done where another runner holds it', async () => {
    const world = {...recording().world, claims: {take: () => Promise.reject(new PilotError('CLAIMED', 'held'))}} as unknown as World
    let ran = false
    await expect(underClaim(world, 7, async () => { ran = true })).rejects.toMatchObject({code: 'CLAIMED', exit: 8})
    expect(ran).toBe(false)
  })
})
