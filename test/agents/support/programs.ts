/** A real program, or why it is not here. */
export type Program = {name: 'claude' | 'codex' | 'opencode' | 'gemini'; version: string; command: string | null; reason: string | null}

/** The programs that scripts/test-agents.mjs provided, of one name. */
export function programs(name: Program['name']): Program[] {
  const told = process.env['PILOT_TEST_AGENTS']
  if (told === undefined) throw new Error('run these tests with: node scripts/test-agents.mjs')
  return (JSON.parse(told) as Program[]).filter((program) => program.name === name)
}

export const titleOf = ({name, version, reason}: Program): string => `${name} ${version}${reason === null ? '' : ` (skipped: ${reason})`}`
