import dns from 'node:dns'
import net from 'node:net'

// Every test runs behind this guard: a connection to anything but this machine throws in process, and children are
// sent to a dead proxy, so a forgotten stub fails loudly instead of reaching a real service.
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\]|0\.0\.0\.0|::)$/

export class OutsideContact extends Error {
  constructor(target: string) {
    super(`a test tried to contact ${target}; only loopback is allowed`)
    this.name = 'OutsideContact'
  }
}

const refuse = (host: unknown): void => {
  if (typeof host === 'string' && host !== '' && !LOOPBACK.test(host)) throw new OutsideContact(host)
}

/** Socket#connect takes (options), (port, host), (path) or, from net.connect, one normalised array. */
const hostOf = (args: unknown[]): unknown => {
  const first: unknown = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0]
  if (typeof first === 'object' && first !== null) return (first as {host?: unknown}).host
  return typeof first === 'number' ? args[1] : undefined
}

const sockets = net.Socket.prototype as {connect: (this: net.Socket, ...args: unknown[]) => net.Socket}
const {connect} = sockets
sockets.connect = function (...args) {
  refuse(hostOf(args))
  return connect.apply(this, args)
}

const lookup = dns.lookup as (...args: unknown[]) => unknown
dns.lookup = ((host: string, ...rest: unknown[]) => {
  refuse(host)
  return lookup(host, ...rest)
}) as typeof dns.lookup

const DEAD_PROXY = 'http://127.0.0.1:9'
for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
  process.env[name] = DEAD_PROXY
  process.env[name.toLowerCase()] = DEAD_PROXY
}
process.env['NO_PROXY'] = process.env['no_proxy'] = '127.0.0.1,localhost,::1'
