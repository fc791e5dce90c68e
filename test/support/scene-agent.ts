import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

/** What the scripted agent does in one call: changes files (null removes one), says something, fails, takes its time, reports its use. */
export type Step = {
  files?: Record<string, string | null>; say?: unknown; exit?: number; sleepMs?: number
  /** before anything else, until an agent of this gate has begun for each of these issues as well */
  meets?: readonly number[]
  usage?: {model: string; inFresh: number; cacheRead: number; cacheWrite5m: number; cacheWrite1h: number; out: number; costUsd: number}
}
/**
 * By gate, then by `issue@attempt`, `*@attempt`, `issue` or `*`, the most exact first. A list is played call by call and stays at its last
 * step.
 * Without an entry: implement writes a file of its own, review approves, commit and draft word a message and a summary, other gates fail.
 */
export type Script = Partial<Record<'classify' | 'plan' | 'implement' | 'lint' | 'review' | 'commit' | 'draft' | 'decide', Record<string, Step | Step[]>>>
export type Call = {gate: string; issue: number; attempt: number; prompt: string; model: string}

export const APPROVE: Step = {say: {verdict: 'approve', summary: 'does what it should', findings: []}}
export const REJECT: Step = {
  say: {
    verdict: 'request_changes', summary: 'not good enough',
    findings: [{severity: 'blocker', file: 'src/sum.js', line: 1, message: 'wrong sign'}],
  },
}

/**
 * A shell script, because a scene calls it a dozen times and node alone takes a tenth of a second to start. A step is a fragment of its own in
 * `script/GATE/KEY/N.sh`; what it writes and says lies beside it.
 */
const PROGRAM = `here=$(dirname "$0")
gate=$PILOT_GATE issue=$PILOT_ISSUE attempt=$PILOT_ATTEMPT status=0
prompt="$here/prompts/$gate-$issue-$attempt-$$"
cat > "$prompt"
cd "$PILOT_WORKTREE" || exit 1
journal="$here/journal" calls="$here/calls"
steps= alike="$gate $issue "
for key in "$issue@$attempt" "any@$attempt" "$issue" any; do
  test -d "$here/script/$gate/$key" || continue
  steps="$here/script/$gate/$key"
  case $key in *@*) alike="$gate $issue $attempt " ;; esac
  break
done
before=$(grep -c "^$alike" "$calls")
printf '%s %s %s %s %s\\n' "$gate" "$issue" "$attempt" "\${prompt##*/}" "$PILOT_MODEL" >> "$calls"
printf 'begin %s %s\\n' "$gate" "$issue" >> "$journal"
meets() {
  left=1200
  until grep -q "^begin $gate $1$" "$journal"; do
    left=$((left - 1))
    test $left -gt 0 || { echo "no agent for $1 in a minute" >&2; exit 1; }
    sleep 0.05
  done
}
if test -n "$steps"; then
  step="$steps/$before"
  test -e "$step.sh" || step="$steps/last"
  . "$step.sh"
else
  case $gate in
    implement)
      mkdir -p src
      echo "export const work = $issue" > "src/work-$issue.js"
      printf 'did the work of %s' "$issue" ;;
    review) printf '%s' '{"verdict":"approve","summary":"does what it should","findings":[]}' ;;
    commit) printf 'feat(src): do the work' ;;
    draft) printf 'did the work of %s' "$issue" ;;
    *) printf 'no script for %s' "$gate"; status=1 ;;
  esac
fi
printf 'end %s %s\\n' "$gate" "$issue" >> "$journal"
exit $status
`

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Writes `NAME.sh`, which plays the step, and the texts that it needs. */
async function writeStep(dir: string, name: string, step: Step): Promise<void> {
  let texts = 0
  const keep = async (text: string): Promise<string> => {
    const file = `${name}.${texts++}`
    await writeFile(join(dir, file), text)
    return `"$steps/${file}"`
  }
  const lines = (step.meets ?? []).map((other) => `meets ${other}`)
  if (step.sleepMs !== undefined) lines.push(`sleep ${step.sleepMs / 1000}`)
  for (const [path, content] of Object.entries(step.files ?? {})) {
    if (content === null) lines.push(`rm ${quoted(path)}`)
    else lines.push(`mkdir -p ${quoted(dirname(path))}`, `cat ${await keep(content)} > ${quoted(path)}`)
  }
  if (step.usage !== undefined) lines.push(`cat ${await keep(JSON.stringify(step.usage))} > "$PILOT_USAGE_FILE"`)
  lines.push(`cat ${await keep(typeof step.say === 'string' ? step.say : JSON.stringify(step.say ?? ''))}`, `status=${step.exit ?? 0}`, '')
  await writeFile(join(dir, `${name}.sh`), lines.join('\n'))
}

async function writeScript(dir: string, script: Script): Promise<void> {
  await rm(dir, {recursive: true, force: true})
  for (const [gate, played] of Object.entries(script)) {
    for (const [key, step] of Object.entries(played)) {
      const folder = join(dir, gate, key.replace('*', 'any'))
      await mkdir(folder, {recursive: true})
      const steps = Array.isArray(step) ? step : [step]
      for (const [i, each] of steps.entries()) await writeStep(folder, i === steps.length - 1 ? 'last' : String(i), each)
    }
  }
}

/** The agent as a program in `dir`. */
export async function writeAgent(dir: string): Promise<{
  command: string; script: (script: Script) => Promise<void>; calls: () => Promise<Call[]>; journal: () => Promise<string[]>
}> {
  const file = join(dir, 'scripted.sh')
  await writeFile(file, PROGRAM)
  await mkdir(join(dir, 'prompts'))
  const linesOf = async (name: string): Promise<string[]> => (await readFile(join(dir, name), 'utf8')).split('\n').filter(Boolean)
  for (const name of ['calls', 'journal']) await writeFile(join(dir, name), '')
  return {
    command: `sh '${file}'`,
    script: (script) => writeScript(join(dir, 'script'), script),
    calls: async () => Promise.all((await linesOf('calls')).map(async (line) => {
      const [gate = '', issue, attempt, prompt = '', ...model] = line.split(' ')
      return {gate, issue: Number(issue), attempt: Number(attempt), prompt: await readFile(join(dir, 'prompts', prompt), 'utf8'), model: model.join(' ')}
    })),
    journal: () => linesOf('journal'),
  }
}
