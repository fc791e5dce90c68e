import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'
import {BaseSequencer, type TestSpecification} from 'vitest/node'

/** A sweep over kill points is a few lines that run for a minute; begun last, as the smallest file, it would keep one core busy when all else is done. */
class SweepsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isSweep = ({moduleId}: TestSpecification): boolean => moduleId.includes('/test/kill/')
    return [...sorted.filter(isSweep), ...sorted.filter((file) => !isSweep(file))]
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: {sequencer: SweepsFirst},
    setupFiles: ['test/support/loopback-only.ts'],
    // no test mocks modules or keeps state in one, and loading all of them anew for each file took a quarter of the time
    isolate: false,
    // a worker waits for git and for pilot's own processes more than half of the time
    maxWorkers: availableParallelism() + 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', ['json', {outputFile: '.vitest/results.json'}]] : ['default'],
    unstubEnvs: true,
  },
})
