import {expect, it} from 'vitest'
import {scene, type Step} from '../../support/scene.js'

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`
const BASE = {'assets/.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'assets/model.bin': POINTER, 'assets/old.bin': POINTER}
const QUICK = {verify: {setup: [], commands: ['true'], baseline: false}, review: {enabled: false}}

it.each<[string, Step['files'], string[] | null]>([
  ['the content of one that changed', {'assets/model.bin': 'REALCONTENT', 'src/a.js': '1\n'}, ['assets/model.bin']],
  ['the content of one that is new', {'assets/a/new.bin': 'RAW'.repeat(1000)}, ['assets/a/new.bin']],
  ['another pointer, one removed, an empty one, and a file that Git LFS does not keep', {'assets/model.bin': POINTER.replace('12345', '1'), 'assets/old.bin': null, 'assets/none.bin': '', 'src/b.bin': 'RAW'}, null],
])('of the files that Git LFS keeps: %s', async (_, files, raw) => {
  const s = await scene({config: QUICK, files: BASE, script: {implement: {'*': {files: files!, say: 'did it'}}}})
  s.addIssue({title: 'Change the model'})
  const ran = await s.pilot('execute', '1', '--json')
  const pushed = Object.keys(await s.refs()).filter((ref) => ref.startsWith('refs/heads/pilot/'))
  if (raw === null) expect([ran.exit, pushed], ran.stdout).toEqual([0, ['refs/heads/pilot/GH-1']])
  else expect([ran.items[0]!['failure'], ran.items[0]!['reason'], pushed]).toEqual(['protected_paths', expect.stringMatching(new RegExp(`Git LFS keeps.*: ${raw.join(', ')}$`)), []])
})
