type Env = Readonly<Record<string, string | undefined>>

/**
 * What a child process may know of the machine: where programs are, how text looks, how to reach the network. Everything else stays out, above all
 * whatever signs in somewhere. Proxy addresses may hold a password of their own; without them nothing reaches the network at all.
 */
const ALLOWED = [
  'PATH', 'LANG', 'LANGUAGE', 'TERM', 'TZ', 'SHELL', 'USER', 'LOGNAME', 'CI', 'NO_COLOR', 'FORCE_COLOR',
  'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO',
  'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy',
  'JAVA_HOME', 'GOROOT', 'GOPROXY', 'GOFLAGS', 'RUSTUP_TOOLCHAIN', 'NVM_DIR', 'VOLTA_HOME', 'ASDF_DIR', 'ASDF_DATA_DIR', 'PYENV_ROOT', 'DOTNET_ROOT',
  'npm_config_registry', 'NPM_CONFIG_REGISTRY', 'npm_config_cafile', 'NPM_CONFIG_CAFILE',
  'SystemRoot', 'SYSTEMROOT', 'COMSPEC', 'PATHEXT',
] as const

const MODEL_KEYS = {
  claude: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_CUSTOM_HEADERS', 'CLAUDE_CODE_OAUTH_TOKEN'],
  codex: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'CODEX_API_KEY'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
  opencode: ['OPENROUTER_API_KEY', 'OPENCODE_CONFIG_CONTENT'],
} as const
/** opencode and the user's own command may drive any provider. */
const EVERY_KEY = Object.values(MODEL_KEYS).flat()

/** The variables that let one executor reach its model, by name; none for the user's verify and setup commands. */
export function credentialNames(executor: string | null): readonly string[] {
  switch (executor) {
    case 'claude': case 'codex': case 'gemini': return MODEL_KEYS[executor]
    case 'opencode': case 'shell': return EVERY_KEY
    default: return []
  }
}

/** Files of the user's home that hold an executor's own sign-in, relative to it. */
export function credentialFiles(executor: string | null): readonly string[] {
  switch (executor) {
    case 'claude': return ['.claude/.credentials.json']
    case 'codex': return ['.codex/auth.json']
    case 'gemini': return ['.gemini/oauth_creds.json', '.gemini/settings.json']
    case 'opencode': return ['.local/share/opencode/auth.json']
    default: return []
  }
}

/** git inside an agent: it may commit, but has nobody's sign-in, runs no hook and never asks. */
const GIT_SETTINGS: readonly (readonly [string, string])[] = [['credential.helper', ''], ['core.hooksPath', '/dev/null'], ['gc.auto', '0']]
const GIT_ENV: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'pilot', GIT_AUTHOR_EMAIL: 'pilot@users.noreply.github.com', GIT_COMMITTER_NAME: 'pilot', GIT_COMMITTER_EMAIL: 'pilot@users.noreply.github.com',
  GIT_CONFIG_COUNT: String(GIT_SETTINGS.length),
  ...Object.fromEntries(GIT_SETTINGS.flatMap(([key, value], i): [string, string][] => [[`GIT_CONFIG_KEY_${i}`, key], [`GIT_CONFIG_VALUE_${i}`, value]])),
}

/**
 * The environment of an agent (`executor`) or of one of the user's command lines (`executor` null). `home` and `tmp` are folders of its own;
 * `extra` is what a spawn plan sets and comes last. rustup's proxies find their toolchains by HOME, so its real place is named (it holds no sign-in).
 */
export function agentEnvironment(env: Env, o: {home: string; tmp: string; executor: string | null; extra?: Readonly<Record<string, string>>}): Record<string, string> {
  const names = new Set<string>([...ALLOWED, ...credentialNames(o.executor)])
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && (names.has(entry[0]) || entry[0].startsWith('LC_')))
  const rustup = env['RUSTUP_HOME'] ?? (env['HOME'] === undefined ? undefined : `${env['HOME']}/.rustup`)
  return {
    ...Object.fromEntries(kept), ...(rustup === undefined ? {} : {RUSTUP_HOME: rustup}),
    HOME: o.home, TMPDIR: o.tmp, ...GIT_ENV, ...o.extra,
  }
}
