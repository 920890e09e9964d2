import { readAsset } from '../../../core/plugin/index.js'

/** What the module offers; described in `assembly/index.ts`. */
interface StretchKernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  toKeys(at: number, bytes: number): void
  toValues(at: number, bytes: number): void
  exchange(list: number, exchanges: number, keys: number, bytes: number): void
  widen(from: number, to: number, bytes: number): void
  addSquaredDistances(vectors: number, count: number, bytes: number, sums: number): void
}

const PAGE = 65_536

let kernels: StretchKernels | undefined

/** The kernels, with a memory of at least so many bytes; what was in it before is of no use any more. */
export function stretchKernels(bytes: number): StretchKernels {
  kernels ??= new WebAssembly.Instance(
    new WebAssembly.Module(readAsset('assembly/stretches.wasm', import.meta.url)),
  ).exports as StretchKernels
  const missing = Math.ceil((bytes - kernels.memory.buffer.byteLength) / PAGE)
  if (missing > 0) kernels.memory.grow(missing)
  return kernels
}
