// Compiles the kernels into the built package: `node dist/core/tensor/build-kernels.js`, the last step of `npm run build`.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedKernels, KERNEL_BUILDS } from './kernels/binary.js'
import { kernelSources } from './kernels/compile.js'

const project = fileURLToPath(new URL('../../../', import.meta.url))
const output = fileURLToPath(new URL('./assembly/', import.meta.url))
const sources = kernelSources(join(project, 'core', 'tensor', 'assembly'))
mkdirSync(output, { recursive: true })
for (const build of KERNEL_BUILDS) {
  writeFileSync(join(output, `${build}.wasm`), await cachedKernels(sources, build, project))
}
