import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { readAsset } from '../../core/assets.js'
import { HELPER } from '../../core/tensor/backend/wasm.js'
import type { KernelExports } from '../../core/tensor/kernels/exports.js'

const started: Worker[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.terminate()))
})

// Large enough to be shared among threads, and small enough to be over in microseconds.
const SIZE = 64
const CONTROL = 1024
const A = 4096
const B = A + 4 * SIZE * SIZE
const C = B + 4 * SIZE * SIZE
const SCRATCH = 1 << 20

/** The kernels on a heap of their own, with the beginnings of a product on it. */
async function team(helpers: number, scratchOf: (helper: number, bytes: number) => number) {
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true })
  const module = new WebAssembly.Module(readAsset('../../core/tensor/assembly/simd.wasm', import.meta.url))
  const helperLost = () => {
    throw new Error('a helper is lost')
  }
  const kernels = new WebAssembly.Instance(module, { env: { memory, helperLost } }).exports as KernelExports
  kernels.attach(CONTROL, SCRATCH)
  kernels.setThreads(helpers + 1)
  for (let helper = 0; helper < helpers; helper++) {
    const scratch = scratchOf(helper, kernels.SCRATCH_BYTES.value)
    await start(HELPER, { module, memory, control: CONTROL, scratch })
  }
  const values = new Float32Array(memory.buffer, A, 2 * SIZE * SIZE)
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i)
  const out = new Float32Array(memory.buffer, C, SIZE * SIZE)
  const product = () => kernels.matmul(A, B, C, 0, 1, 0, 0, 0, SIZE, SIZE, SIZE, false, false, 0, false)
  return { kernels, memory, product, out }
}

function start(script: string, workerData: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, execArgv: [], workerData })
    started.push(worker)
    worker.once('error', reject)
    worker.once('message', resolve)
  })
}

/** Keeps a processor busy. */
const BURNER = `
require('node:worker_threads').parentPort.postMessage('ready')
for (;;) Math.sqrt(Math.random())
`

const scratchAfter = (helper: number, bytes: number) => SCRATCH + (helper + 1) * ((bytes + 63) & ~63)

describe('many small jobs', () => {
  test('are all done, and right, with more threads than processors that are busy besides', async () => {
    const { product, out } = await team(availableParallelism() + 1, scratchAfter)
    for (let i = 0; i < availableParallelism(); i++) await start(BURNER, {})
    product()
    const first = out.slice()
    let wrong = 0
    const end = performance.now() + 2500
    let jobs = 0
    for (; performance.now() < end; jobs++) {
      out.fill(Number.NaN)
      product()
      if (!out.every((value, i) => value === first[i])) wrong++
    }
    expect(wrong).toBe(0)
    expect(jobs).toBeGreaterThan(100)
  })
})

describe('a helper that ends in the middle of a chunk', () => {
  test('is not waited for if it fails, and later jobs are done without it', async () => {
    // Its scratch lies beyond the memory, so the first product in which it takes part makes it fail.
    const { kernels, product, out } = await team(1, () => 0xf000_0000)
    expect(() => {
      for (let job = 0; job < 1_000_000; job++) product()
    }).toThrow('a helper is lost')
    product()
    const alone = out.slice()
    kernels.setThreads(2)
    out.fill(Number.NaN)
    product()
    expect(out).toEqual(alone)
  })

  test('is not waited for beyond a limit if it vanishes', async () => {
    const { kernels, memory, product } = await team(0, scratchAfter)
    kernels.setThreads(2)
    kernels.setDeadNaps(50)
    // Takes the last chunk of a job, as a helper does, and ends.
    await start(
      `
      const { parentPort, workerData } = require('node:worker_threads')
      const ticket = new BigInt64Array(workerData.memory.buffer, workerData.control, 1)
      parentPort.postMessage('ready')
      for (let done = false; !done; ) {
        const seen = Atomics.load(ticket, 0)
        const [first, end] = [seen & 0xffffn, (seen >> 16n) & 0xffffn]
        done = first < end && Atomics.compareExchange(ticket, 0, seen, seen - 0x10000n) === seen
      }
      `,
      { memory, control: CONTROL },
    )
    expect(() => {
      for (let job = 0; job < 1_000_000; job++) product()
    }).toThrow('a helper is lost')
    product()
  })
})
