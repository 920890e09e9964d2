import { setFlagsFromString } from 'node:v8'

/** Which vector instructions WebAssembly offers here. */
export type VectorSupport = 'none' | 'simd' | 'relaxed-simd'

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0]
/** A module of one function without parameters or results, with the given body. */
const moduleOf = (...body: number[]) =>
  Uint8Array.from([
    ...HEADER,
    1,
    4,
    1,
    96,
    0,
    0,
    3,
    2,
    1,
    0,
    10,
    body.length + 4,
    1,
    body.length + 2,
    0,
    ...body,
    11,
  ])
const zero128 = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
const simdModule = moduleOf(...zero128, 0x1a)
// f32x4.relaxed_madd of three zero vectors
const relaxedModule = moduleOf(...zero128, ...zero128, ...zero128, 0xfd, 0x85, 0x02, 0x1a)

/**
 * What this runtime can do. Node 20 knows relaxed SIMD (fused multiply-add) behind a flag, which must be set before
 * the first module that uses it is compiled; later ones have it on, and versions without it ignore the flag.
 */
export function vectorSupport(): VectorSupport {
  if (!WebAssembly.validate(simdModule)) return 'none'
  if (!WebAssembly.validate(relaxedModule)) setFlagsFromString('--experimental-wasm-relaxed-simd')
  return WebAssembly.validate(relaxedModule) ? 'relaxed-simd' : 'simd'
}
