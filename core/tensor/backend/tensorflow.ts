import * as tf from '@tensorflow/tfjs-core'
import { TENSORFLOW, whyNoTensorflow } from './chosen.js'

/** TensorFlow's binding: whether it computes, on a GPU or not, and why not. */
export interface TensorflowBackend {
  readonly available: boolean
  readonly gpu: boolean
  readonly why: string
}

let opened: Promise<TensorflowBackend> | undefined

/**
 * Loads TensorFlow's binding, once; the backend in force stays. Never throws: says why it is not there.
 *
 * Seen: package absent (it is an optional peer: whoever has a GPU installs it), package without its native library (scripts were not
 * allowed to run), a Node too new for it, and a library without a usable GPU, which computes on the processor.
 */
export function openTensorflowBackend(): Promise<TensorflowBackend> {
  opened ??= open()
  return opened
}

async function open(): Promise<TensorflowBackend> {
  const absent = whyNoTensorflow()
  if (absent !== undefined) return { available: false, gpu: false, why: absent }
  // Its own words go to stderr, where programs that read ours do not expect them.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // Else the first of several processes takes the whole of a GPU's memory.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  // The import puts its own backend in force.
  const before = tf.engine().backendName
  try {
    await import(TENSORFLOW)
    if (!(await tf.setBackend('tensorflow')))
      return { available: false, gpu: false, why: 'its native library does not start' }
    const { isUsingGpuDevice } = tf.backend() as tf.KernelBackend & { readonly isUsingGpuDevice?: boolean }
    const gpu = isUsingGpuDevice === true
    return { available: true, gpu, why: `${TENSORFLOW} ${gpu ? 'found a GPU' : 'computes on the processor'}` }
  } catch (error) {
    return { available: false, gpu: false, why: whyNotLoaded(error) }
  } finally {
    if (before && before !== 'tensorflow') await tf.setBackend(before)
  }
}

function whyNotLoaded(error: unknown): string {
  const { message } = error as { message?: string }
  if (message?.includes('tfjs_binding.node')) return `the native library of ${TENSORFLOW} does not load`
  return `${TENSORFLOW} does not load: ${message?.split('\n')[0]}`
}
