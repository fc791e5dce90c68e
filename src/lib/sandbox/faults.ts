/** What can go wrong on purpose. `after` means the write happened and only the answer suffers. */
export type FaultEffect =
  | {kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown}
  | {kind: 'delay'; ms: number}
  | {kind: 'cut'}

export interface FaultRule {
  method?: string
  /** A string is the exact path without query; a RegExp is tested against the path. Git's http paths count too. */
  path?: RegExp | string
  /** Strikes from the nth matching request on, 1 unless told. */
  nth?: number
  /** How often it strikes, 1 unless told. */
  times?: number
  when: 'before' | 'after'
  then: FaultEffect
}

/** The connection is gone: in process a rejected fetch, over HTTP a destroyed socket. */
export class ConnectionCut extends Error {}

export interface Faults {
  readonly add: (rule: FaultRule) => void
  readonly clear: () => void
  /** Counts a request against every rule, once, and answers the effects due. */
  readonly due: (method: string, path: string) => {before: FaultEffect[]; after: FaultEffect[]}
}

export function createFaults(): Faults {
  let rules: {rule: FaultRule; seen: number; fired: number}[] = []
  const matches = (rule: FaultRule, method: string, path: string): boolean =>
    (rule.method === undefined || rule.method.toUpperCase() === method)
    && (
      rule.path === undefined || (
        typeof rule.path === 'string' ? rule.path === path : new RegExp(rule.path.source, rule.path.flags.replace(/[gy]/g, '')).test(path)
      )
    )
  return {
    add: (rule) => void rules.push({rule, seen: 0, fired: 0}),
    clear: () => { rules = [] },
    due(method, path) {
      const struck = rules.filter((r) => {
        if (!matches(r.rule, method, path)) return false
        r.seen += 1
        if (r.seen < (r.rule.nth ?? 1) || r.fired >= (r.rule.times ?? 1)) return false
        r.fired += 1
        return true
      })
      const at = (when: 'before' | 'after'): FaultEffect[] => struck.filter((r) => r.rule.when === when).map((r) => r.rule.then)
      return {before: at('before'), after: at('after')}
    },
  }
}

/** Plays the effects in order: waits, throws ConnectionCut, or answers the status that replaces the real answer. */
export async function suffer(effects: readonly FaultEffect[]): Promise<{
  status: number; headers: Record<string, string>; body: unknown
} | null> {
  let instead: {status: number; headers: Record<string, string>; body: unknown} | null = null
  for (const effect of effects) {
    switch (effect.kind) {
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, effect.ms))
        break
      case 'cut':
        throw new ConnectionCut('connection cut by a fault rule')
      case 'status':
        instead = {status: effect.status, headers: effect.headers ?? {}, body: effect.body ?? {message: 'Server Error'}}
        break
    }
  }
  return instead
}
