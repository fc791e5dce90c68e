import {describe, expect, it} from 'vitest'
import {escapingLinks, protectedPaths, samePatch, steering} from '../../../src/lib/core/run/patch.js'

describe('protected paths', () => {
  it.each([
    '.github/workflows/ci.yml', '.pilot/config.yaml', '.claude/settings.json', '.codex/config.toml', '.gemini/settings.json', '.opencode/x', '.cursor/rules',
    '.githooks/pre-commit', '.husky/pre-push', '.mcp.json', 'CLAUDE.md', 'docs/agents.md', 'packages/a/CLAUDE.local.md', 'GEMINI.md', 'CODEX.md',
    '.gitmodules', '.gitattributes',
  ])('%s is one', (file) => { expect(protectedPaths([file], [])).toEqual([file]) })

  it.each(['src/app.ts', 'github/x', 'docs/.github/x', 'src/claude.ts', 'MY-CLAUDE.md', '.gitignore', 'pilot/x', 'x.mcp.json'])('%s is none', (file) => {
    expect(protectedPaths([file], [])).toEqual([])
  })

  it.each([
    ['.github/**', true], ['.github/workflows/*', true], ['.github/workflows/c?.yml', true], ['**/ci.yml', true], ['**', true],
    ['.github/workflows/ci.yml', true], ['.github/*', false], ['.github', false], ['xgithub/**', false], ['.github/workflows/?.yml', false],
    ['.github/workflows/ci+yml', false], ['', false],
  ])('allowed by %j: %s', (glob, allowed) => {
    expect(protectedPaths(['.github/workflows/ci.yml'], [glob])).toEqual(allowed ? [] : ['.github/workflows/ci.yml'])
  })

  it('a glob of letters that mean something elsewhere means only itself', () => {
    expect(protectedPaths(['.github/a(b)[c].md'], ['.github/a(b)[c].md'])).toEqual([])
    expect(protectedPaths(['.github/aXmd'], ['.github/a.md'])).toEqual(['.github/aXmd'])
  })
})

describe('escaping links', () => {
  const added = (file: string, target: string) => [`diff --git a/${file} b/${file}`, 'new file mode 120000', 'index 0..1', '--- /dev/null', `+++ b/${file}`, '@@ -0,0 +1 @@', `+${target}`].join('\n')
  const moved = (file: string, target: string) => [`diff --git a/${file} b/${file}`, 'index a..b 120000', `--- a/${file}`, `+++ b/${file}`, '@@ -1 +1 @@', '-x', `+${target}`].join('\n')
  it.each([['a', '/etc/passwd'], ['a', '..'], ['a', '../x'], ['d/a', '../../x'], ['d/a', 'e/../../../x'], ['d/a', '.././../x'], ['a', 'b/../c'], ['src/a', '../d/up/../x']])('%s -> %s', (file, target) => {
    expect([escapingLinks(added(file, target)), escapingLinks(moved(file, target))]).toEqual([[file], [file]])
  })
  it.each([['a', 'b'], ['d/a', '../x'], ['d/e/a', '../../x'], ['a', './/b'], ['d/e/a', '../.././x/y'], ['d/a', '..']])('%s -> %s stays inside', (file, target) => {
    expect(escapingLinks(added(file, target))).toEqual([])
  })
  it('one that is moved is seen where the patch shows no renames', () => {
    const gone = ['diff --git a/a/b/link b/a/b/link', 'deleted file mode 120000', 'index a..0', '--- a/a/b/link', '+++ /dev/null', '@@ -1 +0,0 @@', '-../../README'].join('\n')
    expect(escapingLinks(`${gone}\n${added('link', '../../README')}`)).toEqual(['link'])
    expect(escapingLinks(`${gone}\n${added('c/d/link', '../../README')}`)).toEqual([])
  })
  it('a file that talks of one is none, and one that becomes a file is gone', () => {
    const file = (mode: string) => ['diff --git a/x b/x', mode, '--- a/x', '+++ b/x', '@@ -1 +1 @@', '+/etc/passwd'].join('\n')
    for (const mode of ['new file mode 100644', 'index a..b 100644', 'old mode 120000']) expect(escapingLinks(file(mode))).toEqual([])
    expect(escapingLinks(`${added('a', 'b')}\n${file('index a..b 100644')}`)).toEqual([])
  })
})

describe('steering', () => {
  it.each(['.claude', '.claude/settings.local.json', 'src/.claude/x', 'CLAUDE.local.md', 'a/AGENTS.override.md', '.mcp.json', 'opencode.jsonc', '.cursorrules', '.agents/skills/x'])(
    '%s', (path) => { expect([steering(path), protectedPaths([path], [])]).toEqual([true, [path]]) })
  it.each(['src/claude.ts', '.claudette', 'CLAUDE.md.txt', 'docs/agents/x.md', '.github/workflows/x.yml'])('not %s', (path) => { expect(steering(path)).toBe(false) })
})

describe('same patch', () => {
  const patch = (blob: string, at: string, line: string, context = ' same') =>
    [`diff --git a/x b/x`, `index ${blob} 100644`, '--- a/x', '+++ b/x', `@@ ${at} @@ function f()`, context, line].join('\n')
  it.each([
    ['blob ids', patch('aa..bb', '-1 +1', '+a'), patch('cc..dd', '-1 +1', '+a'), true],
    ['line numbers', patch('a..b', '-1,3 +1,4', '+a'), patch('a..b', '-91,3 +92,4', '+a'), true],
    ['the change', patch('a..b', '-1 +1', '+a'), patch('a..b', '-1 +1', '+b'), false],
    ['the context', patch('a..b', '-1 +1', '+a', ' x'), patch('a..b', '-1 +1', '+a', ' y'), false],
    ['nothing', '', '', true],
    ['everything', patch('a..b', '-1 +1', '+a'), '', false],
  ])('differing in %s', (_, a, b, same) => { expect(samePatch(a, b)).toBe(same) })
})
