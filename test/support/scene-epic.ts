import type {Scene, Step} from './scene.js'

/** A planner's answer: one subtask a place, each in a directory of its own; `dependsOn` by order. */
export const planAnswer = (
  places: readonly string[], dependsOn: (order: number) => number[] = (order) => (order === 1 ? [] : [1]),
): Step => ({
  say: {
    decision: 'split', reason: 'several places', effort: 'a day',
    subtasks: places.map((place, i) => ({
      order: i + 1, title: `feat(${place}): write the ${place} part`, description: `Write the ${place} part in ${place}/.`,
      acceptance: [`the ${place} part is there`],
      dependsOn: dependsOn(i + 1), touches: [`${place}/**`], complexity: 'simple',
    })),
  },
})

export const EPIC = {
  title: 'Write everything', body: 'Several parts that can be merged one by one.', labels: ['pilot', 'area:core', 'priority:high', 'other'],
}

/** Plans and decomposes issue #1; answers the numbers of its children. */
export async function decomposed(s: Scene): Promise<number[]> {
  s.addIssue(EPIC)
  for (const command of ['plan-epic', 'decompose']) {
    const ran = await s.pilot(command, '1', '--json')
    if (ran.exit !== 0) throw new Error(ran.stdout)
  }
  s.forget()
  return Object.values(s.repo().issues).filter((issue) => issue.number > 1 && issue.pull === null).map((issue) => issue.number)
}

/** A child of an epic made by hand: an issue, and where wanted its pull request, merged or not. Answers issue and pull request. */
export async function child(
  s: Scene, parent: number, state: 'open' | 'merged' | 'closed' | 'not_planned', labels: string[] = ['pilot'],
): Promise<{issue: number; pr: number | null}> {
  const issue = s.addIssue({title: `Part of ${parent}`, body: `Parent: GH-${parent}\n\nDo it.`, labels})
  if (state === 'closed' || state === 'not_planned') {
    await s.api('PATCH', `/issues/${issue}`, {state: 'closed', state_reason: state === 'closed' ? 'completed' : 'not_planned'})
    return {issue, pr: null}
  }
  if (state === 'open') return {issue, pr: null}
  await s.push(`pilot/GH-${issue}`, {[`part-${issue}.js`]: `${issue}\n`})
  const {number} = await s.api(
    'POST', '/pulls', {title: `Part ${issue}`, head: `pilot/GH-${issue}`, base: 'main', body: ''},
  ) as {number: number}
  await s.api('PUT', `/pulls/${number}/merge`, {})
  return {issue, pr: number}
}
