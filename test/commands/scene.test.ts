import {expect, it} from 'vitest'
import {openScene} from '../support/scene.js'

it('a request outside of GitHub\'s contract fails the command that runs, and the scene', async () => {
  const s = await openScene()
  await fetch(`${s.apiUrl}/repos/acme/app/issues?no_such_parameter=1`).catch(() => undefined)
  await expect(s.pilot('next')).rejects.toThrow(/no_such_parameter/)
  await expect(s.close()).rejects.toThrow(/contract is broken/)
})

it('sees writes, pushes and changes of the checkout', async () => {
  const s = await openScene()
  s.addIssue({title: 'one'})
  const [before, files] = [await s.checkoutState(), await s.pilotFiles()]
  await s.claim(1)
  await fetch(
    `${s.apiUrl}/repos/acme/app/issues/1/labels`,
    {method: 'POST', headers: {authorization: `token ${s.sandbox.token}`}, body: '{"labels":["x"]}'},
  )
  expect(s.writes()).toEqual(['POST /acme/app.git/git-receive-pack', 'POST /repos/acme/app/issues/1/labels'])
  expect(await s.checkoutState()).toBe(before)
  await s.git('branch', 'mine')
  await s.configure({land: {wait: '9s'}})
  expect([await s.checkoutState() === before, await s.pilotFiles()]).toEqual([false, expect.not.objectContaining(files)])
  await s.close()
})
