import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests that start the command, or its workers: it is built once, before them. */
const builtCommand = ['test/{campaign,cli,suite,training}/**/*.test.ts']
/**
 * Tests of what a process has one of, and that others have open otherwise: kernels of a build, threads, the heap. Each file
 * gets a process of its own, and loads the code anew.
 */
const ownProcess = ['test/tensor/{engine,kernels,leaks,plain-wasm,threads}*.test.ts']
const all = ['test/**/*.test.ts']

export default defineConfig({
  resolve: {
    alias: {
      'cotwin/conformance': source('core/conformance/index.ts'),
      'cotwin/environments': source('core/bridge/index.ts'),
      'cotwin/kernel': source('core/kernel/index.ts'),
      'cotwin/plugin': source('core/plugin/index.ts'),
      'cotwin/plugins': source('plugins/index.ts'),
      'cotwin/tensor': source('core/plugin/tensor.ts'),
    },
  },
  test: {
    // For what hangs: a busy machine is no reason to fail.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One more than processors: commands that are stopped, killed or waited for leave theirs idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'built command',
          include: builtCommand,
          globalSetup: 'test/build-command.ts',
          isolate: false,
        },
      },
      { extends: true, test: { name: 'own process', include: ownProcess } },
      // The others share theirs, as those above do: loading the code anew for each file took as long as the tests.
      {
        extends: true,
        test: {
          name: 'shared',
          include: all,
          exclude: [...builtCommand, ...ownProcess],
          isolate: false,
        },
      },
    ],
  },
})
