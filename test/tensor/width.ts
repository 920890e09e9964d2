// Opens the engine and says how wide its vectors are.

import { openTensorEngine } from '../../core/tensor/index.js'

process.stdout.write(`${(await openTensorEngine({ backend: 'wasm', threads: 1 })).description.vectorBits}\n`)
