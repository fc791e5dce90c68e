import {z} from 'zod'
import {classify} from '../core/classify/classify.js'
import type {DecomposeSettings} from '../core/classify/merge.js'
import {jsonOf} from '../core/json.js'
import type {ClassifyItem} from '../flow/classify.js'
import {PilotError} from '../errors.js'
import {readText} from './context.js'
import type {Stdin} from './io.js'

/** A name, as here, or the object that GitHub's API and `gh issue list --json labels` put in its place. */
const label = z.union([z.string(), z.object({name: z.string()}).transform(({name}) => name)])
const line = z.object({number: z.int().min(1).nullish(), title: z.string(), body: z.string().nullish(), labels: z.array(label).nullish()})

/** Classification without GitHub: a Markdown file, or one JSON issue a line. The same rules as for issues on GitHub. */
export async function classifyText(from: {file: string | undefined; stdin: Stdin; cwd: string | undefined; settings: DecomposeSettings}): Promise<ClassifyItem[]> {
  const issues = from.file === undefined ? parseLines(await readAll(from.stdin)) : [parseMarkdown(await readText(from.file, {cwd: from.cwd}))]
  return issues.map((issue) => ({...classify(issue, from.settings), status: 'done', actions: []}))
}

async function readAll(stdin: Stdin): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, {stream: true})
  return text + decoder.decode()
}

/** First line that is not empty is the title, with or without `#`. */
function parseMarkdown(text: string) {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const at = lines.findIndex((l) => l.trim() !== '')
  if (at === -1) throw new PilotError('EMPTY_INPUT', 'the file is empty', ['pilot classify --help'])
  return {number: null, title: lines[at]!.replace(/^#+\s*/, '').trim(), body: lines.slice(at + 1).join('\n').trim(), labels: []}
}

/** Every line is one issue; all bad lines are named at once. */
function parseLines(text: string) {
  if (text.trim() === '') throw new PilotError('EMPTY_INPUT', 'stdin is empty', ['pilot classify --help'])
  const rows = text.split('\n').map((row, i) => ({row, at: i + 1})).filter(({row}) => row.trim() !== '')
  const parsed = rows.map(({row, at}) => ({at, result: line.safeParse(jsonOf(row))}))
  const bad = parsed.filter(({result}) => !result.success).map(({at}) => at)
  if (bad.length > 0) throw new PilotError('BAD_INPUT', `stdin: not an issue as JSON ({number, title, body, labels}) on line ${bad.slice(0, 10).join(', ')}`, ['pilot classify --help'])
  return parsed.flatMap(({result}) => (result.success ? [{number: result.data.number ?? null, title: result.data.title, body: result.data.body ?? '', labels: result.data.labels ?? []}] : []))
}
