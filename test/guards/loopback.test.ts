import dns from 'node:dns'
import net from 'node:net'
import {expect, test} from 'vitest'

// The guard of every other test: contact with anything but this machine must throw.
test.each([
  ['net.connect with options', () => net.connect({host: '192.0.2.1', port: 80})],
  ['net.connect with port and host', () => net.connect(80, 'example.com')],
  ['a socket of one\'s own', () => new net.Socket().connect(80, '192.0.2.1')],
  ['a look-up', () => { dns.lookup('example.com', () => undefined) }],
])('%s is refused', (_, contact) => {
  expect(contact).toThrow(/only loopback is allowed/)
})

test('fetch of another host is refused', async () => {
  await expect(fetch('http://192.0.2.1/')).rejects.toMatchObject({cause: {name: 'OutsideContact'}})
})

test('children are sent to a proxy that is not there', () => {
  expect(process.env['HTTPS_PROXY']).toBe('http://127.0.0.1:9')
  expect(process.env['no_proxy']).toContain('127.0.0.1')
})
