import type * as tf from '@tensorflow/tfjs-core'

/** A buffer of a device. */
interface Buffer {
  readonly size: number
  readonly mapState: 'unmapped' | 'pending' | 'mapped'
  mapAsync(mode: number): Promise<void>
  getMappedRange(): ArrayBuffer
  unmap(): void
}

/** A device of an adapter; TensorFlow.js knows more of it. */
export type Device = object

/** What a kernel runs: its code, and the name that compiled code is kept under. */
export interface ShaderProgram {
  readonly computePositions?: boolean
  shaderKey: string
  getUserCode(): string
}

/** What is read of TensorFlow.js's WebGPU backend, some of which its types call private. */
export interface WebgpuBackend extends tf.KernelBackend {
  readonly tensorMap: {
    get(id: tf.DataId): {
      readonly dtype: tf.DataType
      readonly resource?: Buffer | null
      values: tf.BackendValues | null
    }
  }
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): Buffer
    releaseBuffer(buffer: Buffer): void
  }
  readonly commandEncoder: {
    copyBufferToBuffer(from: Buffer, at: number, to: Buffer, offset: number, size: number): void
  }
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
  runWebGPUProgram(program: ShaderProgram, ...rest: unknown[]): tf.TensorInfo
}

/** Flags of the WebGPU standard: a buffer that is copied to, and mapped to be read. */
const COPY_DST = 0x8
const MAP_READ = 0x1

/**
 * Lets a backend read results at once, as learners do (`dataSync`). A browser must not wait for its GPU, so TensorFlow.js reads
 * through a canvas, which Node has not. Here the buffer is mapped, and Dawn's events are worked off until it is.
 */
export function readSynchronously(backend: WebgpuBackend): void {
  const theirs = backend.readSync.bind(backend)
  const later = backend.read.bind(backend)
  // Up to its mapping, it runs at once: what it asks for must be known to whoever reads at once before it comes.
  backend.read = (id) => heard(() => later(id))
  backend.readSync = (id) => {
    const data = backend.tensorMap.get(id)
    // Not computed on the device, or made of two tensors that are read by themselves.
    if (data.values != null || !data.resource) return theirs(id)
    data.values = elementsOf(read(backend, data.resource), data.dtype)
    return data.values
  }
}

function read(backend: WebgpuBackend, source: Buffer): ArrayBuffer {
  const { size } = source
  const staging = backend.bufferManager.acquireBuffer(size, COPY_DST | MAP_READ)
  backend.ensureCommandEncoderReady()
  backend.endComputePassEncoder()
  backend.commandEncoder.copyBufferToBuffer(source, 0, staging, 0, size)
  backend.submitQueue()
  workOff(staging)
  const bytes = staging.getMappedRange().slice(0)
  staging.unmap()
  backend.bufferManager.releaseBuffer(staging)
  return bytes
}

/** Maps a buffer, at once. */
function workOff(buffer: Buffer): void {
  // A mapping that fails leaves a buffer that is not mapped, and no turn to take: so it is told below.
  void heard(() => buffer.mapAsync(MAP_READ).catch(() => {}))
  while (buffer.mapState !== 'mapped') {
    const [turn] = turns.keys()
    if (!turn)
      throw new Error('WebGPU: a result cannot be read: the device is lost, or Dawn asks for no turn')
    take(turn)
  }
}

/** Turns that Dawn has asked for and not had, and when they come by themselves. It asks for the next only when it had the last. */
const turns = new Map<() => void, NodeJS.Immediate>()

/** Does what may make Dawn ask for a turn, which it does by the global `setImmediate`: it is noted, to be taken sooner if need be. */
function heard<T>(work: () => T): T {
  const later = globalThis.setImmediate
  globalThis.setImmediate = ((turn: () => void) => {
    const immediate = later(() => take(turn))
    turns.set(turn, immediate)
    return immediate
  }) as typeof setImmediate
  try {
    return work()
  } finally {
    globalThis.setImmediate = later
  }
}

function take(turn: () => void): void {
  clearImmediate(turns.get(turn))
  turns.delete(turn)
  heard(turn)
}

/** WebGPU keeps booleans as integers of 32 bits. */
function elementsOf(bytes: ArrayBuffer, dtype: tf.DataType): tf.TypedArray {
  if (dtype === 'float32') return new Float32Array(bytes)
  return dtype === 'bool' ? Uint8Array.from(new Int32Array(bytes)) : new Int32Array(bytes)
}
