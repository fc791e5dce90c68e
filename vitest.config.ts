import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    // vitest leaves a core free; here workers wait for git and for pilot's own processes, so there is one more than there are cores
    maxWorkers: availableParallelism() + 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', ['json', {outputFile: '.vitest/results.json'}]] : ['default'],
    unstubEnvs: true,
  },
})
