import {familyOf, namesParent, type Child} from '../core/family/children.js'
import type {Issue} from '../core/issue/issue.js'
import type {World} from './world.js'

/** The children of an issue, for those who ask for nothing else of the epic: by native links, and from the issue list only where the server has none. */
export async function childrenOf(world: World, epic: Issue): Promise<Child[]> {
  const native = await world.relations.children(epic.number)
  const listed: Issue[] = []
  if (native === null) {
    for await (const issue of world.issues.list({state: 'all', since: epic.createdAt})) if (namesParent(issue, epic.number)) listed.push(issue)
  }
  return familyOf(epic, native, listed, await world.own()).children
}
