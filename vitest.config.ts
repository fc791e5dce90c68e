import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    // vitest leaves a core free; much of the time goes to waiting for git and for pilot's own processes, so every core gets a worker
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', ['json', {outputFile: '.vitest/results.json'}]] : ['default'],
    unstubEnvs: true,
  },
})
