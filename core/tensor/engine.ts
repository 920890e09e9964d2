import { availableParallelism } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../errors.js'
import {
  BACKEND_VARIABLE,
  backendNames,
  chosenBackend,
  type TensorBackend,
  whyNoGpu,
} from './backend/chosen.js'
import { type VectorSupport, vectorSupport } from './backend/processor.js'
import { openTensorflowBackend } from './backend/tensorflow.js'
import type { VectorBits } from './backend/tile-width.js'
import { openWasmBackend } from './backend/wasm.js'
import { openWebgpuBackend } from './backend/webgpu.js'

export type { TensorBackend } from './backend/chosen.js'

/** What the tensor engine is opened with. */
export interface TensorEngineOptions {
  /** `gpu` is `tensorflow` with a GPU, or a refusal; `auto`, the default, what `chosenBackend` says. */
  readonly backend?: TensorBackend | 'gpu' | 'auto'
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
  /** Bits of the vectors that our kernels compute with; no result depends on it. */
  readonly vectorBits: VectorBits
  /** Vector instructions that WebAssembly has here; `relaxed-simd` includes fused multiply-add. */
  readonly vectors: VectorSupport
  /** Whether there is a GPU that TensorFlow or WebGPU reaches, as far as was looked; and why. */
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
 * @throws UserError when a backend asked for by name cannot be had, or `threads` is no positive integer
 */
export async function openTensorEngine(options: TensorEngineOptions = {}): Promise<TensorEngine> {
  const wanted = options.backend ?? 'auto'
  const threads = options.threads ?? (isMainThread ? Math.min(availableParallelism(), MOST_THREADS) : 1)
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`tensor engine: threads must be a positive integer, not ${threads}`)
  }
  const asked = wanted === 'auto' ? chosenBackend() : { backend: wanted, why: 'asked for' }
  const hint = wanted === 'auto' ? `; ${BACKEND_VARIABLE}=wasm does without` : ''
  if (asked.backend === 'webgpu') {
    const { available, gpu, why } = await openWebgpuBackend()
    if (!available) throw new UserError(`tensor engine: no webgpu backend: ${why}${hint}`)
    await tf.setBackend('webgpu')
    return opened('webgpu', `${asked.why}; ${why}`, { gpu: { available: gpu, why } })
  }
  if (asked.backend === 'tensorflow' || asked.backend === 'gpu') {
    const { available, gpu, why } = await openTensorflowBackend()
    if (!available) throw new UserError(`tensor engine: no ${asked.backend} backend: ${why}${hint}`)
    if (asked.backend === 'gpu' && !gpu) throw new UserError(`tensor engine: no gpu backend: ${why}${hint}`)
    await tf.setBackend('tensorflow')
    return opened('tensorflow', `${asked.why}; ${why}`, { gpu: { available: gpu, why } })
  }
  if (asked.backend === 'cpu') {
    await tf.setBackend('cpu')
    return opened('cpu', asked.why)
  }
  const wasm = await openWasmBackend(options.kernels)
  await tf.setBackend('wasm')
  const running = await wasm.setThreads(threads)
  return opened('wasm', `${asked.why}; ${wasm.why}`, {
    threads: running,
    kernels: wasm.kernels,
    vectorBits: wasm.vectorBits,
  })
}

/** The engine with a backend that is in force: one thread, TensorFlow.js's kernels and no GPU where nothing else is said. */
const opened = (
  backend: TensorBackend,
  why: string,
  more: Partial<Pick<TensorEngineDescription, 'threads' | 'kernels' | 'vectorBits' | 'gpu'>> = {},
): TensorEngine => ({
  tf,
  description: {
    backend,
    why,
    threads: 1,
    kernels: 'none',
    vectorBits: 128,
    gpu: { available: false, why: whyNoGpu() ?? 'not asked for' },
    vectors: vectorSupport(),
    versions: { node: process.versions.node, v8: process.versions.v8, tensorflow: tf.version_core },
    ...more,
  },
})

/** The backends that compute here: each is tried. */
export async function usableBackends(): Promise<TensorBackend[]> {
  const tried: Partial<Record<TensorBackend, { readonly available: boolean }>> = {
    tensorflow: await openTensorflowBackend(),
    webgpu: await openWebgpuBackend(),
  }
  return backendNames.filter((name) => tried[name]?.available ?? true)
}
