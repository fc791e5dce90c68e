import {settleAfterMerge} from '../../src/lib/flow/close-parent.js'
import {decompose} from '../../src/lib/flow/decompose.js'
import {executeIssue} from '../../src/lib/flow/execute.js'
import {land} from '../../src/lib/flow/land.js'
import {planEpic} from '../../src/lib/flow/plan-epic.js'
import {retryIssue} from '../../src/lib/flow/retry.js'
import type {World} from '../../src/lib/flow/world.js'
import {openStage, REPO, writePlan, type Stage} from './kill.js'

/** One command on a stage that is ready for it. */
export type Scene = {stage: Stage; run: (world: World) => Promise<unknown>}

const EPIC_BODY = 'Two pieces that can be merged one by one.'
const PLAN = {
  decision: 'split', reason: 'two places', effort: 'a day',
  subtasks: ['api', 'web', 'cli'].map((place, i) => ({
    order: i + 1, title: `feat(${place}): write it`, description: `Write the ${place} part.`, acceptance: [`the ${place} part is there`],
    dependsOn: i === 0 ? [] : [1], touches: [`${place}/**`], complexity: 'simple',
  })),
}
const seed = (stage: Stage, title: string, body: string, labels: string[] = ['pilot']): number =>
  stage.sandbox.seedIssue(REPO, {title, body, labels, author: stage.sandbox.login, authorAssociation: 'OWNER'})
export const execute = (world: World, number: number): Promise<unknown> => executeIssue(world, number, {booking: {command: 'execute', epic: null}})
const retry = (world: World, number: number): Promise<unknown> => retryIssue(world, number, {execute: true, named: true, guidance: ''})

async function planned(children: number): Promise<{stage: Stage; epic: number}> {
  const stage = await openStage()
  await writePlan(stage, {...PLAN, subtasks: PLAN.subtasks.slice(0, children)})
  return {stage, epic: seed(stage, 'Write everything', EPIC_BODY, ['pilot', 'area:core'])}
}
/** An epic with two children: the first is landed, the second has an open pull request. */
async function nearlyDone(): Promise<{stage: Stage; epic: number; children: number[]; pull: number}> {
  const {stage, epic} = await planned(2)
  await planEpic(stage.world(), epic, {force: false})
  const {children} = await decompose(stage.world(), epic, {force: false, fromIssue: false})
  const [first, second] = children as [number, number]
  await execute(stage.world(), first)
  stage.tick(120_000)
  await land(stage.world(), first, {waitMs: 600_000})
  await execute(stage.world(), second)
  stage.tick(120_000)
  const pull = Object.values(stage.sandbox.state().repos[REPO]!.issues).findLast((issue) => issue.pull !== null)!.number
  return {stage, epic, children, pull}
}

export const SCENES = {
  'plan-epic': async (): Promise<Scene> => {
    const {stage, epic} = await planned(3)
    return {stage, run: (world) => planEpic(world, epic, {force: false})}
  },
  'decompose': async (): Promise<Scene> => {
    const {stage, epic} = await planned(3)
    await planEpic(stage.world(), epic, {force: false})
    return {stage, run: (world) => decompose(world, epic, {force: false, fromIssue: false})}
  },
  'execute': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'Please.')
    return {stage, run: (world) => execute(world, issue)}
  },
  'execute that fails': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'It will ALWAYS fail.')
    return {stage, run: (world) => execute(world, issue)}
  },
  'land': async (): Promise<Scene> => {
    const {stage, children} = await nearlyDone()
    return {stage, run: (world) => land(world, children[1]!, {waitMs: 600_000})}
  },
  'land on a base that moved on': async (): Promise<Scene> => {
    const {stage, children} = await nearlyDone()
    await stage.sandbox.commit(REPO, {branch: 'main', files: {'docs/other.txt': 'other\n'}, message: 'docs: other'})
    return {stage, run: (world) => land(world, children[1]!, {waitMs: 600_000})}
  },
  'retry': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'First a SLIP.')
    await execute(stage.world(), issue)
    return {stage, run: (world) => retry(world, issue)}
  },
  'retry at its end': async (): Promise<Scene> => {
    const stage = await openStage()
    seed(stage, 'The parent', 'Parent of one.')
    const issue = seed(stage, 'Write a part', 'Parent: GH-1\n\nIt will ALWAYS fail.')
    await execute(stage.world(), issue)
    await retry(stage.world(), issue)
    await retry(stage.world(), issue)
    return {stage, run: (world) => retry(world, issue)}
  },
  'close-parent': async (): Promise<Scene> => {
    const {stage, children, pull} = await nearlyDone()
    const {sandbox} = stage
    await sandbox.fetch(`${stage.url}/repos/${REPO}/pulls/${pull}/merge`, {method: 'PUT', body: '{}', headers: {'authorization': `token ${sandbox.token}`, 'user-agent': 'test'}})
    await stage.world().issues.addLabels(children[1]!, ['pilot-failed', 'pilot-retry-1'])
    return {stage, run: (world) => settleAfterMerge(world, {pr: pull}, {waived: []})}
  },
} as const
export type SceneName = keyof typeof SCENES
