import * as tf from '@tensorflow/tfjs-core'
import { WEBGPU, WEBGPU_BACKEND, whyNoWebgpu } from './chosen.js'
import { completeKernels } from './webgpu-kernels.js'
import { type Device, readSynchronously, type WebgpuBackend } from './webgpu-reading.js'

/** WebGPU: whether it computes, whether on a GPU or by a driver on the processor, and on what or why not. */
export interface WebgpuSupport {
  readonly available: boolean
  readonly gpu: boolean
  readonly why: string
}

/** An adapter, as far as we and TensorFlow.js ask. */
interface Adapter {
  readonly info: {
    readonly vendor: string
    readonly device: string
    readonly description: string
    readonly isFallbackAdapter?: boolean
  }
  readonly limits: Readonly<Record<string, number>>
  requestDevice(asked: { readonly requiredLimits: Record<string, number> }): Promise<Device>
}

/** What has an adapter: Dawn's instance, which must outlive all that was made of it. */
interface Gpu {
  requestAdapter(asked: { readonly powerPreference: string }): Promise<Adapter | null>
}

/** Dawn's package. */
interface Dawn {
  create(options: readonly string[]): Gpu
  readonly globals: Readonly<Record<string, unknown>>
}

/** Limits of which the backend wants all that there is; the rest it takes at their defaults. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
]

let opened: Promise<WebgpuSupport> | undefined

/**
 * Sets up TensorFlow.js's WebGPU backend on Dawn, once; the backend in force stays. Never throws: says why it is not there.
 *
 * Seen: packages absent (they are optional peers), a native library too new for the system's C++ library, no adapter because
 * there is no driver of Vulkan, Metal or Direct3D 12, and one too old for Dawn (Mesa 22.3).
 */
export function openWebgpuBackend(): Promise<WebgpuSupport> {
  opened ??= open()
  return opened
}

async function open(): Promise<WebgpuSupport> {
  const absent = whyNoWebgpu()
  if (absent !== undefined) return unavailable(absent)
  tf.enableProdMode() // no banner that advises to install the native library
  const before = tf.engine().backendName
  try {
    const { create, globals } = (await import(WEBGPU)) as Dawn
    const gpu = create([])
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (!adapter) {
      return unavailable(`${WEBGPU} finds no adapter: it needs a driver of Vulkan, Metal or Direct3D 12`)
    }
    install(gpu, globals)
    await register(adapter)
    const wrong = await trial()
    if (wrong !== undefined) return unavailable(wrong)
    const { description, device, vendor, isFallbackAdapter } = adapter.info
    const name = description || device || vendor || 'an adapter without a name'
    return isFallbackAdapter === true
      ? { available: true, gpu: false, why: `WebGPU computes on the processor: ${name}` }
      : { available: true, gpu: true, why: `WebGPU computes on ${name}` }
  } catch (error) {
    return unavailable(`WebGPU does not start: ${(error as Error).message?.split('\n')[0]}`)
  } finally {
    if (before && tf.engine().backendName !== before) await tf.setBackend(before)
  }
}

const unavailable = (why: string): WebgpuSupport => ({ available: false, gpu: false, why })

/** Puts up what the backend expects of a browser: `navigator.gpu`, and the names of WebGPU's classes and flags. */
function install(gpu: Gpu, globals: Dawn['globals']): void {
  for (const [name, value] of Object.entries(globals)) {
    if (name.startsWith('GPU')) Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  const { navigator: own } = globalThis as { readonly navigator?: object }
  if (own) Object.defineProperty(own, 'gpu', { value: gpu, configurable: true })
  // Node has a navigator from version 21 on; TensorFlow.js asks every one for its user agent.
  else {
    const value = { gpu, userAgent: `Node.js/${process.versions.node.split('.')[0]}` }
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true })
  }
}

/** Registers the backend with a device that is there already, so that it can say why there is none. */
async function register(adapter: Adapter): Promise<void> {
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]!]))
  const device = await adapter.requestDevice({ requiredLimits })
  const { WebGPUBackend } = (await import(WEBGPU_BACKEND)) as {
    readonly WebGPUBackend: new (device: Device, info: Adapter['info']) => WebgpuBackend
  }
  const backend = new WebGPUBackend(device, adapter.info)
  readSynchronously(backend)
  // The import registered a backend of its own.
  tf.removeBackend('webgpu')
  tf.registerBackend('webgpu', () => backend)
  completeKernels(backend)
}

/** A product, read at once; what was wrong with it. */
async function trial(): Promise<string | undefined> {
  if (!(await tf.setBackend('webgpu'))) return 'the WebGPU backend of TensorFlow.js does not start'
  return tf.tidy(() => {
    const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()
    return product.every((element) => element === 3) ? undefined : 'WebGPU computes a product wrongly here'
  })
}
