import {defineConfig} from 'vitest/config'

// The real programs: run by scripts/test-agents.mjs, never by `npm test`. One file after the other, because each program takes a core for itself.
export default defineConfig({
  test: {
    include: ['test/agents/**/*.agents.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    testTimeout: 90_000,
    hookTimeout: 30_000,
    fileParallelism: false,
    reporters: ['verbose'],
  },
})
