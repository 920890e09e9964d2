import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UserError } from '../../errors.js'
import { nearestName } from '../../nearest.js'
import { vectorSupport } from './processor.js'

/**
 * Where tensors can be computed; the only list of them. `tensorflow` is `@tensorflow/tfjs-node-gpu`, on a GPU or without; `webgpu`
 * any GPU with a driver of Vulkan, Metal or Direct3D 12, or a driver that computes on the processor.
 */
export const backendNames = ['wasm', 'cpu', 'tensorflow', 'webgpu'] as const

/** One of these. */
export type TensorBackend = (typeof backendNames)[number]

/** By the environment variable of this name everything that does not ask for a backend computes on that one. */
export const BACKEND_VARIABLE = 'COTWIN_TENSOR_BACKEND'

/** The package with TensorFlow's binding. */
export const TENSORFLOW: string = '@tensorflow/tfjs-node-gpu'
/** The package with WebGPU itself (Dawn, which Chrome has, too), and TensorFlow.js's backend on it. */
export const WEBGPU: string = 'webgpu'
export const WEBGPU_BACKEND: string = '@tensorflow/tfjs-backend-webgpu'
const BINDING = 'tfjs_binding.node'
/** Node 23 took out functions that the library calls. */
const LAST_NODE = 22
/** What NVIDIA's driver makes where there is a GPU: on Linux, and in WSL. */
const DEVICES = ['/dev/nvidiactl', '/dev/dxg']

/** A backend, and why it is the one. */
export interface ChosenBackend {
  /** `gpu` is `tensorflow`, on a GPU. */
  readonly backend: TensorBackend | 'gpu'
  readonly why: string
}

/**
 * The backend that is opened where none is asked for: that of `COTWIN_TENSOR_BACKEND`, else TensorFlow where it is
 * installed and there is a GPU, else WASM. Nothing is loaded to find out.
 *
 * @throws UserError where the variable names none
 */
export function chosenBackend(environment = process.env): ChosenBackend {
  const named = environment[BACKEND_VARIABLE]
  if (named !== undefined && named !== '') {
    const backend = backendNames.find((name) => name === named)
    if (backend) return { backend, why: `${BACKEND_VARIABLE}=${named}` }
    const suggestion = nearestName(named, backendNames)
    throw new UserError({
      message: `${BACKEND_VARIABLE}: expected one of ${backendNames.join(', ')}; found ${named}`,
      ...(suggestion && { suggestion }),
    })
  }
  const missing = whyNoGpu()
  if (missing === undefined) return { backend: 'gpu', why: `${TENSORFLOW} is installed, and there is a GPU` }
  return { backend: 'wasm', why: `no GPU (${missing})` }
}

/** What tensors are computed with where nothing is asked for, as results name it: `wasm relaxed-simd`, `tensorflow`. */
export function tensorComputation(): string {
  const { backend } = chosenBackend()
  return backend === 'wasm' ? `wasm ${vectorSupport()}` : backend === 'gpu' ? 'tensorflow' : backend
}

/** Why the default is not TensorFlow on a GPU; undefined where it is. */
export function whyNoGpu(): string | undefined {
  const absent = whyNoTensorflow()
  if (absent !== undefined) return absent
  if (process.platform !== 'linux' || DEVICES.some(existsSync)) return undefined
  // To load the library in vain takes over a second and 300 MB.
  return `${TENSORFLOW} is installed, and there is no GPU`
}

/** Why TensorFlow's binding cannot be loaded, as far as its files tell; undefined where it seems to be there. */
export function whyNoTensorflow(): string | undefined {
  const node = Number.parseInt(process.versions.node, 10)
  if (node > LAST_NODE) return `${TENSORFLOW} does not run on Node ${node}`
  let folder: string
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${TENSORFLOW}/package.json`))
  } catch {
    return `${TENSORFLOW} is not installed (npm install ${TENSORFLOW})`
  }
  const builds = join(folder, 'lib')
  const native =
    existsSync(builds) && readdirSync(builds).some((build) => existsSync(join(builds, build, BINDING)))
  return native ? undefined : `${TENSORFLOW} is installed without its native library`
}

/** Why WebGPU cannot be loaded, as far as packages tell; undefined where they are there. */
export function whyNoWebgpu(): string | undefined {
  const missing = [WEBGPU, WEBGPU_BACKEND].filter((name) => !isInstalled(name))
  if (missing.length === 0) return undefined
  const are = missing.length === 1 ? 'is' : 'are'
  return `${missing.join(' and ')} ${are} not installed (npm install ${missing.join(' ')})`
}

/** Whether a package is there; Dawn's can be imported alone, not required. */
function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  return folders.some((folder) => existsSync(join(folder, name, 'package.json')))
}
