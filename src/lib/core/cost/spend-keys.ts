/** What spend can be grouped by. A file of its own, because the command line names them before anything else is loaded. */
export const SPEND_KEYS = ['complexity', 'tier', 'gate', 'day', 'epic', 'model', 'issue', 'command'] as const
export type SpendKey = (typeof SPEND_KEYS)[number]
