import type {Worktree} from '../../ports.js'
import type {World} from '../world.js'

/**
 * The same world for a run that works in this worktree: no model call is begun, paid for or written down once another run owns the worktree, or the
 * next model of a chain would be let loose on the work of the one that took over.
 * A call throws CLAIM_LOST then, like everything else that is asked of the worktree.
 */
export function inWorktree(world: World, worktree: Worktree): World {
  const draw: World['purse']['draw'] = async (plan, booking) => {
    await worktree.head()
    return world.purse.draw(plan, booking)
  }
  return {...world, purse: {...world.purse, draw}}
}
