import type {AgentDescriptor} from '../core/route/agents/descriptor.js'
import {SEAM} from './process-output.js'

/** As much of one text is put together before it goes on. Characters. */
const MOST = 64 * 1024

type Joined = {add: (line: string) => void; end: () => void}

/**
 * Puts the lines of a stream that are pieces of one text together to one line: a secret may lie across two of them, and no half would be
 * known as one. Of a text without end all goes on but its last characters, masked.
 */
export function joinPieces(
  pieces: NonNullable<AgentDescriptor['pieces']>, mask: (text: string) => string, onLine: (line: string) => void,
): Joined {
  let held = ''
  const tell = (text: string) => { if (text !== '') onLine(pieces.whole(text)) }
  const end = () => {
    const text = held
    held = ''
    tell(text)
  }
  return {
    add(line) {
      const piece = pieces.of(line)
      if (piece === undefined) {
        end()
        return onLine(line)
      }
      held += piece
      if (held.length <= MOST) return
      const masked = mask(held)
      held = masked.slice(-SEAM)
      tell(masked.slice(0, -SEAM))
    },
    end,
  }
}
