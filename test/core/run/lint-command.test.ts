import {describe, expect, it} from 'vitest'
import {isLintCommand} from '../../../src/lib/core/run/lint-command.js'

describe('commands that judge form', () => {
  it.each([
    'eslint .', 'npx eslint . --max-warnings 0', './node_modules/.bin/eslint src', 'npx --no-install eslint@9 .', 'pnpm exec eslint .', 'yarn eslint .', 'bunx prettier --check .', 'npx @biomejs/biome check',
    'biome ci', 'prettier --check .', 'ruff check .', 'uv run ruff format --check', 'python -m black --check .', 'poetry run flake8', 'python3 -m flake8 src', 'golangci-lint run ./...', 'gofmt -l .',
    'go vet ./...', 'cargo clippy -- -D warnings', 'cargo fmt --check', 'cargo +nightly fmt --check', 'deno lint', 'npm run lint', 'npm run lint:ts', 'npm run -s lint', 'npm run ci:lint', 'yarn lint', 'pnpm -r lint', 'pnpm run format:check',
    'make lint', 'just fmt', 'CI=1 npm run lint', 'cd web && npm run lint', 'npm run lint && npx prettier --check .', 'shellcheck *.sh', 'rubocop', 'bundle exec rubocop', 'npm run prettier',
  ])('%s', (command) => expect(isLintCommand(command)).toBe(true))
})

describe('commands that do not, or not alone', () => {
  it.each([
    '', '   ', 'npm test', 'npm run test', 'node --test', 'node --test test/lint.test.js', 'vitest run eslint', 'pytest -k lint', 'go test ./...', 'go build ./...', 'cargo test', 'cargo build', 'npm run build',
    'tsc --noEmit', 'npx tsc -p .', 'mypy .', 'npm run lint && npm test', 'npm test; npm run lint', 'npm run lint || npm test', 'eslint . | tee out', 'npm run splint', 'npm run test:format-dates', 'make test LINT=1', 'make', 'npm run',
    './scripts/check.sh lint', 'cat eslint', 'echo eslint', 'npm run check', 'docker run eslint', 'cd lint',
  ])('%s', (command) => expect(isLintCommand(command)).toBe(false))
})
