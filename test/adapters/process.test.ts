import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, it, vi} from 'vitest'
import {spawnChild, type ChildOptions, type ChildResult} from '../../src/lib/adapters/process.js'
import {keeper, lineReader, MAX_LINE_BYTES, openLog, textOf} from '../../src/lib/adapters/process-output.js'
import {tempDir} from './git-fixture.js'

const env = {PATH: process.env['PATH'] ?? ''}
const node = (script: string, more: Partial<ChildOptions> = {}) => spawnChild({argv: [process.execPath, '-e', script], cwd: tempDir(), env, graceMs: 200, ...more})
type Exited = Extract<ChildResult, {kind: 'exited'}>
const exited = async (child: {done: Promise<ChildResult>}): Promise<Exited> => {
  const result = await child.done
  if (result.kind !== 'exited') throw new Error(result.message)
  return result
}
/** A killed orphan stays a zombie where nobody reaps it; that is dead enough. */
const isAlive = (pid: number): boolean => {
  try { return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) } catch { return false }
}
const waitFor = async <T>(look: () => T | undefined): Promise<T> => {
  for (let i = 0; i < 200; i++) {
    const found = look()
    if (found !== undefined) return found
    await sleep(25)
  }
  throw new Error('waited in vain')
}
const pidIn = (file: string) => waitFor(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n') ? Number(readFileSync(file, 'utf8')) : undefined)

describe('a child', () => {
  it('gets stdin, directory and environment as given, and nothing else', async () => {
    const cwd = tempDir()
    const result = await exited(node(`
      let text = ''
      process.stdin.on('data', (d) => text += d).on('end', () => { console.log(JSON.stringify([text, process.cwd(), Object.keys(process.env).sort()])); console.error('oops'); process.exitCode = 3 })
    `, {cwd, stdin: 'the prompt é', env: {...env, A: '1'}}))
    expect(JSON.parse(textOf(result.stdout))).toEqual(['the prompt é', cwd, ['A', 'PATH']])
    expect(result).toMatchObject({exitCode: 3, signal: null, killedBy: null, stderr: {head: 'oops\n'}})
  })

  it('that never reads a large stdin is no failure', async () => {
    expect(await exited(node('process.stdin.destroy(); process.exitCode = 0', {stdin: 'x'.repeat(20_000_000)}))).toMatchObject({exitCode: 0, killedBy: null})
  })

  it('that is not there, or has no directory, or is no program, is an answer', async () => {
    expect(await spawnChild({argv: ['no-such-program-here'], cwd: tempDir(), env}).done).toMatchObject({kind: 'missing'})
    expect(await spawnChild({argv: ['node'], cwd: '/nonexistent/dir', env}).done).toMatchObject({kind: 'unstartable', message: 'there is no directory /nonexistent/dir'})
    expect(await spawnChild({argv: [tempDir()], cwd: tempDir(), env}).done).toMatchObject({kind: 'unstartable'})
    expect(await spawnChild({argv: ['node', 'x'.repeat(200_000)], cwd: tempDir(), env}).done).toMatchObject({kind: 'unstartable'})
    expect(await spawnChild({argv: ['a\0b'], cwd: tempDir(), env}).done).toMatchObject({kind: 'unstartable'})
  })

  it('may leave a daemon that keeps its output open', async () => {
    const file = join(tempDir(), 'pid')
    const result = await exited(node(`
      const {spawn} = require('child_process')
      const d = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {detached: true, stdio: 'inherit'})
      require('fs').writeFileSync(${JSON.stringify(file)}, d.pid + '\\n')
      d.unref(); console.log('done')
    `))
    expect(result).toMatchObject({exitCode: 0, stdout: {head: 'done\n'}})
    // nobody waited for it: it is there to be killed
    expect(process.kill(await pidIn(file), 'SIGKILL')).toBe(true)
  })

  it('is read to its end where the machine comes to it late', async () => {
    // every turn of the loop takes longer than the silence that ends the reading on an idle machine
    const starve = setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300), 1)
    const result = await exited(node(`
      require('child_process').spawn('sh', ['-c', 'sleep 1; echo late'], {detached: true, stdio: 'inherit'}).unref(); console.log('early')
    `)).finally(() => clearInterval(starve))
    expect(result).toMatchObject({exitCode: 0, stdout: {head: 'early\nlate\n'}})
  })

  it('takes what is left of its group with it', async () => {
    const file = join(tempDir(), 'pid')
    const result = await exited(spawnChild({argv: ['sh', '-c', `sleep 60 & echo $! > ${file}; echo done`], cwd: tempDir(), env}))
    expect(result).toMatchObject({exitCode: 0, killedBy: null})
    const pid = await pidIn(file)
    await waitFor(() => isAlive(pid) ? undefined : true)
  })

  it.each<[string, Partial<ChildOptions>, string]>([
    ['runs too long', {timeoutMs: 300}, 'timeout'], ['says nothing', {stallMs: 300}, 'stall'],
  ])('that %s and ignores SIGINT and SIGTERM is killed with the tools it started elsewhere', async (_, limit, killedBy) => {
    const file = join(tempDir(), 'pid')
    const result = await exited(node(`
      process.on('SIGTERM', () => {}).on('SIGINT', () => {})
      const d = require('child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}).on('SIGINT', () => {}); setInterval(() => {}, 1000)"], {detached: true, stdio: 'inherit'})
      require('fs').writeFileSync(${JSON.stringify(file)}, d.pid + '\\n')
      setInterval(() => {}, 1000)
    `, {...limit, ...('timeoutMs' in limit ? {timeoutMs: 900} : {stallMs: 900})}))
    expect(result).toMatchObject({signal: 'SIGKILL', killedBy})
    const pid = await pidIn(file)
    await waitFor(() => isAlive(pid) ? undefined : true)
  })

  it('is asked politely first', async () => {
    const child = node(`process.on('SIGINT', () => { console.log('saved'); process.exit(0) }); setInterval(() => {}, 1000); console.log('up')`, {
      onLine: (line) => { if (line === 'up') child.stop('budget') },
    })
    expect(await exited(child)).toMatchObject({exitCode: 0, killedBy: 'budget', stdout: {head: 'up\nsaved\n'}})
  })

  it('stops when its signal says so, and does not start after that', async () => {
    const stop = new AbortController()
    const child = node('setInterval(() => console.log(1), 20)', {signal: stop.signal, onLine: () => stop.abort()})
    expect(await exited(child)).toMatchObject({killedBy: 'interrupt'})
    expect(await exited(node('1', {signal: stop.signal}))).toMatchObject({killedBy: 'interrupt', exitCode: null, stdout: {bytes: 0}})
  })

  it('keeps alive as long as it speaks', async () => {
    expect(await exited(node('let n = 0; const t = setInterval(() => { console.log(n); if (++n > 12) clearInterval(t) }, 100)', {stallMs: 800}))).toMatchObject({exitCode: 0, killedBy: null})
  })

  it('killed by somebody else says so', async () => {
    expect(await exited(node('process.kill(process.pid, "SIGKILL")'))).toMatchObject({exitCode: null, signal: 'SIGKILL', killedBy: 'outside'})
  })

  it('may print 50 MB in one line: the line is cut, the next one is whole, and only the ends are kept', async () => {
    const lines: [number, boolean][] = []
    const script = `const b = Buffer.alloc(1 << 20, 'x'); let n = 0
      const go = () => { while (n++ < 50) if (!process.stdout.write(b)) return process.stdout.once('drain', go); process.stdout.write('\\nnext\\n') }; go()`
    const result = await exited(node(script, {onLine: (line, _, cut) => lines.push([line.length, cut])}))
    expect(lines).toEqual([[MAX_LINE_BYTES, true], [4, false]])
    expect(result.stdout.bytes).toBe(50 * 1024 * 1024 + 6)
    expect(result.stdout.head.length + result.stdout.tail.length).toBe(2 * 64 * 1024)
    expect(result.stdout.tail.endsWith('x\nnext\n')).toBe(true)
    expect(textOf(result.stdout)).toContain(`… ${result.stdout.dropped} bytes left out …`)
  })
})

describe('output', () => {
  it('is cut into lines wherever the chunks fall', () => {
    const text = Buffer.from('é one\r\n\ntwo\nlast without end')
    for (let size = 1; size <= text.length; size++) {
      const lines: string[] = []
      const reader = lineReader((line) => lines.push(line))
      for (let at = 0; at < text.length; at += size) reader.add(text.subarray(at, at + size))
      reader.end()
      expect(lines).toEqual(['é one', '', 'two', 'last without end'])
    }
  })

  it('is kept where the chunks are written over', () => {
    const text = Buffer.from('one\ntwo and more\nthe last')
    for (let size = 1; size <= text.length; size++) {
      const [lines, ends, chunk] = [[] as string[], keeper(100), Buffer.alloc(size)]
      const reader = lineReader((line) => lines.push(line))
      for (let at = 0; at < text.length; at += size) {
        const piece = chunk.subarray(0, text.copy(chunk, 0, at, at + size))
        ends.add(piece)
        reader.add(piece)
        chunk.fill('#')
      }
      reader.end()
      expect(lines).toEqual(['one', 'two and more', 'the last'])
      expect(textOf(ends.kept())).toBe(text.toString())
    }
  })

  it('is read the same where no socket can be made', async () => {
    const cwd = tempDir()
    const lines: string[] = []
    vi.stubEnv('TMPDIR', join(cwd, 'not-there'))
    const result = await spawnChild({argv: ['sh', '-c', 'echo one; echo two >&2'], cwd, env, onLine: (line) => lines.push(line)}).done
    vi.unstubAllEnvs()
    expect(result).toMatchObject({kind: 'exited', exitCode: 0, stdout: {head: 'one\n'}, stderr: {head: 'two\n'}})
    expect(lines.sort()).toEqual(['one', 'two'])
  })

  it('of a shell that writes faster than it is read arrives whole', async () => {
    const result = await spawnChild({argv: ['sh', '-c', 'head -c 20000000 /dev/zero; echo end >&2'], cwd: tempDir(), env}).done
    expect(result).toMatchObject({exitCode: 0, stdout: {bytes: 20_000_000}, stderr: {head: 'end\n'}})
  })

  it('keeps both ends and counts the rest', () => {
    for (const size of [1, 3, 7, 100]) {
      const ends = keeper(10)
      const text = Buffer.from(Array.from({length: 100}, (_, i) => String(i % 10)).join(''))
      for (let at = 0; at < text.length; at += size) ends.add(text.subarray(at, at + size))
      expect(ends.kept()).toEqual({head: '0123456789', tail: '0123456789', bytes: 100, dropped: 80})
    }
    const short = keeper(3)
    short.add(Buffer.from('aaé'))
    expect(textOf(short.kept())).toBe('aaé')
  })

  it('goes to a log that is masked, appended to and bounded', () => {
    const file = join(tempDir(), 'deep/x.log')
    openLog(file, {mask: (text) => text.replaceAll('secret', '***')}).write('a secret')
    const log = openLog(file, {cap: 20})
    for (let i = 0; i < 10; i++) log.write('0123456789')
    expect(log.close()).toEqual({dropped: 99, problem: null})
    expect(readFileSync(file, 'utf8')).toBe('a ***\n0123456789\n… 99 bytes dropped: the log is full …\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
