/** What an agent is made to run before it may end: the verify commands. Where they take longer than `timeoutMs` it may end all the same. */
export type StopHook = {commands: readonly string[]; timeoutMs: number}

/** As much of their output as goes back to the agent. Bytes. */
const TAIL = 4000

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * One line of sh that runs the commands in `cwd`, one after the other, up to the first that fails. Exit 2 with their output on stderr
 * sends claude back to work, once: where it stops again after that, pilot's own verification says what is wrong.
 */
export function stopHookCommand({commands}: StopHook, cwd: string): string {
  const all = commands.map((command) => `sh -c ${quoted(command)}`).join(' && ')
  return [
    `case "$(tr -d ' \\n')" in *'"stop_hook_active":true'*) exit 0;; esac`, `cd ${quoted(cwd)} && out=$(mktemp) || exit 0`,
    `if { ${all}; } < /dev/null > "$out" 2>&1; then rm -f "$out"; exit 0; fi`,
    `{ echo 'The verify commands fail on what you leave:'; tail -c ${TAIL} "$out"; rm -f "$out"; } >&2`, 'exit 2',
  ].join('; ')
}

/** The same as settings of claude, which counts in seconds. */
export const stopHookSettings = (hook: StopHook, cwd: string): string => JSON.stringify({
  hooks: {Stop: [{hooks: [
    {type: 'command', command: stopHookCommand(hook, cwd), timeout: Math.max(1, Math.floor(hook.timeoutMs / 1000))},
  ]}]},
})
