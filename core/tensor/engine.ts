import { availableParallelism } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { openGpuBackend } from './backend/gpu.js'
import { type VectorSupport, vectorSupport } from './backend/processor.js'
import { openWasmBackend } from './backend/wasm.js'

/** Where tensors are computed: `gpu` is `@tensorflow/tfjs-node-gpu`, `auto` that where it works, else `wasm`. */
export type TensorBackend = 'gpu' | 'wasm' | 'cpu'

/** What the tensor engine is opened with. */
export interface TensorEngineOptions {
  readonly backend?: TensorBackend | 'auto'
  /** Threads that work on one kernel of the WASM backend: all processors in the main thread, one in a worker. */
  readonly threads?: number
  /**
   * Build of the kernels: the best that runs when not given. `simd` rounds alike on all machines; `relaxed-simd` is up
   * to twice as fast, and equal only among machines with fused multiply-add; `none` leaves TensorFlow.js's own.
   */
  readonly kernels?: VectorSupport
}

/** What was chosen, and why: for `cotwin doctor` and run manifests. */
export interface TensorEngineDescription {
  readonly backend: TensorBackend
  readonly why: string
  readonly threads: number
  /** Which build of our kernels runs; `none` leaves TensorFlow.js's own. */
  readonly kernels: VectorSupport
  /** Vector instructions that WebAssembly has here; `relaxed-simd` includes fused multiply-add. */
  readonly vectors: VectorSupport
  readonly gpu: { readonly available: boolean; readonly why: string }
  readonly versions: { readonly node: string; readonly v8: string; readonly tensorflow: string }
}

/** An open engine. `tf` is TensorFlow.js with the chosen backend in force. */
export interface TensorEngine {
  readonly tf: typeof tf
  readonly description: TensorEngineDescription
}

const MOST_THREADS = 8

/**
 * Opens TensorFlow.js on the best backend there is, or on the one asked for.
 *
 * TensorFlow.js keeps one state a process: opening again switches backend or thread count for everyone in it.
 *
 * @throws Error when a backend asked for by name cannot be had, or `threads` is no positive integer
 */
export async function openTensorEngine(options: TensorEngineOptions = {}): Promise<TensorEngine> {
  const wanted = options.backend ?? 'auto'
  const threads = options.threads ?? (isMainThread ? Math.min(availableParallelism(), MOST_THREADS) : 1)
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`tensor engine: threads must be a positive integer, not ${threads}`)
  }
  // A processor-only build of the library counts as no GPU unless asked for by name.
  const gpu =
    wanted === 'gpu' || wanted === 'auto'
      ? await openGpuBackend()
      : { available: false, why: 'not asked for' }
  if (wanted === 'gpu' && !gpu.available) throw new Error(`tensor engine: no GPU backend: ${gpu.why}`)
  const versions = { node: process.versions.node, v8: process.versions.v8, tensorflow: tf.version_core }
  const common = { gpu, vectors: vectorSupport(), versions }
  if (gpu.available) {
    await tf.setBackend('tensorflow')
    return { tf, description: { backend: 'gpu', why: gpu.why, threads: 1, kernels: 'none', ...common } }
  }
  if (wanted === 'cpu') {
    await tf.setBackend('cpu')
    return { tf, description: { backend: 'cpu', why: 'asked for', threads: 1, kernels: 'none', ...common } }
  }
  const wasm = await openWasmBackend(options.kernels)
  await tf.setBackend('wasm')
  const why = wanted === 'wasm' ? `asked for; ${wasm.why}` : `no GPU (${gpu.why}); ${wasm.why}`
  const running = await wasm.setThreads(threads)
  return { tf, description: { backend: 'wasm', why, threads: running, kernels: wasm.kernels, ...common } }
}
