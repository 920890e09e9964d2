import * as tf from '@tensorflow/tfjs-core'

export interface GpuBackend {
  readonly available: boolean
  readonly why: string
}

const PACKAGE: string = '@tensorflow/tfjs-node-gpu'
/** Node 23 took out functions that the library calls. */
const LAST_NODE = 22

let opened: Promise<GpuBackend> | undefined

/**
 * Loads the optional GPU library of TensorFlow.js, once. Never throws: says why it is not there.
 *
 * Seen: package absent (its install failed and npm dropped it), package without its native library (scripts were not
 * allowed to run), a Node too new for it, and a library without a usable GPU.
 */
export function openGpuBackend(): Promise<GpuBackend> {
  opened ??= open()
  return opened
}

async function open(): Promise<GpuBackend> {
  const node = Number.parseInt(process.versions.node, 10)
  if (node > LAST_NODE) return { available: false, why: `${PACKAGE} does not run on Node ${node}` }
  try {
    await import(PACKAGE)
  } catch (error) {
    return { available: false, why: whyNotLoaded(error) }
  }
  const before = tf.getBackend()
  if (!(await tf.setBackend('tensorflow')))
    return { available: false, why: 'its native library does not start' }
  const { isUsingGpuDevice } = tf.backend() as tf.KernelBackend & { readonly isUsingGpuDevice?: boolean }
  if (isUsingGpuDevice === true) return { available: true, why: `${PACKAGE} found a GPU` }
  if (before !== undefined && before !== 'tensorflow') await tf.setBackend(before)
  return { available: false, why: `${PACKAGE} is installed but finds no GPU` }
}

function whyNotLoaded(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return `${PACKAGE} is not installed`
  if (message?.includes('tfjs_binding.node')) return `${PACKAGE} is installed without its native library`
  return `${PACKAGE} does not load: ${message?.split('\n')[0]}`
}
