import {expect, it, onTestFinished} from 'vitest'
import {PilotError, type Code} from '../../src/lib/errors.js'
import {decompose} from '../../src/lib/flow/decompose.js'
import {executeEpic} from '../../src/lib/flow/epic.js'
import {planEpic} from '../../src/lib/flow/plan-epic.js'
import type {World} from '../../src/lib/flow/world.js'
import {asCommand, execute, plannedEpic} from '../support/kill-scenes.js'

/** A world whose `land` meets this error: nothing else asks which checks a branch requires. */
const failing = (world: World, code: Code): World => ({...world, checks: {...world.checks, required: () => Promise.reject(new PilotError(code, 'met by land'))}})

it('what keeps a pull request from being landed is its item; a bug ends the command', async () => {
  const {stage, epic} = await plannedEpic(2)
  onTestFinished(() => stage.close())
  await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
  const {children: [first]} = await asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))(stage.world())
  await asCommand((world) => execute(world, first!))(stage.world())
  const run = (code: Code) => asCommand((world) => executeEpic(failing(world, code), epic, {land: true, parallel: 1, waitMs: 0}, epic))(stage.world())

  const items = await run('GITHUB_REJECTED')
  expect(items.find(({issue}) => issue === first)).toMatchObject({error: {code: 'GITHUB_REJECTED', message: 'met by land'}})
  await expect(run('INTERNAL')).rejects.toMatchObject({code: 'INTERNAL', message: 'met by land'})
})

it('a bug in one child ends the command only when what runs beside it has ended, which is told', async () => {
  const {stage, epic} = await plannedEpic(3)
  onTestFinished(() => stage.close())
  await asCommand((world) => planEpic(world, epic, {force: false}))(stage.world())
  const {children: [first, second, third]} = await asCommand((world) => decompose(world, epic, {force: false, fromIssue: false}))(stage.world())
  const plain = stage.world()
  const {workshop} = plain
  const world: World = {...plain, workshop: {...workshop, open: (issue, at) => (issue === second ? Promise.reject(new TypeError('a bug')) : workshop.open(issue, at))}}
  await expect(asCommand((w) => executeEpic(w, epic, {land: true, parallel: 2, waitMs: 600_000}, epic))(world)).rejects.toThrow('a bug')
  const told = stage.warnings.filter((text) => text.startsWith('#'))
  expect(told).toEqual([expect.stringMatching(`^#${first}: `), expect.stringMatching(`^#${third}: pull request #\\d+`)])
})
