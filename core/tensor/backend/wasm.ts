import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { readAsset } from '../../assets.js'
import type { Address, KernelExports } from '../kernels/exports.js'
import { Heap, KernelHeap, memoryOf, reserve } from '../kernels/heap.js'
import { registerFallbacks, registerKernels } from '../kernels/register.js'
import { type VectorSupport, vectorSupport } from './processor.js'
import { withSharedMemory } from './shared-memory.js'
import { chooseTileWidth, type TileWidth, type VectorBits } from './tile-width.js'

/** The WASM backend as it was set up: with our kernels, or the reason why without. */
export interface WasmBackend {
  readonly kernels: VectorSupport
  readonly vectorBits: VectorBits
  readonly why: string
  /** Has kernels compute with vectors of this width from here on: results are the same bits. */
  setVectorBits(bits: VectorBits): void
  /** Lets this many threads work on one kernel, starting helpers as needed; says how many there are. */
  setThreads(count: number): Promise<number>
}

let opened: { readonly asked: VectorSupport | undefined; readonly backend: Promise<WasmBackend> } | undefined

/**
 * Sets up TensorFlow.js's WASM backend, once a process or worker, as TensorFlow.js keeps one of it.
 *
 * @param kernels the build to use, or `none` for TensorFlow.js's own kernels; the best that runs when not given
 * @throws Error when it was opened with another build before
 */
export function openWasmBackend(kernels?: VectorSupport): Promise<WasmBackend> {
  opened ??= { asked: kernels, backend: open(kernels) }
  if (kernels !== undefined && opened.asked !== kernels) {
    throw new Error(`tensor engine: the WASM backend already runs with ${opened.asked ?? 'the best'} kernels`)
  }
  return opened.backend
}

async function open(asked: VectorSupport | undefined): Promise<WasmBackend> {
  tf.enableProdMode() // no banner that advises to install the native library
  const support = vectorSupport()
  if (asked === 'none') return openPlain('asked for without kernels')
  if (support === 'none') return openPlain('this runtime has no WebAssembly SIMD')
  if (asked === 'relaxed-simd' && support !== asked) throw new Error('tensor engine: no relaxed SIMD here')
  try {
    shareHeap()
  } catch (error) {
    return openPlain((error as Error).message)
  }
  const backend = await startBackend()
  const build = asked ?? support
  const team = attachKernels(
    backend,
    new WebAssembly.Module(readAsset(`../assembly/${build}.wasm`, import.meta.url)),
  )
  const heap = new KernelHeap(backend, team.kernels)
  registerKernels(heap)
  registerFallbacks(heap)
  const { bits, why } = team.width
  return {
    kernels: build,
    vectorBits: bits,
    why: `WebAssembly has ${support}, ${bits} bits wide (${why})`,
    setVectorBits: (to) => team.kernels.setWide(to === 256),
    setThreads: team.setThreads,
  }
}

async function openPlain(why: string): Promise<WasmBackend> {
  registerFallbacks(new Heap(await startBackend()))
  return { kernels: 'none', vectorBits: 128, why, setVectorBits() {}, setThreads: async () => 1 }
}

async function startBackend(): Promise<BackendWasm> {
  // Its loader answers uncaught errors of the whole process with a page of its own source: not here.
  const events = ['uncaughtException', 'unhandledRejection']
  const before = events.map((event) => process.listeners(event as 'uncaughtException'))
  if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend of TensorFlow.js did not start')
  for (const [i, event] of events.entries()) {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]!.includes(listener)) process.off(event, listener)
    }
  }
  return tf.backend() as BackendWasm
}

/** Has TensorFlow.js load its SIMD module from a copy whose memory is shared. */
function shareHeap(): void {
  const binary = withSharedMemory(readFileSync(join(backendFolder(), 'tfjs-backend-wasm-simd.wasm')))
  // Handed over as it is: Node takes longer to load what fetches addresses, of data, too.
  const { platform } = tf.env()
  const fetch = platform.fetch.bind(platform)
  const url = 'tfjs-backend-wasm-simd.wasm of shared memory'
  platform.fetch = async (path, init) =>
    path === url ? ({ ok: true, arrayBuffer: async () => binary } as unknown as Response) : fetch(path, init)
  const files = [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ]
  setWasmPaths(Object.fromEntries(files.map((file) => [file, url])), true)
}

function backendFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
}

interface KernelTeam {
  readonly kernels: KernelExports
  readonly width: TileWidth
  setThreads(count: number): Promise<number>
}

/** The caller's instance of the kernels and its helpers: each a worker with the same module on the same heap. */
function attachKernels(backend: BackendWasm, module: WebAssembly.Module): KernelTeam {
  const memory = memoryOf(backend)
  const kernels = new WebAssembly.Instance(module, { env: { memory, helperLost } }).exports as KernelExports
  const control = reserve(backend, kernels.CONTROL_BYTES.value)
  const scratch = reserve(backend, kernels.SCRATCH_BYTES.value)
  kernels.attach(control, scratch)
  const width = chooseTileWidth(kernels, memory, scratch)
  let helpers = 0
  return {
    kernels,
    width,
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

function helperLost(): never {
  throw new Error('tensor engine: a thread ended in the middle of a kernel; later kernels run on one thread')
}

// Never returns to its event loop: the helper lives inside `serve`. What it throws no process would hear of, since the
// caller waits for it: so it is said in the control block.
export const HELPER = `
const { parentPort, workerData } = require('node:worker_threads')
const { module, memory, control, scratch } = workerData
const kernels = new WebAssembly.Instance(module, { env: { memory, helperLost() {} } }).exports
kernels.attach(control, scratch)
parentPort.postMessage('ready')
try {
  kernels.serve()
} catch {
  kernels.reportDead()
}
`

function startHelper(
  module: WebAssembly.Module,
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
