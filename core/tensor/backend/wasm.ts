import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { kernelBinary } from '../kernels/binary.js'
import type { KernelBuild } from '../kernels/compile.js'
import type { Address, KernelExports } from '../kernels/exports.js'
import { Heap, memoryOf, reserve } from '../kernels/heap.js'
import { registerKernels } from '../kernels/register.js'
import { vectorSupport } from './processor.js'
import { withSharedMemory } from './shared-memory.js'
import { type WebAssemblyModule, webAssembly } from './webassembly.js'

/** The WASM backend as it was set up: with our kernels, or the reason why without. */
export interface WasmBackend {
  readonly kernels: KernelBuild | 'none'
  readonly why: string
  /** Lets this many threads work on one kernel, starting helpers as needed; says how many there are. */
  setThreads(count: number): Promise<number>
}

let opened: Promise<WasmBackend> | undefined

/** Sets up TensorFlow.js's WASM backend, once a process or worker, as TensorFlow.js keeps one of it. */
export function openWasmBackend(): Promise<WasmBackend> {
  opened ??= open()
  return opened
}

async function open(): Promise<WasmBackend> {
  const support = vectorSupport()
  const without = async (why: string): Promise<WasmBackend> => {
    await tf.setBackend('wasm')
    return { kernels: 'none', why, setThreads: async () => 1 }
  }
  if (support === 'none') return without('this runtime has no WebAssembly SIMD')
  const binary = readFileSync(join(backendFolder(), 'tfjs-backend-wasm-simd.wasm'))
  let url: string
  try {
    url = `data:application/wasm;base64,${Buffer.from(withSharedMemory(binary)).toString('base64')}`
  } catch (error) {
    return without((error as Error).message)
  }
  const files = [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ]
  setWasmPaths(Object.fromEntries(files.map((file) => [file, url])), true)
  if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend of TensorFlow.js did not start')
  const backend = tf.backend() as BackendWasm
  const module = new webAssembly.Module(await kernelBinary(support))
  const team = attachKernels(backend, module)
  registerKernels(new Heap(backend, team.kernels))
  return { kernels: support, why: `WebAssembly has ${support}`, setThreads: team.setThreads }
}

function backendFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
}

interface KernelTeam {
  readonly kernels: KernelExports
  setThreads(count: number): Promise<number>
}

/** The caller's instance of the kernels and its helpers: each a worker with the same module on the same heap. */
function attachKernels(backend: BackendWasm, module: WebAssemblyModule): KernelTeam {
  const memory = memoryOf(backend)
  const kernels = new webAssembly.Instance(module, { env: { memory } }).exports as KernelExports
  const control = reserve(backend, kernels.CONTROL_BYTES.value)
  kernels.attach(control, reserve(backend, kernels.SCRATCH_BYTES.value))
  let helpers = 0
  return {
    kernels,
    async setThreads(count) {
      while (helpers < count - 1) {
        await startHelper(module, memory, control, reserve(backend, kernels.SCRATCH_BYTES.value))
        helpers++
      }
      kernels.setThreads(count)
      return count
    },
  }
}

// Never returns to its event loop: the helper lives inside `serve`.
const HELPER = `
const { parentPort, workerData } = require('node:worker_threads')
const { module, memory, control, scratch } = workerData
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
kernels.attach(control, scratch)
parentPort.postMessage('ready')
kernels.serve()
`

function startHelper(
  module: WebAssemblyModule,
  memory: object,
  control: Address,
  scratch: Address,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // Without the flags of this process: a loader for TypeScript, say, would only slow its start.
    const worker = new Worker(HELPER, {
      eval: true,
      execArgv: [],
      workerData: { module, memory, control, scratch },
    })
    worker.once('error', reject)
    worker.once('message', () => {
      worker.unref()
      resolve()
    })
  })
}
