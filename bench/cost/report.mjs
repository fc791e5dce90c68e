// The measurement as goals and as a section of a page.

/** Of the naive bill (SPEC §17). */
const GOAL = 0.3
/** Between the agent's requests here and those that the reference was measured with. */
const SAME = 0.05
const usd = (value) => `${value < 0 ? '−' : ''}$${Math.abs(value).toFixed(2)}`
const percent = (part) => `${(part * 100).toFixed(1)} %`
const thousands = (tokens) => tokens >= 1000 ? `${(tokens / 1000).toFixed(tokens < 10_000 ? 1 : 0)}k` : String(tokens)
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map((_, i) => i === 0 ? '---' : '---:').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')
const tokens = ({usage}) => [usage.inFresh, usage.cacheWrite5m + usage.cacheWrite1h, usage.cacheRead, usage.out].map(thousands)

const GENERATIONS = {configured: 'pilot\'s default models', newest: 'the newest models of each tier'}

export function goalsOf({generations, pilot, ledgerUsd, reference}) {
  const off = Math.abs(ledgerUsd / pilot.usd - 1)
  const worst = Math.max(...reference.map(({first, wanted}) => Math.abs(first / wanted - 1)))
  return [
    ...generations.map(({name, models, naive, pilot: bill}) => {
      const share = bill.usd / naive.usd
      return {measure: `pilot's bill of the naive one, ${GENERATIONS[name]} (${Object.values(models).join(', ')})`, value: percent(share), goal: `≤ ${percent(GOAL)}`, ok: share <= GOAL}
    }),
    {measure: 'pilot\'s own ledger against the bill', value: `${percent(off)} off`, goal: `≤ ${percent(0.001)}`, ok: off <= 0.001},
    {measure: 'first requests of the agent against the reference', value: `${percent(worst)} off`, goal: `≤ ${percent(SAME)}`, ok: worst <= SAME},
  ]
}

const CAUSES = {mcp: 'no MCP servers', tools: 'lists of tools, no auto memory, no settings of the user', retries: 'failures go back to their session', split: 'the epic is planned apart and done in parts', models: 'Sonnet works and reviews, Haiku writes texts, Opus only plans'}
const REST = 'what else pilot does otherwise: prompts, schemas, lint rounds, the attempt that fails, commit messages by template'
const FAULTS = {lint: 'the linter rejects it', verify: 'the tests fail, mended in one round', review: 'the reviewer rejects it once', attempt: 'the first attempt fails, the retry passes'}

function causes({naive, pilot, causes: steps}) {
  if (steps === null) return ['Not measured (`--quick`).']
  const last = steps.at(-1).then.usd
  const rows = steps.map(({name, alone, then}, i) => {
    const before = i === 0 ? naive.usd : steps[i - 1].then.usd
    return [CAUSES[name], usd(naive.usd - alone.usd), usd(before - then.usd), usd(then.usd), percent(then.usd / naive.usd)]
  })
  return [
    'Saved against the naive set-up, by a change alone and on top of those above it; a negative number costs.\n',
    table(['change', 'alone', 'on top', 'bill then', 'of naive'], [
      ['the naive set-up', '', '', usd(naive.usd), '100 %'], ...rows, [REST, '', usd(last - pilot.usd), usd(pilot.usd), percent(pilot.usd / naive.usd)],
    ]),
  ]
}

const assumptions = ({version, prices, items, naive}) => {
  const faults = items.filter(({fault}) => fault !== null)
  return [
    `The agent is Claude Code ${version} in both. The model is a script on loopback; it says the same in both set-ups, whichever model is asked for. So this measures what is sent and at which price, and not whether a cheaper model needs more turns or fails more often.`,
    'Tokens are bytes / 4, of the requests as they came in and of the answers as they went out. There is no thinking.',
    `Prices: ${prices.join(', ')}, exact ids. Writes to the cache at the five-minute price; a prefix is read where model, tools, system and messages are the same to a marked place, up to 20 blocks before a mark, for five minutes after its last use. Prefixes below the vendor\'s minimum (4,096 tokens, Sonnet 4.6 2,048) are not cached. The agent\'s accounting line is no part of a prefix.`,
    'Time for the cache: 3 s and 60 tokens a second an answer, 30 s between processes. Issues come one after the other.',
    `The backlog: ${items.length} issues (${items.map(({size, children}) => size + (children > 0 ? ` with ${children} parts` : '')).join(', ')}). Of the ${items.reduce((sum, {children}) => sum + Math.max(1, children), 0)} pieces of work ${faults.length} go wrong once: ${faults.map(({title, fault}) => `"${title}": ${FAULTS[fault]}`).join('; ')}.`,
    'The failed attempt costs pilot three rounds and a new session; the naive set-up gets by with one restart. Nobody calls an MCP tool or starts a sub-agent; the repository has no CLAUDE.md.',
    'pilot: its default preset, no local model (so commit messages come from the template), worktrees, review with the patch in the prompt.',
    'The naive set-up is `bench/cost/naive.mjs`: for each issue `claude -p --model FRONTIER --dangerously-skip-permissions` with all tools, the user\'s settings and two MCP servers of 20 tools each (which this version lists by name only, until one is asked for): plan and implement; lint and test; review; commit message and description from `git diff`. What fails is thrown away and begun again with the reason in the prompt. The epic is one issue.',
    `The naive set-up pays ${usd(naive.usd / items.length)} an issue here.`,
  ]
}

const share = ({naive, pilot}) => percent(pilot.usd / naive.usd)

export function pageOf(result, goals) {
  const {issues, naive, pilot, generations, otherwise, sharing, reference} = result
  const rowsOf = (title, of) => [[title, 'naive', of.naive.requests, ...tokens(of.naive), usd(of.naive.usd), ''], ['', 'pilot', of.pilot.requests, ...tokens(of.pilot), usd(of.pilot.usd), percent(of.pilot.usd / of.naive.usd)]]
  return [
    'The same backlog through pilot and through a naive set-up, both with the real agent, against a model on loopback that bills the bytes it receives.\n',
    '```sh\nnpm run bench:cost -- --write docs/cost.md\n```\n',
    `${table(['goal', 'here', 'wanted', ''], goals.map(({measure, value, goal, ok}) => [measure, value, goal, ok ? 'met' : 'MISSED']))}\n`,
    `${table(['issue', '', 'requests', 'fresh', 'cache write', 'cache read', 'out', 'dollars', 'of naive'], [...issues.flatMap((one) => rowsOf(one.title, one)), ...rowsOf('**all**', {naive, pilot})])}\n`,
    '### Where it comes from\n', ...causes(result), '',
    '### With other models\n',
    'The same backlog, run again: the agent sends other prompts and tools to other models.\n',
    `${table(['models', '', 'requests', 'fresh', 'cache write', 'cache read', 'out', 'dollars', 'of naive'], generations.flatMap((one) => rowsOf(GENERATIONS[one.name], one)))}\n`,
    '### If it were otherwise\n',
    `${table(['', 'naive', 'pilot', 'of naive', 'if Opus 4.7 counts 1.3 × too'], otherwise.map(({what, naive, pilot, counted}) => [what, usd(naive.usd), usd(pilot.usd), share({naive, pilot}), share(counted)]))}\n`,
    ...sharing.map(({gate, read, of, head, words}) => `The first request of gate \`${gate}\` for a second issue, in another worktree, reads ${thousands(read)} of its ${thousands(of)} tokens from what the first wrote (tools and system prompt are ${thousands(Math.round(head))}); the first difference is "${words}".\n`),
    '### The agent against its reference\n',
    'On claude-opus-5-5; to the default models the agent sends more in its first request, see above.\n',
    `${table(['flags', 'first request', 'reference', 'ten short processes', 'reference'], reference.map((one) => [one.name, one.first.toLocaleString('en'), one.wanted.toLocaleString('en'), usd(one.usd), usd(one.wantedUsd)]))}\n`,
    '### What is assumed\n', ...assumptions(result).map((line) => `- ${line}`),
  ].join('\n')
}
