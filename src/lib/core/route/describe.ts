import type {Provenance, SpawnPlan} from './spawn-plan.js'

const from = (p: Provenance | undefined): string =>
  p === undefined ? '' : ` (${[p.from, p.at, p.key].filter((part) => part !== null && part !== '').join(' ')}${p.reason === null ? '' : `: ${p.reason}`})`

/** The one line that is logged for each spawn: what runs, and which layer decided it. */
export function describePlan(plan: SpawnPlan): string {
  const fields = (['executor', 'model', 'tier', 'endpoint'] as const)
    .filter((field) => plan[field] !== null)
    .map((field) => `${field}=${field === 'endpoint' ? plan.endpoint!.name : plan[field]}${from(plan.provenance[field])}`)
  return `${plan.issue === null ? '' : `GH-${plan.issue} `}attempt ${plan.attempt} ${plan.gate}: ${fields.join(', ')}${plan.resume === null ? '' : `, resumes ${plan.resume.session}`}`
}
