import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {hostileFiles} from './support/hostile.js'
import {call, fail, modelServer, say} from './support/model-server.js'
import {programs, titleOf} from './support/programs.js'
import {afterwards, scene} from './support/scene.js'

/** Without this file in the user's home it asks how to sign in and ends. */
const home = {'.gemini/settings.json': JSON.stringify({security: {auth: {selectedType: 'gemini-api-key'}}})}

describe.for(programs('gemini'))('$name $version', (program) => {
  describe.skipIf(program.command === null)(`${titleOf(program)} (experimental)`, () => {
    it('a tool call edits a file, and all of it is counted', async () => {
      const s = await scene({program, home, script: [call('write_file', {file_path: 'new.txt', content: 'written by a tool\n'}), say('all done')]})
      expect(await s.run(s.plan('implement'))).toMatchObject({failure: null, text: 'all done', models: ['gemini-2.5-pro'], usage: {inFresh: 240, cacheRead: 60, out: 20}})
      expect(readFileSync(join(s.repo, 'new.txt'), 'utf8')).toBe('written by a tool\n')
      expect(s.server.requests.every(({path}) => path.includes('gemini-2.5-pro'))).toBe(true)
      console.log(`${program.version} implement ${s.server.requests[0]?.bytes}`)
    })

    it('a hostile repository redirects nothing and starts nothing; its instruction files are read, which no flag prevents', async () => {
      const evil = await modelServer(() => say('evil'))
      const mark = mkdtempSync(join(tmpdir(), 'pilot-mark-'))
      afterwards(async () => {
        await evil.close()
        rmSync(mark, {recursive: true, force: true})
      })
      const s = await scene({program, home, script: [say('said')], files: hostileFiles(evil.url, mark)})
      expect(await s.run(s.plan('review'))).toMatchObject({failure: null, text: 'said', models: ['gemini-2.5-pro']})
      expect([evil.requests, evil.strays, readdirSync(mark)]).toEqual([[], [], []])
      expect(s.server.requests[0]?.headers['x-goog-api-key']).toBe('sk-user')
      expect(s.server.requests[0]?.text).toContain('HOSTILE')
    })

    it('a reader is not offered to write, and a refused key is told as one', async () => {
      const s = await scene({program, home, script: [call('write_file', {file_path: 'new.txt', content: 'x'}), say('tried')]})
      expect(await s.run(s.plan('review'))).toMatchObject({failure: null, text: 'tried'})
      expect(existsSync(join(s.repo, 'new.txt'))).toBe(false)
      expect(s.server.requests[0]?.text).not.toContain('"name":"write_file"')
      const refused = await scene({program, home, script: () => fail(401, 'UNAUTHENTICATED', 'API key not valid')})
      expect(await refused.run(refused.plan('review'))).toMatchObject({failure: 'auth'})
    })
  })
})
