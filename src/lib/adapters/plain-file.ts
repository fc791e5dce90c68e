import {constants} from 'node:fs'
import {open} from 'node:fs/promises'

/** What `open` says of a link that is not followed (EMLINK on BSD), and of a socket. */
const NO_FILE = ['ELOOP', 'EMLINK', 'ENXIO']

/**
 * A file where an agent may have put something else. null: it is no plain file, is a link that is not to be followed, or is larger than `most` bytes. A
 * named pipe would be waited for without end, and would block one of the few threads that read files for as long. Throws what the system says: ENOENT, EACCES, ….
 */
export async function readPlainFile(path: string, most: number, links: 'refused' | 'followed' = 'refused'): Promise<Buffer | null> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (links === 'refused' ? constants.O_NOFOLLOW : 0)
  const handle = await open(path, flags).catch((error: unknown) => {
    if (NO_FILE.includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  })
  if (handle === null) return null
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || stat.size > most) return null
    const content = Buffer.alloc(stat.size)
    // no further than it was just now: one that is still written to may never end
    let read = 0
    while (read < content.length) {
      const {bytesRead} = await handle.read(content, read, content.length - read, read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return content.subarray(0, read)
  } finally {
    await handle.close()
  }
}
