import type {Files} from './rules.js'

// One function decides what is spawned. These rules find whatever decides beside it: a program started elsewhere, an argument list
// or an environment for an agent put together elsewhere, a model's name written elsewhere.

type Rule = {what: string; sign: RegExp; owners: RegExp}

const RULES: readonly Rule[] = [
  {what: 'imports execa', sign: /(?:from|import\()\s*'execa'/, owners: /^lib\/adapters\/(?:git|process)\.ts$/},
  {what: 'starts a process', sign: /\bspawnChild\(/, owners: /^lib\/adapters\/(?:process|agent|commands)\.ts$/},
  {what: 'starts a process of its own', sign: /from 'node:child_process'/, owners: /^lib\/(?:adapters\/(?:process|probe|gh)|demo\/child|sandbox\/git(?:-http)?)\.ts$/},
  {what: 'runs an agent', sign: /\bagent\.run\(/, owners: /^lib\/flow\/gate\.ts$/},
  {what: 'builds a spawn plan', sign: /\bargv:\s*(?:\[|descriptor)/, owners: /^lib\/core\/route\/(?:(?:plan-spawn|cap-plan)\.ts|agents\/)|^lib\/adapters\/commands\.ts$|^lib\/demo\//},
  {
    what: 'names an agent\'s options or variables', owners: /^lib\/core\/(?:route\/agents\/|run\/environment\.ts$)|^lib\/adapters\/agent(?:-ready)?\.ts$|^lib\/demo\//,
    sign: /'--(?:model|tools|allowedTools|disallowedTools|mcp-config|permission-mode|append-system-prompt|output-format)'(?!\s*\})|['"\s{](?:ANTHROPIC_MODEL|CLAUDE_CODE_[A-Z_]+|PILOT_(?:GATE|TIER|MODEL))\b['"]?\s*:/,
  },
  {what: 'names a model', sign: /['"`](?:claude-(?:opus|sonnet|haiku)-[\w.-]+|gpt-\d[\w.-]*|gemini-\d[\w.-]*)['"`]/, owners: /^lib\/core\/(?:config\/(?:defaults|template|written)\.ts$|cost\/overlay\.ts$|route\/agents\/)/},
]

/** Code without its comments, where a model may be spoken of. */
const code = (text: string): string => text.replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '').replace(/^\s*\/\/.*$/gm, '')

/** Every place that decides, in part, what is spawned and is not meant to. `key: '--model'` of a flag's provenance is not one. */
export const spawnSites = (files: Files): string[] => [...files].flatMap(([file, text]) => RULES
  .filter(({sign, owners}) => !owners.test(file) && sign.test(code(text).replace(/key: '--\w+'/g, '')))
  .map(({what}) => `${file} ${what}`))
