import {median, seconds, shareOut} from './lib/figures.mjs'
import {openPlace, resultOf} from './lib/place.mjs'
import {scriptedAgent} from './lib/scripted.mjs'

export const title = 'pilot\'s own time for one issue'
const RUNS = 5
/** milliseconds */
const LIMIT = 1500
/** a few more than there are, so that one more a stage is noticed */
const GIT_LIMIT = 64
/** what an issue may cost of the limit of 5000 an hour */
const REQUEST_LIMIT = 20
const KINDS = ['agent', 'verify', 'network waits', 'git, beside its waits', 'node start', 'pilot']

/** One issue on a machine that has worked on the repository before, as a runner in a loop has. */
async function once(place, n) {
  const issue = place.addIssue({title: `Work ${n}`})
  place.requests.length = 0
  const ran = await place.pilot('execute', String(issue), '--json')
  resultOf(ran)
  const isAgent = ({args}) => args.some((word) => word.includes('/agent'))
  const isVerify = ({args}) => args.includes('true')
  const isGit = ({file}) => /(?:^|\/)git$/.test(file)
  const spans = [
    ['agent', ran.children.filter(isAgent)], ['verify', ran.children.filter(isVerify)], ['network waits', place.requests],
    ['git, beside its waits', ran.children.filter(isGit)], ['node start', [{from: ran.from, to: ran.ready}]],
  ]
  const rest = place.requests.filter(({path}) => !path.includes('.git/')).length
  return {shares: shareOut(ran.from, ran.to, spans, 'pilot'), wallMs: ran.wallMs, cpuMs: ran.cpuMs, rest, git: ran.children.filter(isGit).length}
}

export async function run() {
  const place = await openPlace({agent: scriptedAgent()})
  try {
    // the first run makes the clone
    const cold = await once(place, 0)
    const warm = []
    for (let i = 1; i <= RUNS; i++) warm.push(await once(place, i))
    const share = (kind) => median(warm.map(({shares}) => shares[kind]))
    const own = ({shares}) => shares['git, beside its waits'] + shares['node start'] + shares.pilot
    const ownMs = median(warm.map(own))
    const {rest, git} = warm.at(-1)
    return {
      rows: [
        {measure: `own time an issue, median of ${RUNS}`, value: seconds(ownMs), goal: `< ${seconds(LIMIT)}`, ok: ownMs < LIMIT, isTime: true},
        {measure: 'git processes an issue', value: String(git), goal: `≤ ${GIT_LIMIT}`, ok: git <= GIT_LIMIT},
        {measure: 'REST requests an issue', value: String(rest), goal: `≤ ${REQUEST_LIMIT}`, ok: rest <= REQUEST_LIMIT},
      ],
      parts: [
        ['wall clock', seconds(median(warm.map(({wallMs}) => wallMs)))], ...KINDS.map((kind) => [`of it ${kind}`, seconds(share(kind))]),
        ['own time of the first run, which clones', seconds(own(cold))],
        ['CPU time of pilot\'s process', `${seconds(median(warm.map(({cpuMs}) => cpuMs)))}`],
      ],
    }
  } finally {
    await place.close()
  }
}
