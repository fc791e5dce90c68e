/** Shorter values ("true", "8080") would blank out ordinary words. */
export const SHORTEST = 8

/**
 * Variables whose value must never be printed, by the end of their name; a bare `PWD` is the working folder, `…_ASKPASS` a program.
 * What has PASSWORD anywhere in its name counts too.
 */
const SECRET_NAME = /(?:^|_)(?:TOKEN|KEY|SECRET|PASS|PASSWD|PASSPHRASE|PAT|CREDENTIAL|AUTH|AUTHTOKEN|APIKEY|COOKIE|JWT)S?$|[^_]_PWD$|PASSWORD/i
/** Names in a header or a JSON document, which are written in many ways: `x-api-key`, `apiKey`, `Authorization`. */
const SECRET_FIELD = /auth(?!ors?\b)|key|token|secret|cookie|pass(?!ive|through)|credential/i

/** Sixteen letters and digits in a row, both among them: no word, no model name, no host name. */
const tokenLike = (text: string): boolean =>
  text.split(/[^A-Za-z0-9]+/).some((run) => run.length >= 16 && /\d/.test(run) && /[A-Za-z]/.test(run))

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // a lone percent sign: the text is what it is
    if (error instanceof URIError) return text
    throw error
  }
}

/** `user:password` of an address, the password alone, and a user that is a token itself (`https://TOKEN@host`). */
function ofUserinfo(userinfo: string): string[] {
  const colon = userinfo.indexOf(':')
  const user = colon === -1 ? userinfo : userinfo.slice(0, colon)
  const password = colon === -1 ? '' : userinfo.slice(colon + 1)
  const whole = password === '' ? [] : [userinfo, password]
  return [...whole, ...(tokenLike(user) ? [user] : [])].flatMap((text) => [text, decoded(text)])
}

/** Every address in a value; a list of proxies has several. An unescaped `@` belongs to the password. */
const ofAddresses = (value: string): string[] => [...value.matchAll(/:\/\/([^\s/?#"']+)@/g)].flatMap(([, userinfo]) => ofUserinfo(userinfo!))

/** A named field: all of a secret one, and what looks like a token in any other one. `Bearer …` goes without its first word. */
function ofField(name: string, value: string): string[] {
  const words = value.split(/[\s,;]+/)
  return SECRET_FIELD.test(name) && !/^\{(?:env|file):/.test(value) ? [value, ...words] : words.filter(tokenLike)
}

/** `Name: value`, one a line. */
const ofHeaders = (value: string): string[] => value.split('\n').flatMap((line) => {
  const colon = line.indexOf(':')
  return colon === -1 ? [] : ofField(line.slice(0, colon), line.slice(colon + 1).trim())
})

/**
 * Strings of a JSON document with comments, which no parser of ours reads: those with a name, and all others that look like a token. An escaped quote
 * begins none; each would be tried to the end of a text that forgets to close one.
 */
const ofJson = (value: string, of = ofField): string[] =>
  [...value.matchAll(/\\.|(?:"((?:[^"\\]|\\.)*)"\s*:\s*)?"((?:[^"\\]|\\.)*)"/g)].flatMap(([, name, text]) => text === undefined ? [] : of(name ?? '', text.replace(/\\(["\\/])/g, '$1')))

/** Such a file also says in words how one signs in ("oauth-personal"), and where a key lies; a token has a digit and no blank. */
const ofSignIn = (name: string, value: string): string[] =>
  SECRET_FIELD.test(name) && /\d/.test(value) && !/\s|^[~/.]/.test(value) ? [value] : value.split(/[\s,;]+/).filter(tokenLike)

/** What must not be printed of a file that an agent signs in with, as far as it looks like a token. */
export const signInsIn = (text: string): string[] => [...new Set(ofJson(text, ofSignIn).filter((value) => value.length >= SHORTEST))]

function ofVariable(name: string, value: string): string[] {
  const named = SECRET_NAME.test(name) ? [value] : []
  const address = /_PROXY$/i.test(name) && !value.includes('://') ? `http://${value}` : value
  switch (name) {
    case 'ANTHROPIC_CUSTOM_HEADERS': return [...named, ...ofAddresses(address), ...ofHeaders(value)]
    case 'OPENCODE_CONFIG_CONTENT': return [...named, ...ofAddresses(address), ...ofJson(value)]
    default: return [...named, ...ofAddresses(address)]
  }
}

/**
 * The values of an environment that must not be printed: of variables with a secret's name, what signs in in an address, and the tokens
 * in the two variables that carry headers and settings to an agent.
 */
export const secretsOf = (env: Readonly<Record<string, string | undefined>>): string[] => [...new Set(
  Object.entries(env).flatMap(([name, value]) => value === undefined ? [] : ofVariable(name, value)).filter((value) => value.length >= SHORTEST),
)]

/** The keys of endpoints: values of the variables that the configuration names, whatever those are called. */
export const keysOf = (endpoints: Readonly<Record<string, {api_key_env: string | null}>>, env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.values(endpoints).flatMap(({api_key_env: name}) => name === null ? [] : env[name] ?? []).filter((value) => value.length >= SHORTEST)
