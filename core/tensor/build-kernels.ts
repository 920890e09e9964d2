// Compiles the kernels into the built package: `node dist/core/tensor/build-kernels.js`, the last step of `npm run build`.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileKernels, KERNEL_BUILDS, kernelSources } from './kernels/compile.js'

const output = fileURLToPath(new URL('./assembly/', import.meta.url))
const sources = kernelSources(fileURLToPath(new URL('../../../core/tensor/assembly/', import.meta.url)))
mkdirSync(output, { recursive: true })
for (const build of KERNEL_BUILDS) {
  writeFileSync(join(output, `${build}.wasm`), await compileKernels(sources, build))
}
