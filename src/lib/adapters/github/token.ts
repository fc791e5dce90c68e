import {PilotError} from '../../errors.js'

export const TOKEN_VARIABLES = ['PILOT_GITHUB_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'] as const
export type FoundToken = {token: string; from: (typeof TOKEN_VARIABLES)[number] | 'gh auth token'}

type Env = Readonly<Record<string, string | undefined>>

const usable = (token: string, from: FoundToken['from']): FoundToken => {
  // Such a value would break the header it goes into, with an error that shows it.
  if (/^[\x21-\x7e]+$/.test(token)) return {token, from}
  throw new PilotError('BAD_TOKEN', `The token from ${from} contains characters that no token has, such as spaces or line breaks.`,
    ['gh auth token', 'pilot doctor'])
}

/**
 * The token for GitHub: PILOT_GITHUB_TOKEN, GITHUB_TOKEN, GH_TOKEN, else what `runGh` answers (the output of `gh auth token`; undefined
 * where gh is missing or not logged in). Empty values count as not set. NO_TOKEN when there is none.
 */
export async function findToken(env: Env, runGh: () => Promise<string | undefined>): Promise<FoundToken> {
  for (const name of TOKEN_VARIABLES) {
    const token = env[name]?.trim()
    if (token !== undefined && token !== '') return usable(token, name)
  }
  const token = (await runGh())?.trim()
  if (token !== undefined && token !== '') return usable(token, 'gh auth token')
  throw new PilotError('NO_TOKEN', 'No GitHub token.', ['gh auth login', 'put a token into GITHUB_TOKEN', 'pilot doctor'])
}
