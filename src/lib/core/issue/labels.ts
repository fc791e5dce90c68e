/** Every label that pilot itself puts on or takes off. Names are compared without case, as GitHub does. */
export const LABELS = [
  'pilot', 'pilot-in-progress', 'pilot-done', 'pilot-failed', 'pilot-retry-ready', 'pilot-retry-1', 'pilot-retry-2',
  'pilot-retry-exhausted', 'pilot-needs-human', 'no-decompose',
] as const
export type PilotLabel = (typeof LABELS)[number]

/** The four labels of the retry ladder, all of which a merge takes off. */
export const RETRY_LABELS = [
  'pilot-retry-ready', 'pilot-retry-1', 'pilot-retry-2', 'pilot-retry-exhausted',
] as const satisfies readonly PilotLabel[]

/** How a missing label is created: colour in hex without `#`, description at most 100 characters (GitHub's limit). */
export const LABEL_STYLES: Readonly<Record<PilotLabel, {color: string; description: string}>> = {
  'pilot': {color: '0969da', description: 'pilot may work on this issue'},
  'pilot-in-progress': {color: 'bf8700', description: 'pilot is working on this issue now'},
  'pilot-done': {color: '1a7f37', description: 'merged, nothing left to do'},
  'pilot-failed': {color: 'cf222e', description: 'the last attempt failed'},
  'pilot-retry-ready': {color: 'fb8f44', description: 'failed and may be retried: pilot retry'},
  'pilot-retry-1': {color: 'fddf68', description: 'first retry used'},
  'pilot-retry-2': {color: 'f6c343', description: 'second and last retry used'},
  'pilot-retry-exhausted': {color: '82071e', description: 'no retries left'},
  'pilot-needs-human': {color: '8250df', description: 'a person has to look before pilot goes on'},
  'no-decompose': {color: '6e7781', description: 'never split this issue into sub-issues'},
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export const hasLabel = (labels: readonly string[], name: string): boolean => labels.some((label) => same(label, name))

/** The label as it is spelled on the issue, which is the spelling that a removal should use. */
export const spelledAs = (labels: readonly string[], name: string): string | undefined => labels.find((label) => same(label, name))

/** Labels that keep an issue from being worked on until a person takes them off. */
const HELD_BY = ['pilot-retry-exhausted', 'pilot-needs-human'] as const

/** What a person types once the cause is dealt with: off with what holds the issue, and on with what they wanted. */
export const onceHandled = ({number, labels}: {number: number; labels: readonly string[]}, command: 'execute' | 'land' = 'execute'): string =>
  `gh issue edit ${number} --remove-label ${HELD_BY.flatMap((label) => spelledAs(labels, label) ?? []).join(',')} && pilot ${command} ${number}`

const INHERITED = /^(?:area:|priority:|no-decompose$)/i

/** The labels of a child: `pilot` and what its parent says about area, priority and splitting; never its parent's state. */
export const childLabels = (parent: readonly string[]): string[] =>
  ['pilot', ...parent.filter((label) => INHERITED.test(label))]
    .filter((label, at, all) => all.findIndex((other) => same(other, label)) === at)

/** What a person pinned by label. `conflicts` names pins that contradict each other; of those none counts. */
export type Pins = {executor: string | null; model: {executor: string; model: string} | null; tier: string | null; conflicts: string[]}

const valuesOf = (labels: readonly string[], prefix: string): string[] =>
  labels.filter((label) => label.toLowerCase().startsWith(prefix))
    .map((label) => label.slice(prefix.length).trim()).filter((value) => value !== '')

/** `pilot-executor:NAME`, `pilot-model:EXECUTOR:MODEL` (a model may contain colons) and `pilot-tier:TIER`. */
export function pinsOf(labels: readonly string[]): Pins {
  const conflicts: string[] = []
  const one = (prefix: string, values: string[]): string | null => {
    const distinct = [...new Set(values)]
    if (distinct.length > 1) conflicts.push(...distinct.map((value) => prefix + value))
    return distinct.length === 1 ? distinct[0]! : null
  }
  const plain = (prefix: string): string | null => one(prefix, valuesOf(labels, prefix).map((value) => value.toLowerCase()))
  const models = valuesOf(labels, 'pilot-model:').filter((value) => /^[^:]+:./.test(value))
  const model = one('pilot-model:', models.map((value) => value.replace(/^[^:]+/, (executor) => executor.toLowerCase())))
  const colon = model?.indexOf(':') ?? -1
  return {
    executor: plain('pilot-executor:'), tier: plain('pilot-tier:'),
    model: model === null ? null : {executor: model.slice(0, colon), model: model.slice(colon + 1)}, conflicts,
  }
}

/** A person's tag that sends an issue to the strongest tier; ARCH is named when both are there. */
export function escalationTag(labels: readonly string[]): 'ARCH' | 'SECURITY' | null {
  if (hasLabel(labels, 'arch') || hasLabel(labels, 'architecture')) return 'ARCH'
  return hasLabel(labels, 'security') ? 'SECURITY' : null
}
