import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { Address, KernelExports } from './exports.js'

/** The parts of TensorFlow.js's Emscripten module that its types leave out. */
interface HeapModule {
  readonly asm: { readonly memory: WebAssembly.Memory }
  _malloc(bytes: number): Address
  _free(address: Address): void
}

/** TensorFlow.js's heap: where its tensors lie, and where results may go. */
export class Heap {
  readonly #backend: BackendWasm

  constructor(backend: BackendWasm) {
    this.#backend = backend
  }

  /** Where a tensor's elements lie, row-major. Valid until it is disposed; allocation does not move it. */
  address(tensor: TensorInfo): Address {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0
  }

  /** A new tensor whose elements are not yet written. */
  output(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    return this.#backend.makeOutput(shape as number[], dtype)
  }

  /** A view of the same elements under another shape. */
  reshaped(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    this.#backend.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape: shape as number[], dtype: tensor.dtype }
  }

  /** A tensor's elements in place: to be used at once, since the heap may move to a larger buffer when it grows. */
  elements(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array {
    const size = tensor.shape.reduce((product, length) => product * length, 1)
    const elements =
      tensor.dtype === 'int32' ? Int32Array : tensor.dtype === 'bool' ? Uint8Array : Float32Array
    return new elements(memoryOf(this.#backend).buffer, this.address(tensor), size)
  }

  /** How many tensors share these elements. */
  references(tensor: TensorInfo): number {
    return this.#backend.refCount(tensor.dataId)
  }

  release(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId)
  }

  /** Bytes of the whole heap: what it has grown to, in use or not. */
  get bytes(): number {
    return memoryOf(this.#backend).buffer.byteLength
  }
}

/** A heap with our kernels attached. */
export class KernelHeap extends Heap {
  readonly kernels: KernelExports

  constructor(backend: BackendWasm, kernels: KernelExports) {
    super(backend)
    this.kernels = kernels
  }
}

/** The memory of a backend. */
export function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  return heapModule(backend).asm.memory
}

/** Takes memory that is kept for good: control block and scratch of each thread. */
export function reserve(backend: BackendWasm, bytes: number): Address {
  const address = heapModule(backend)._malloc(bytes + 64) >>> 0
  if (address === 0) throw new Error(`the heap cannot hold ${bytes} more bytes`)
  const aligned = ((address + 63) & ~63) >>> 0
  new Uint8Array(memoryOf(backend).buffer, aligned, bytes).fill(0)
  return aligned
}

function heapModule(backend: BackendWasm): HeapModule {
  return backend.wasm as unknown as HeapModule
}
