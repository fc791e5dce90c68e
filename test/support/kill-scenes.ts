import {settleAfterMerge} from '../../src/lib/flow/close-parent.js'
import {decideEpic} from '../../src/lib/flow/decide.js'
import {decompose} from '../../src/lib/flow/decompose.js'
import {executeAny} from '../../src/lib/flow/execute-any.js'
import {executeIssue} from '../../src/lib/flow/execute.js'
import {land} from '../../src/lib/flow/land.js'
import {planEpic} from '../../src/lib/flow/plan-epic.js'
import {repair} from '../../src/lib/flow/repair.js'
import {readEpic} from '../../src/lib/flow/family.js'
import {splitFailed} from '../../src/lib/flow/split.js'
import {statusOf} from '../../src/lib/flow/status.js'
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
/** As a command does it: what was reserved and not spent is given back at the end. */
export const asCommand = <T>(work: (world: World) => Promise<T>) => async (world: World): Promise<T> => {
  try {
    return await work(world)
  } finally {
    await world.purse.close()
  }
}
export const execute = (world: World, number: number): Promise<unknown> => executeIssue(world, number, {booking: {command: 'execute', epic: null}})
const retry = (world: World, number: number): Promise<unknown> => retryIssue(world, number, {execute: true, named: true, guidance: ''})

/** `firstSays`: words that steer the agent in the first child. */
export async function plannedEpic(children: number, firstSays = ''): Promise<{stage: Stage; epic: number}> {
  const stage = await openStage()
  const subtasks = PLAN.subtasks.slice(0, children).map((subtask, i) => (i === 0 ? {...subtask, description: `${subtask.description} ${firstSays}`} : subtask))
  await writePlan(stage, {...PLAN, subtasks})
  return {stage, epic: seed(stage, 'Write everything', EPIC_BODY, ['pilot', 'area:core'])}
}
/** An epic with two children: the first is landed, and the second waited for it. */
async function firstLanded(): Promise<{stage: Stage; epic: number; children: readonly [number, number]}> {
  const {stage, epic} = await plannedEpic(2)
  await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
  const {children} = await asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))(stage.world())
  const [first, second] = children as [number, number]
  await asCommand((world) => execute(world, first))(stage.world())
  stage.tick(120_000)
  await asCommand((world) => land(world, first, {waitMs: 600_000}))(stage.world())
  return {stage, epic, children: [first, second]}
}
/** The same, and the second has an open pull request. */
async function nearlyDone(): Promise<{stage: Stage; epic: number; children: readonly number[]; pull: number}> {
  const {stage, epic, children} = await firstLanded()
  await asCommand((world) => execute(world, children[1]))(stage.world())
  stage.tick(120_000)
  const pull = Object.values(stage.sandbox.state().repos[REPO]!.issues).findLast((issue) => issue.pull !== null)!.number
  return {stage, epic, children, pull}
}

/** A pull request of pilot's branch that a person merged. */
async function mergedByHand(stage: Stage, issue: number): Promise<number> {
  const {sandbox} = stage
  await sandbox.commit(REPO, {branch: `pilot/GH-${issue}`, files: {[`part-${issue}.txt`]: 'good\n'}, message: 'feat: a part'})
  const {number} = await stage.world().pulls.create({title: 'A part', body: 'By hand.', head: `pilot/GH-${issue}`, base: 'main'})
  await sandbox.fetch(`${stage.url}/repos/${REPO}/pulls/${number}/merge`, {method: 'PUT', body: '{}', headers: {'authorization': `token ${sandbox.token}`, 'user-agent': 'test'}})
  return number
}

export const SCENES = {
  'plan-epic': async (): Promise<Scene> => {
    const {stage, epic} = await plannedEpic(3)
    return {stage, run: asCommand((world) => planEpic(world, epic, {force: false}))}
  },
  'decompose': async (): Promise<Scene> => {
    const {stage, epic} = await plannedEpic(3)
    await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
    return {stage, run: asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))}
  },
  'decompose while lists and search trail': async (): Promise<Scene> => {
    const {stage, epic} = await plannedEpic(3)
    await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
    stage.sandbox.setListLag(86_400_000)
    stage.sandbox.setSearchLag(86_400_000)
    return {stage, run: asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))}
  },
  'execute': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'Please.')
    return {stage, run: asCommand((world) => execute(world, issue))}
  },
  'execute that fails': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'It will ALWAYS fail.')
    return {stage, run: asCommand((world) => execute(world, issue))}
  },
  'execute with a fix round after verify': async (): Promise<Scene> => {
    const stage = await openStage({verify: {commands: ['! grep -rq bad src'], fix_rounds: 1}})
    const issue = seed(stage, 'Write a part', 'It is FIXABLE.')
    return {stage, run: asCommand((world) => execute(world, issue))}
  },
  'execute with a fix round after review': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'At first ROUGH.')
    return {stage, run: asCommand((world) => execute(world, issue))}
  },
  'execute a child of an epic': async (): Promise<Scene> => {
    const {stage, children} = await firstLanded()
    return {stage, run: asCommand((world) => execute(world, children[1]))}
  },
  'execute an epic to its end': async (): Promise<Scene> => {
    const stage = await openStage({review: {enabled: false}})
    const epic = seed(stage, 'Everything', 'All of it.')
    seed(stage, 'Write a part', `Parent: GH-${epic}\n\nPlease.`)
    const options = {land: true, parallel: 1, waitMs: 600_000}
    return {stage, run: asCommand((world) => executeAny(world, [epic], options))}
  },
  'land': async (): Promise<Scene> => {
    const {stage, children} = await nearlyDone()
    return {stage, run: asCommand((world) => land(world, children[1]!, {waitMs: 600_000}))}
  },
  'land on a base that moved on': async (): Promise<Scene> => {
    const {stage, children} = await nearlyDone()
    await stage.sandbox.commit(REPO, {branch: 'main', files: {'docs/other.txt': 'other\n'}, message: 'docs: other'})
    return {stage, run: asCommand((world) => land(world, children[1]!, {waitMs: 600_000}))}
  },
  'retry': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write a part', 'First a SLIP.')
    await asCommand((world) => execute(world, issue))(stage.world())
    return {stage, run: asCommand((world) => retry(world, issue))}
  },
  'retry at its end': async (): Promise<Scene> => {
    const stage = await openStage()
    seed(stage, 'The parent', 'Parent of one.')
    const issue = seed(stage, 'Write a part', 'Parent: GH-1\n\nIt will ALWAYS fail.')
    await asCommand((world) => execute(world, issue))(stage.world())
    await asCommand((world) => retry(world, issue))(stage.world())
    await asCommand((world) => retry(world, issue))(stage.world())
    return {stage, run: asCommand((world) => retry(world, issue))}
  },
  'retry that splits what was killed': async (): Promise<Scene> => {
    const stage = await openStage({retry: {decompose_on_kill: true}})
    const issue = seed(stage, 'Write two parts', 'At the whole it DIES.\n\n### Task 1: the api part\nwrite api/part.txt\n\n### Task 2: the web part\nwrite web/part.txt')
    await asCommand((world) => execute(world, issue))(stage.world())
    return {stage, run: asCommand((world) => retry(world, issue))}
  },
  'a split, and the retry that finds it half done': async (): Promise<Scene> => {
    const stage = await openStage()
    const issue = seed(stage, 'Write two parts', 'It will ALWAYS fail.\n\n### Task 1: the api part\nwrite api/part.txt\n\n### Task 2: the web part\nwrite web/part.txt')
    await asCommand((world) => execute(world, issue))(stage.world())
    // a decision has it split; whoever comes by once there are sub-issues is `pilot retry`, which finds it by its label
    const split = async (world: World): Promise<boolean> => (await readEpic(world, issue)).children.length > 0
    return {stage, run: asCommand(async (world) => (await split(world) ? retry(world, issue) : splitFailed(world, issue, 'too much for one change')))}
  },
  'decide': async (): Promise<Scene> => {
    const {stage, epic} = await plannedEpic(3, 'First a SLIP.')
    await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
    const {children} = await asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))(stage.world())
    await asCommand((world) => execute(world, children[0]!))(stage.world())
    return {stage, run: asCommand((world) => decideEpic(world, epic, {force: false}))}
  },
  'close-parent': async (): Promise<Scene> => {
    const {stage, children, pull} = await nearlyDone()
    const {sandbox} = stage
    await sandbox.fetch(`${stage.url}/repos/${REPO}/pulls/${pull}/merge`, {method: 'PUT', body: '{}', headers: {'authorization': `token ${sandbox.token}`, 'user-agent': 'test'}})
    await stage.world().issues.addLabels(children[1]!, ['pilot-failed', 'pilot-retry-1'])
    return {stage, run: asCommand((world) => settleAfterMerge(world, {pr: pull}, {waived: [], waivedUrls: []}))}
  },
  'close-parent of an epic within an epic': async (): Promise<Scene> => {
    const stage = await openStage()
    seed(stage, 'Everything', 'All of it.', ['pilot', 'pilot-in-progress'])
    seed(stage, 'A part', 'Parent: GH-1\n\nSeveral pieces.', ['pilot', 'pilot-failed'])
    const pull = await mergedByHand(stage, seed(stage, 'A piece', 'Parent: GH-2', ['pilot', 'pilot-failed', 'pilot-retry-1']))
    return {stage, run: asCommand((world) => settleAfterMerge(world, {pr: pull}, {waived: [], waivedUrls: []}))}
  },
  'status --repair': async (): Promise<Scene> => {
    const stage = await openStage()
    const epic = seed(stage, 'Everything', 'All of it.')
    const first = seed(stage, 'A part', 'Parent: GH-1', ['pilot', 'pilot-in-progress'])
    seed(stage, 'Another part', `Parent: GH-1\n\nDepends on: #${first}`, ['pilot', 'pilot-retry-1', 'pilot-retry-2'])
    await mergedByHand(stage, seed(stage, 'A third part', 'Parent: GH-1', ['pilot', 'pilot-retry-1']))
    for (const issue of [epic, first]) await stage.world().claims.take(issue)
    stage.later()
    return {stage, run: asCommand(async (world) => repair(world, (await statusOf(world, epic)).looked))}
  },
} as const
export type SceneName = keyof typeof SCENES
