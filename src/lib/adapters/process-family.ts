import {readFileSync, readdirSync} from 'node:fs'

/** A process, with its start time so that a pid that was given to somebody else meanwhile is left alone. */
export type Member = {pid: number; start: string}

/** `state`: the kernel's letter, `Z` for one that has ended and that nobody asked about yet */
type Stat = Member & {parent: number; state: string}

/** `/proc/PID/stat`: the name in parentheses may hold spaces and parentheses itself, so fields count from the last one. */
export function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return {pid, state: fields[0] ?? '', parent: Number(fields[1]), start: fields[19] ?? ''}
  } catch {
    // gone between listing and reading, or a system without /proc
    return undefined
  }
}

/**
 * All descendants of a process, whatever group or session they moved to: a coding agent starts its tools in sessions of their own, where a signal to
 * the group does not reach them. Empty where there is no /proc; then only the group is signalled.
 */
export function familyOf(pid: number): Member[] {
  let names: string[]
  try { names = readdirSync('/proc') } catch {
    // macOS and Windows
    return []
  }
  const children = new Map<number, Stat[]>()
  for (const name of names) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat !== undefined) children.set(stat.parent, [...children.get(stat.parent) ?? [], stat])
  }
  const below = (parent: number): Stat[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child.pid)])
  return below(pid).map(({pid: member, start}) => ({pid: member, start}))
}

/** Signals the group that `leader` leads, and every remembered descendant that is still the same process. */
export function signalFamily(leader: number, family: readonly Member[], signal: NodeJS.Signals): void {
  deliver(-leader, signal)
  const known = new Map(family.map((member) => [member.pid, member.start]))
  for (const [pid, start] of known) {
    if (statOf(pid)?.start === start) deliver(pid, signal)
  }
}

function deliver(pid: number, signal: NodeJS.Signals): void {
  try { process.kill(pid, signal) } catch (error) {
    // already gone, or it changed its user: neither can be helped from here
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
