/** Programs that judge form and not behaviour. Type checkers are not among them: what they find may need another design. */
const LINTERS: readonly string[] = [
  'eslint', 'biome', 'prettier', 'oxlint', 'xo', 'standard', 'dprint', 'stylelint', 'markdownlint', 'markdownlint-cli2', 'htmlhint',
  'jshint', 'tslint',
  'ruff', 'black', 'flake8', 'pylint', 'isort', 'autopep8', 'yapf', 'pycodestyle', 'pydocstyle', 'golangci-lint',
  'gofmt', 'gofumpt', 'goimports', 'golint',
  'staticcheck', 'clippy', 'rustfmt', 'cargo-clippy', 'rubocop', 'standardrb', 'shellcheck',
  'shfmt', 'yamllint', 'actionlint', 'hadolint', 'ktlint',
  'detekt', 'swiftlint', 'swiftformat', 'clang-format', 'clang-tidy',
  'cpplint', 'php-cs-fixer', 'phpcs', 'codespell', 'typos', 'editorconfig-checker', 'commitlint',
]
/** Words of a tool that has more than one use, by that tool. */
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  cargo: ['clippy', 'fmt'], go: ['vet', 'fmt'], deno: ['lint', 'fmt'], dotnet: ['format'], terraform: ['fmt'], mix: ['format', 'credo'],
  dart: ['format'], zig: ['fmt'], buf: ['lint', 'format'],
}
/** Programs that only start the one after them, with words of their own to skip. */
const STARTERS: readonly string[] = [
  'npx', 'bunx', 'uvx', 'pipx', 'exec', 'x', 'dlx', 'run', 'env', 'time', 'command', 'python', 'python3', 'poetry', 'uv', 'pdm', 'hatch',
  'rye', 'bundle', 'node_modules/.bin',
]
/** Programs whose word is a script or target of the user's. */
const SCRIPT_RUNNERS: readonly string[] = [
  'npm', 'pnpm', 'yarn', 'bun', 'make', 'just', 'task', 'rake', 'composer', 'nox', 'tox', 'turbo', 'nx',
]
const SCRIPT_NAME = /^(?:lint|eslint|stylelint|prettier)(?:$|[:_-])|^(?:format|fmt|style)(?:$|:)|[:_-](?:lint|format|fmt|style)$/i
/** Parts of a command line that prepare and do not judge. */
const PREPARES: readonly string[] = ['cd', 'export', 'set', 'echo', 'true', 'source', '.']

/**
 * Is this verify command a linter's or formatter's? Then its failure is mended by the gate `lint`, which is cheaper. Every part of a command
 * line has to be one: of `npm run lint && npm test` nobody knows which part failed.
 */
export function isLintCommand(command: string): boolean {
  const parts = command.split(/&&|\|\||[;|\n]/).map((part) => part.trim().split(/\s+/).filter((word) => word !== ''))
  const judging = parts.filter(([first]) => first !== undefined && !PREPARES.includes(first))
  return judging.length > 0 && judging.every(lints)
}

function lints(words: readonly string[]): boolean {
  const [first, ...rest] = words.filter((word) => !/^\w+=/.test(word))
  if (first === undefined) return false
  const program = nameOf(first)
  if (LINTERS.includes(program)) return true
  const plain = rest.filter((word) => !/^[-+]/.test(word))
  const subcommands = SUBCOMMANDS[program]
  if (subcommands !== undefined) return plain[0] !== undefined && subcommands.includes(plain[0])
  if (SCRIPT_RUNNERS.includes(program)) {
    const target = plain.find((word) => !STARTERS.includes(word))
    return target !== undefined && (SCRIPT_NAME.test(target) || LINTERS.includes(nameOf(target)))
  }
  return STARTERS.includes(program) && lints(rest.filter((word) => !word.startsWith('-')))
}

/** `./node_modules/.bin/eslint` and `eslint@9` are eslint. */
const nameOf = (word: string): string => (word.split('/').at(-1) ?? word).replace(/(?<=.)@.*$/, '').replace(/\.(?:cmd|exe)$/, '')
