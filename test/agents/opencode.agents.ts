import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {Gate} from '../../src/lib/core/config/words.js'
import {hostileFiles} from './support/hostile.js'
import {call, fail, modelServer, say} from './support/model-server.js'
import {programs, titleOf} from './support/programs.js'
import {afterwards, scene} from './support/scene.js'

type Offered = {tools?: {function?: {name: string}}[]}

describe.for(programs('opencode'))('$name $version', (program) => {
  describe.skipIf(program.command === null)(`${titleOf(program)} (experimental)`, () => {
    it.each<[Gate, (name: string) => boolean]>([
      ['implement', (name) => ['write', 'edit', 'bash', 'read'].includes(name)], ['review', (name) => ['read', 'grep', 'glob'].includes(name)], ['classify', () => true],
    ])('%s: offers what the gate needs, and nothing of a hostile repository', async (gate, expected) => {
      const evil = await modelServer(() => say('evil'))
      const mark = mkdtempSync(join(tmpdir(), 'pilot-mark-'))
      afterwards(async () => {
        await evil.close()
        rmSync(mark, {recursive: true, force: true})
      })
      const s = await scene({...tested(program), script: [say('{"ok": true}')], files: hostileFiles(evil.url, mark)})
      expect(await s.run(s.plan(gate))).toMatchObject({failure: null, text: '{"ok": true}', usage: {inFresh: 120, cacheRead: 30, out: 10}})
      const [request] = s.server.requests
      const names = ((request?.body as Offered).tools ?? []).map((tool) => tool.function?.name ?? '')
      expect(request?.body.model).toBe('m')
      const writers = ['write', 'edit', 'bash', 'task', 'webfetch'].filter((name) => names.includes(name))
      expect(writers.length > 0).toBe(gate === 'implement')
      expect(gate === 'classify' ? names.filter((name) => ['read', 'grep', 'glob'].includes(name)) : names.some(expected)).toEqual(gate === 'classify' ? [] : true)
      expect(request?.text).not.toContain('HOSTILE')
      expect([evil.requests, readdirSync(mark)]).toEqual([[], []])
      console.log(`${program.version} ${gate} ${request?.bytes} (${names.length})`)
    })

    it('a tool call edits a file, and a refused key is told as one', async () => {
      const s = await scene({...tested(program), script: [call('write', {filePath: 'new.txt', content: 'written by a tool\n'}), say('all done')]})
      expect(await s.run(s.plan('implement'))).toMatchObject({failure: null, text: 'all done', usage: {inFresh: 240, cacheRead: 60, out: 20}})
      expect(readFileSync(join(s.repo, 'new.txt'), 'utf8')).toBe('written by a tool\n')
      const refused = await scene({...tested(program), script: () => fail(401, 'authentication_error', 'bad key')})
      expect(await refused.run(refused.plan('review'))).toMatchObject({failure: 'auth'})
      expect(existsSync(join(refused.repo, 'new.txt'))).toBe(false)
    })
  })
})

const tested = (program: ReturnType<typeof programs>[number]) => ({program})
