/** What a person may type for an issue, read against the repository the command works on. */
export type IssueRef =
  | {kind: 'issue'; number: number}
  | {kind: 'other-repository'; repo: string; number: number}
  | {kind: 'bad'}

/** `repo` is owner/name; `host` is the web host, `github.com` or a GitHub Enterprise Server with its port. */
export type Home = {repo: string; host: string}

const NUMBER = /^(?:#|GH-)?([0-9]+)$/i
const SHORT = /^([\w.-]+\/[\w.-]+)#([0-9]+)$/
/** With or without scheme; a query, a fragment or a deeper path (`/files`) may follow the number. */
const URL_SHAPE = /^(?:https?:\/\/)?([^/\s@]+)\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/([0-9]+)(?:[/?#]\S*)?$/i

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function numbered(digits: string | undefined): number | undefined {
  const number = Number(digits)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** `123`, `#123`, `GH-123`, `owner/name#123` or a full URL. Pull requests share the numbers; telling them apart needs a read. */
export function parseIssueRef(text: string, home: Home): IssueRef {
  const plain = NUMBER.exec(text)
  if (plain) return issueOf(home, home.host, home.repo, plain[1])
  const short = SHORT.exec(text)
  if (short) return issueOf(home, home.host, short[1]!, short[2])
  const url = URL_SHAPE.exec(text)
  if (url) return issueOf(home, url[1]!.replace(/^www\./i, ''), url[2]!, url[3])
  return {kind: 'bad'}
}

function issueOf(home: Home, host: string, repo: string, digits: string | undefined): IssueRef {
  const number = numbered(digits)
  if (number === undefined) return {kind: 'bad'}
  if (same(host, home.host) && same(repo, home.repo)) return {kind: 'issue', number}
  return {kind: 'other-repository', repo: same(host, home.host) ? repo : `${host}/${repo}`, number}
}

/** The web host of an API root: api.github.com is github.com's, `https://HOST/api/v3` a server's own, api.TENANT.ghe.com a tenant's. */
export function webHost(apiUrl: string | undefined): string {
  if (apiUrl === undefined || apiUrl === '' || !URL.canParse(apiUrl)) return 'github.com'
  const {host} = new URL(apiUrl)
  return host === 'api.github.com' || /^api\..+\.ghe\.com$/.test(host) ? host.slice('api.'.length) : host
}
