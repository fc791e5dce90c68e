import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {connect, createServer, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** As much as the kernel hands over at once. Bytes. */
const PIECE_BYTES = 64 * 1024

/** `theirs` goes to the child and is closed here once the child has it; `closed` when all that was written to it has been read. */
export type Pipe = {theirs: Socket; ours: Socket; closed: Promise<void>}
type OnData = (chunk: Buffer) => void

/**
 * One pipe for each of `readers`, whose chunks all lie in one buffer: a reader has to copy what it wants to keep. Node gives every piece of its own
 * pipes a buffer of its own, and those of an agent that says a gigabyte pile up to tens of megabytes between two garbage collections.
 * Unix sockets, as Node's own pipes are. null where there can be none: no temp folder to write to, or one with too long a name.
 */
export async function openPipes(readers: readonly OnData[]): Promise<Pipe[] | null> {
  const dir = await mkdtemp(join(tmpdir(), 'pilot-p-')).catch(() => null)
  if (dir === null) return null
  const server = createServer({pauseOnConnect: true})
  const pipes: Pipe[] = []
  try {
    const path = join(dir, 's')
    server.listen(path)
    await once(server, 'listening')
    for (const onData of readers) pipes.push(await openPipe(server, path, onData))
    return pipes
  } catch {
    // Node's own pipes do the same with more memory
    for (const {theirs, ours} of pipes) for (const end of [theirs, ours]) end.destroy()
    return null
  } finally {
    server.close()
    await rm(dir, {recursive: true, force: true})
  }
}

async function openPipe(server: Server, path: string, onData: OnData): Promise<Pipe> {
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const ours = connect({
    path, onread: {
      buffer: Buffer.alloc(PIECE_BYTES),
      callback: (bytes, buffer) => {
        onData(Buffer.from(buffer.buffer, buffer.byteOffset, bytes))
        return true
      },
    },
  })
  const [theirs] = await Promise.race([accepted, once(ours, 'error').then(([error]) => { throw error as Error })])
  const closed = new Promise<void>((resolve) => { ours.once('close', () => resolve()) })
  // a connection that breaks is closed, and what came before counts
  for (const end of [theirs, ours]) end.on('error', () => undefined)
  return {theirs, ours, closed}
}
