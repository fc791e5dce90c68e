import type {Prose} from './prose.js'
import {isStruck, type SplitPoint} from './split-points.js'
import {isForm, isPlatform, type Collection} from './work-items.js'

/**
 * The open boxes of an issue that stand in none of the pieces that are made of it, as they are written: whoever splits it tells a person. A box of
 * a form, a criterion and what is out of scope are none, nor are boxes that only group pieces, or that stand below a dropped item. `pieces`: all of
 * the text, what is done included, in the order of the text.
 */
export function lostBoxes({lines}: Prose, pieces: readonly SplitPoint[], collection: Collection): string[] {
  const lost: string[] = []
  const groups: {indent: number; place: number}[] = []
  let next = 0
  let heldTo = 0
  let droppedAt = Infinity
  for (const line of lines) {
    const piece = pieces[next]?.rows.from === line.at ? pieces[next++] : undefined
    if (line.kind === 'heading') groups.length = 0
    if (line.kind === 'heading' || (line.kind === 'item' && line.indent <= droppedAt)) droppedAt = Infinity
    if (line.kind === 'item') while (groups.length > 0 && groups.at(-1)!.indent >= line.indent) groups.pop()
    if (piece !== undefined) {
      if (!line.checked) heldTo = Math.max(heldTo, piece.rows.to)
      for (const group of groups.splice(0)) lost[group.place] = ''
      continue
    }
    if (line.kind !== 'item' || line.at < heldTo || line.indent > droppedAt) continue
    if (isStruck(line)) droppedAt = line.indent
    else if (isOpenBox(line, collection)) {
      groups.push({indent: line.indent, place: lost.length})
      lost.push(line.plain)
    }
  }
  return lost.filter((title) => title !== '')
}

/** Below the headings of a form only a container lists work. */
function isOpenBox(line: Prose['lines'][number], collection: Collection): boolean {
  if (line.marker !== 'box' || line.checked || line.section === 'criteria' || line.section === 'excluded' || isForm(line)) return false
  return (line.section !== 'template' && line.section !== 'reproduction') || (collection === 'container' && !isPlatform(line))
}
