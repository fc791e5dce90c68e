import {describe, expect, it} from 'vitest'
import {verifyCommands, type BuildFiles} from '../../../src/lib/core/run/verify-commands.js'

const NONE: BuildFiles = {packageJson: null, packageLock: null, goMod: null, cargoToml: null, pyproject: null}
const pkg = (test: unknown): string => JSON.stringify({scripts: {test}})
const NOTHING = {setup: [], commands: []}
const NPM = {setup: ['npm install --no-package-lock --no-audit --no-fund'], commands: ['npm test']}

describe('verify commands', () => {
  it.each<[string, Partial<BuildFiles>, object]>([
    ['no build file', {}, NOTHING],
    ['npm without a lock', {packageJson: pkg('vitest')}, NPM],
    ['npm with a lock', {packageJson: pkg('vitest'), packageLock: '{}'}, {setup: ['npm ci --no-audit --no-fund'], commands: ['npm test']}],
    ['npm\'s own placeholder', {packageJson: pkg('echo "Error: no test specified" && exit 1')}, NOTHING],
    ['no test script', {packageJson: '{"scripts": {}}'}, NOTHING],
    ['no scripts', {packageJson: '{}'}, NOTHING],
    ['a test script that is no text', {packageJson: pkg(7)}, NOTHING],
    ['a package.json that is no JSON', {packageJson: '{'}, NOTHING],
    ['a package.json that is null', {packageJson: 'null'}, NOTHING],
    ['go', {goMod: 'module x'}, {setup: [], commands: ['go build ./...', 'go test ./...']}],
    ['cargo', {cargoToml: ''}, {setup: [], commands: ['cargo test']}],
    ['python', {pyproject: ''}, {setup: [], commands: ['python -m pytest']}],
    ['npm before go', {packageJson: pkg('vitest'), goMod: 'module x'}, NPM],
    ['go where npm has no tests', {packageJson: '{}', goMod: 'module x'}, {setup: [], commands: ['go build ./...', 'go test ./...']}],
  ])('%s', (_, files, expected) => {
    expect(verifyCommands(NOTHING, {...NONE, ...files})).toEqual(expected)
  })

  it('what is configured beats what is found', () => {
    const files = {...NONE, packageJson: pkg('vitest')}
    expect(verifyCommands({setup: [], commands: ['make check']}, files)).toEqual({setup: [], commands: ['make check']})
    expect(verifyCommands({setup: ['make deps'], commands: []}, files)).toEqual({setup: ['make deps'], commands: ['npm test']})
  })
})
