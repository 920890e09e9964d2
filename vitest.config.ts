import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: {
      'cotwin/conformance': source('core/conformance/index.ts'),
      'cotwin/kernel': source('core/kernel/index.ts'),
      'cotwin/plugin': source('core/plugin/index.ts'),
      'cotwin/plugins': source('plugins/index.ts'),
      'cotwin/tensor': source('core/plugin/tensor.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
  },
})
