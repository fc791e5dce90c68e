import {PilotError} from '../errors.js'
import {parseIssueRef, webHost, type Home, type IssueRef} from '../core/issue/ref.js'
import type {Stdin} from './io.js'

/** `repo` is owner/name; `apiUrl` the API root in use, from which the web host follows. */
export type RefOptions = {repo: string; apiUrl?: string | undefined}

/**
 * The issue numbers of a command line, in order and each once. `-` stands for the first columns of the lines on stdin.
 * @throws PilotError BAD_ISSUE naming every argument that is none, OTHER_REPOSITORY for URLs of another repository
 */
export async function parseIssueRefs(args: readonly string[], options: RefOptions, stdin: Stdin): Promise<number[]> {
  const piped = args.includes('-') ? await firstColumns(stdin) : []
  const typed = args.flatMap((arg, i) => arg !== '-' ? [arg] : i === args.indexOf('-') ? piped : [])
  return numbersOf(typed, options)
}

/** Refuses what was typed and is no issue here, before anything is opened for it. What stdin holds is not known yet. @throws as `parseIssueRefs` */
export const assertIssueRefs = (args: readonly string[], options: RefOptions): void => void numbersOf(args.filter((arg) => arg !== '-'), options)

/** Refuses what is an issue of no repository at all, before one is looked for. @throws PilotError BAD_ISSUE */
export const assertReadable = (args: readonly string[]): void => {
  const nowhere: Home = {repo: '', host: ''}
  refuseBad(args.filter((arg) => arg !== '-').map((text) => ({text, ref: parseIssueRef(text, nowhere)})))
}

function refuseBad(refs: readonly {text: string; ref: IssueRef}[]): void {
  const bad = refs.filter(({ref}) => ref.kind === 'bad').map(({text}) => JSON.stringify(text))
  if (bad.length === 0) return
  throw new PilotError('BAD_ISSUE', `not an issue: ${bad.join(', ')}; write 123, #123, GH-123 or the issue's URL`, ['pilot next'])
}

function numbersOf(typed: readonly string[], options: RefOptions): number[] {
  const home: Home = {repo: options.repo, host: webHost(options.apiUrl)}
  const refs = typed.map((text) => ({text, ref: parseIssueRef(text, home)}))
  refuseBad(refs)
  const other = refs.filter(({ref}) => ref.kind === 'other-repository').map(({text}) => JSON.stringify(text))
  if (other.length > 0) {
    throw new PilotError('OTHER_REPOSITORY', `not an issue of ${home.host}/${home.repo}: ${other.join(', ')}`, [
      ...new Set(refs.flatMap(({ref}) => (ref.kind === 'other-repository' ? [elsewhere(ref.repo)] : []))),
    ])
  }
  return [...new Set(refs.flatMap(({ref}) => ref.kind === 'issue' ? [ref.number] : []))]
}

/** `owner/name`, with its host before it where that is another one. */
const elsewhere = (repo: string): string =>
  (repo.split('/').length === 2 ? `name that repository with --repo ${repo}` : `for an issue of ${repo}, set GITHUB_API_URL to the API of that server`)

async function firstColumns(stdin: Stdin): Promise<string[]> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, {stream: true})
  return (text + decoder.decode()).split('\n').map((line) => line.trim().split(/\s+/)[0]!).filter((word) => word !== '')
}
