// The scripted decide model: simple rules over the text of its prompt. It knows no scenario; what the prompt does not say it does not know.

/** The failed and the remaining sub-issues as the prompt lists them. */
function readPrompt(prompt) {
  const section = (name) => new RegExp(`^${name}:\\n<untrusted-[^>]+>\\n([\\s\\S]*?)\\n</untrusted-`, 'm').exec(prompt)?.[1] ?? ''
  const failed = section('Failed').split(/\n\n(?=#\d+ .*\nattempt \d+ failed)/).filter(Boolean).map((block) => {
    const [, issue, title] = /^#(\d+) (.*)$/m.exec(block)
    const [, attempt, failure] = /^attempt (\d+) failed: (\w+)/m.exec(block)
    const allowed = /^allowed actions: (.*)$/m.exec(block)[1].split(', ')
    return {issue: Number(issue), title, attempt: Number(attempt), failure, allowed, said: block.split('\n').slice(3).join('\n')}
  })
  const remaining = section('Remaining').split('\n').filter(Boolean).map((line) => {
    const [, issue, title, after = ''] = /^#(\d+) (.*?)(?: \(after (#.*)\))?$/.exec(line)
    return {issue: Number(issue), title, after: after.split(', ').filter(Boolean).map((name) => Number(name.slice(1)))}
  })
  return {failed, remaining}
}

/** `feat`, `test`, …: what the finding of one is of use to. */
const kindOf = ({title}) => /^(\w+)\(/.exec(title)?.[1] ?? ''

/** A finding that others of the kind can use too, and a judgement without one. */
const shared = (finding) => ({action: 'retry_different', finding, reason: finding, forKind: true})
const plain = (action, reason) => ({action, finding: '', reason})

/** What a failure says, and what follows from it: the first rule that fits counts. */
const RULES = [
  {
    sees: /Cannot find package '([^']+)'[\s\S]*the tests of this repository run with: ([^\n]+)/,
    says: ([, wrong, right]) => shared(`write tests for ${right}, not for ${wrong}, which is not installed`),
  },
  {
    sees: /(\S+) is not listed in (\w+)\/\S+\.json: every part has an entry there/,
    says: ([, , folder]) => shared(`every part needs a file of its name in ${folder}/`),
  },
  {
    sees: /contract: (\S+) reads (\w+), but what is merged answers with (\w+)/,
    says: ([, , wrong, right]) => shared(`what is merged counts, whatever the issue says: use the field ${right}, not ${wrong}`),
  },
  {
    sees: /Cannot find module '[^']*\/(\w+)\/[\w.]+'/,
    says: ([, part], {remaining}) => {
      const source = remaining.find(({title}) => title.includes(`(${part})`))
      if (source === undefined) return plain('retry', `${part} is missing`)
      return {...plain('retry', `needs #${source.issue}, which goes first`), first: source.issue}
    },
  },
  {sees: /no machine of this project has (.+)/, says: ([, what]) => plain('skip', `needs ${what}`)},
  {sees: /ECONNRESET|ETIMEDOUT|503 Service Unavailable/, says: () => plain('retry', 'the network was at fault')},
]

function judge(child, facts) {
  const killed = ['killed', 'timeout'].includes(child.failure)
  if (killed && child.allowed.includes('decompose')) return plain('decompose', `${child.failure}: too much for one change`)
  for (const {sees, says} of RULES) {
    const match = sees.exec(child.said)
    if (match !== null) return says(match, facts)
  }
  return child.attempt > 1 ? plain('skip', 'failed again and nothing says why') : plain('retry', 'nothing says why')
}

/** Everything that waits for one of `gone`, directly or through others. */
function behind(remaining, gone) {
  const found = new Set()
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const {issue, after} of remaining) if (after.some((n) => gone.has(n) || found.has(n))) found.add(issue)
  }
  return found
}

/** One after the other, those that something else needs first, each after what it depends on. */
function wavesOf(remaining, first) {
  const waves = []
  const left = [...remaining].sort((a, b) => Number(first.has(b.issue)) - Number(first.has(a.issue)))
  while (left.length > 0) {
    const at = Math.max(0, left.findIndex(({after}) => !left.some(({issue}) => after.includes(issue))))
    waves.push([left.splice(at, 1)[0].issue])
  }
  return waves
}

/** What is found out about one child and of use to others of its kind, by issue. */
function routedContext(judged, left) {
  const found = judged.filter(({forKind}) => forKind)
  return left.flatMap((other) => {
    const match = found.findLast(({child}) => kindOf(child) === kindOf(other))
    return match === undefined ? [] : [{issue: other.issue, context: match.finding}]
  })
}

/** The answer to a decide prompt, as an object. */
export function analyse(prompt) {
  const facts = readPrompt(prompt)
  const judged = facts.failed.map((child) => ({child, ...judge(child, facts)}))
  const skipped = new Set(judged.filter(({action}) => action === 'skip').map(({child}) => child.issue))
  const gone = behind(facts.remaining, skipped)
  const left = facts.remaining.filter(({issue}) => !gone.has(issue))
  const strategies = judged.map(({child, action, finding, reason}) =>
    [child.issue, {action: child.allowed.includes(action) ? action : 'skip', guidance: finding, reason}])
  return {
    analysis: Object.fromEntries(judged.map(({child, reason}) => [child.issue, reason])), strategies: Object.fromEntries(strategies),
    routedContext: routedContext(judged, left), skip: [...gone].map((issue) => ({issue, reason: 'what it is built on cannot be had'})),
    waves: wavesOf(left, new Set(judged.flatMap(({first}) => first ?? []))),
    learnings: [...new Set(judged.map(({finding}) => finding).filter((text) => text !== ''))],
  }
}
