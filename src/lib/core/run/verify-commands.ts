/** The few files that tell how a repository is set up and tested; null where a file is missing. */
export type BuildFiles = {packageJson: string | null; packageLock: string | null; goMod: string | null; cargoToml: string | null; pyproject: string | null}
export type VerifyCommands = {setup: readonly string[]; commands: readonly string[]}

/** The script that npm writes into every new package; it fails by design, so it is no test. */
const NPM_PLACEHOLDER = /no test specified/

function npmTests(packageJson: string): boolean {
  try {
    const parsed: unknown = JSON.parse(packageJson)
    const scripts: unknown = typeof parsed === 'object' && parsed !== null && 'scripts' in parsed ? parsed.scripts : undefined
    const test: unknown = typeof scripts === 'object' && scripts !== null && 'test' in scripts ? scripts.test : undefined
    return typeof test === 'string' && !NPM_PLACEHOLDER.test(test)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** What verifies a change: what the configuration says, else what the repository's build files imply. Nothing found: no commands. */
export function verifyCommands(configured: VerifyCommands, files: BuildFiles): VerifyCommands {
  if (configured.commands.length > 0) return configured
  const detected = detect(files)
  return {setup: configured.setup.length > 0 ? configured.setup : detected.setup, commands: detected.commands}
}

function detect(files: BuildFiles): VerifyCommands {
  if (files.packageJson !== null && npmTests(files.packageJson)) {
    // a lockfile that set-up makes would end up in the pull request
    return {setup: [files.packageLock === null ? 'npm install --no-package-lock --no-audit --no-fund' : 'npm ci --no-audit --no-fund'], commands: ['npm test']}
  }
  if (files.goMod !== null) return {setup: [], commands: ['go build ./...', 'go test ./...']}
  if (files.cargoToml !== null) return {setup: [], commands: ['cargo test']}
  if (files.pyproject !== null) return {setup: [], commands: ['python -m pytest']}
  return {setup: [], commands: []}
}
