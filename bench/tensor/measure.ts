// Times one workload: `tsx bench/tensor/measure.ts NAME [THREADS] [BACKEND]`. Prints milliseconds a repetition as JSON.

import { openTensorEngine, type TensorBackend } from '../../core/tensor/index.js'
import { workload } from './workloads.js'

const WARM_UP_MS = 1500
const MEASURED_MS = 1500
const BATCHES = 15

const [name, threads, backend = 'wasm'] = process.argv.slice(2)
const engine = await openTensorEngine({
  backend: backend as TensorBackend,
  ...(threads === undefined ? {} : { threads: Number(threads) }),
})
const repeat = workload(name!, engine)

let count = 0
const start = performance.now()
while (performance.now() - start < WARM_UP_MS) {
  repeat()
  count++
}
const batch = Math.max(1, Math.round((count * MEASURED_MS) / WARM_UP_MS / BATCHES))
const times = Array.from({ length: BATCHES }, () => {
  const before = performance.now()
  for (let i = 0; i < batch; i++) repeat()
  return (performance.now() - before) / batch
})
console.log(JSON.stringify({ milliseconds: times.sort((a, b) => a - b)[BATCHES >> 1] }))
