import {fullName} from './state.js'
import {type SandboxSnapshot} from './types.js'
import {locked, reposOf, type World} from './world.js'

/** State and refs as they are now; git objects are never collected, so refs are enough to come back. */
export async function snapshot(world: World): Promise<SandboxSnapshot> {
  const refs: SandboxSnapshot['refs'] = {}
  for (const repo of reposOf(world)) refs[fullName(repo)] = await world.git.refs(fullName(repo))
  return {state: structuredClone(world.state), refs}
}

export async function restore(world: World, {state, refs}: SandboxSnapshot): Promise<void> {
  for (const [name, wanted] of Object.entries(refs)) {
    await locked(world, name, async () => {
      const now = await world.git.refs(name)
      const lines = [
        ...Object.keys(now).filter((ref) => !(ref in wanted)).map((ref) => `delete ${ref}\n`),
        ...Object.entries(wanted).map(([ref, sha]) => `update ${ref} ${sha}\n`),
      ]
      await world.git.run(name, ['update-ref', '--stdin'], {input: lines.join('')})
    })
  }
  world.state = structuredClone(state)
}
