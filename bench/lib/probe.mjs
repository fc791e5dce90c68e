// Loaded into pilot's process before its own code: notes child processes and, at the end, the highest resident size.
import {ChildProcess} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {performance} from 'node:perf_hooks'

const now = () => performance.timeOrigin + performance.now()
const ready = now()
const children = []
const spawn = ChildProcess.prototype.spawn
ChildProcess.prototype.spawn = function (options) {
  const entry = {file: options.file, args: (options.args ?? []).slice(1, 12), from: now(), to: 0}
  children.push(entry)
  this.once('exit', () => { entry.to = now() })
  return spawn.call(this, options)
}
process.on('exit', () => {
  // kilobytes on every system
  const {user, system} = process.cpuUsage()
  const report = {cpuMs: (user + system) / 1000, maxRssBytes: process.resourceUsage().maxRSS * 1024, children, ready}
  writeFileSync(process.env.BENCH_REPORT, JSON.stringify(report))
})
