import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'

export interface GpuBackend {
  readonly available: boolean
  readonly why: string
}

const BINDING = 'tfjs_binding.node'
const PACKAGE: string = '@tensorflow/tfjs-node-gpu'
/** Node 23 took out functions that the library calls. */
const LAST_NODE = 22

let opened: Promise<GpuBackend> | undefined

/**
 * Loads the optional GPU library of TensorFlow.js, once. Never throws: says why it is not there.
 *
 * Seen: package absent (it is an optional peer: whoever has a GPU installs it), package without its native library (scripts were not
 * allowed to run), a Node too new for it, and a library without a usable GPU.
 */
export function openGpuBackend(): Promise<GpuBackend> {
  opened ??= open()
  return opened
}

async function open(): Promise<GpuBackend> {
  const node = Number.parseInt(process.versions.node, 10)
  if (node > LAST_NODE) return { available: false, why: `${PACKAGE} does not run on Node ${node}` }
  const absent = whyAbsent()
  if (absent !== undefined) return { available: false, why: absent }
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

/** Looks before importing, which takes half a second even to fail. */
function whyAbsent(): string | undefined {
  let folder: string
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
  } catch {
    return `${PACKAGE} is not installed (npm install ${PACKAGE})`
  }
  const builds = join(folder, 'lib')
  const native =
    existsSync(builds) && readdirSync(builds).some((build) => existsSync(join(builds, build, BINDING)))
  return native ? undefined : `${PACKAGE} is installed without its native library`
}

function whyNotLoaded(error: unknown): string {
  const { message } = error as { message?: string }
  if (message?.includes(BINDING)) return `the native library of ${PACKAGE} does not load`
  return `${PACKAGE} does not load: ${message?.split('\n')[0]}`
}
