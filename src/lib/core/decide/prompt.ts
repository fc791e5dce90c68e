import {cap} from '../issue/text.js'
import {DATA, OPENING, quoteExact} from '../prompt.js'
import type {Facts, FailedChild} from './facts.js'

const TASK = `Gate: decide. A wave of an epic has ended and some of its sub-issues failed. Decide what happens next. You write no code and call no
tools; pilot checks every field of your answer and applies what is allowed.

For each sub-issue that failed:
- analysis: one sentence that says whether the environment, the code, the specification or the infrastructure is at fault, from its output.
- strategies: "retry" when the cause was passing, "retry_different" with guidance that names what to do otherwise, "escalate" when a
  stronger model is needed, "decompose" when it is too much for one change, "skip" when it cannot succeed as it is.
For the remaining ones:
- routedContext: a particular finding for a particular sub-issue that needs it. Send nothing to all of them.
- skip: only when what it is built on is gone and there is no way round.
- waves: all remaining sub-issues that are not skipped, each once, after what they depend on; few waves.
learnings: facts that the output shows, no guesses.

Answer with one JSON object and nothing else:
{"analysis": {ISSUE: SENTENCE}, "strategies": {ISSUE: {"action": ACTION, "guidance": TEXT, "reason": SENTENCE}},
 "routedContext": [{"issue": ISSUE, "context": TEXT}], "skip": [{"issue": ISSUE, "reason": SENTENCE}], "waves": [[ISSUE]], "learnings": [TEXT]}`

/** How much of each learning and title is shown, in characters. */
const LINE = 200

function failedText({number, title, failure, attempt, verifyTail, review, summary, history, may}: FailedChild): string {
  const allowed = ['skip', ...(may.retry ? ['retry', 'retry_different'] : []), ...(may.retry && may.rise ? ['escalate'] : []), ...(may.decompose ? ['decompose'] : [])]
  const part = (name: string, text: string): string => (text === '' ? '' : `\n${name}:\n${text}`)
  return `#${number} ${cap(title, LINE)}
attempt ${attempt} failed: ${failure}; earlier: ${history.map((h) => `${h.attempt} ${h.failure ?? 'passed'}`).join(', ')}
allowed actions: ${allowed.join(', ')}${part('verification, its end', verifyTail)}${part('review', review)}${part('the agent\'s own account', summary)}`
}

/** The question of the decide gate; `nonce` is new for every run. */
export function decidePrompt(facts: Facts, nonce: string): string {
  const remaining = facts.remaining.map(({number, title, dependsOn}) =>
    `#${number} ${cap(title, LINE)}${dependsOn.length === 0 ? '' : ` (after ${dependsOn.map((n) => `#${n}`).join(', ')})`}`)
  const quoted = [
    ['The epic', `#${facts.epic.number} ${cap(facts.epic.title, LINE)}`],
    ['Failed', facts.failed.map(failedText).join('\n\n')],
    ['Remaining', remaining.join('\n')],
    ['Waves in force', JSON.stringify(facts.waves)],
    ['Known learnings', facts.learnings.map((text) => `- ${cap(text, LINE)}`).join('\n')],
  ] as const
  return `${OPENING}\n\n${TASK}\n\n${DATA}\n\n${quoted.filter(([, text]) => text !== '').map(([name, text]) => `${name}:\n${quoteExact(text, nonce)}`).join('\n\n')}\n`
}
