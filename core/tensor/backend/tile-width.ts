import { setFlagsFromString } from 'node:v8'
import { UserError } from '../../errors.js'
import type { Address, KernelExports } from '../kernels/exports.js'

/** How many bits the vectors have that kernels compute with: V8 may join two of WebAssembly's 128 into one. */
export type VectorBits = 128 | 256

/** Names the widest vectors to be used, for all that is computed with tensors: 128 where V8's joined ones are not wanted. */
const VECTOR_BITS_VARIABLE = 'COTWIN_VECTOR_BITS'

/** The width chosen, and why. */
export interface TileWidth {
  readonly bits: VectorBits
  readonly why: string
}

/** The first V8 that joins what the tiles do: Node 24's. */
const FIRST_V8 = 13
const JOINED = '--experimental-wasm-revectorize'
/** Steps of a trial's sums, and tiles of one measurement: some 60 µs. */
const DEPTH = 256
const REPEATS = 100
/**
 * The optimising compiler comes late, and not for both at once: the wide tiles are believed to be the faster ones when no measurement
 * was a tenth less than before for so long, and to be the slower ones only after the longest.
 */
const STEADY_MS = 15
const LONGEST_MS = 500
const CLEARLY_FASTER = 0.8

/**
 * Has V8 join vectors, as far as it can, tries the tiles of either width, keeps the faster one that computes rightly, and says
 * which. Whether V8 joined vectors cannot be asked: so it is measured, and since it is an experiment of V8's, its sums are
 * compared, too. `scratch` is free to write; no kernel has run yet.
 *
 * @throws UserError when the environment names a width that there is not
 */
export function chooseTileWidth(
  kernels: KernelExports,
  memory: WebAssembly.Memory,
  scratch: Address,
): TileWidth {
  const apart = whyApart()
  if (apart !== undefined) return { bits: 128, why: apart }
  setFlagsFromString(JOINED)
  const [a, b, c] = [scratch, scratch + 16 * DEPTH, scratch + 80 * DEPTH]
  const rows = new Float32Array(memory.buffer, a, 4 * DEPTH).map((_, i) => (i % 7) - 3)
  const columns = new Float32Array(memory.buffer, b, 16 * DEPTH).map((_, i) => (i % 5) - 2)
  new Float32Array(memory.buffer, a).set(rows)
  new Float32Array(memory.buffer, b).set(columns)
  let [narrow, wide, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, true]
  const start = performance.now()
  for (let now = start, changed = start; right && now - start < LONGEST_MS; now = performance.now()) {
    if (wide < CLEARLY_FASTER * narrow && now - changed > STEADY_MS) {
      kernels.setWide(true)
      return { bits: 256, why: 'V8 joins pairs of them' }
    }
    const eight = milliseconds(() => kernels.tilesTrial(a, b, c, DEPTH, false, REPEATS))
    const sixteen = milliseconds(() => kernels.tilesTrial(a, b, c, DEPTH, true, REPEATS))
    right = isProduct(rows, columns, new Float32Array(memory.buffer, c, 64))
    if (eight < 0.9 * narrow || sixteen < 0.9 * wide) changed = now
    narrow = Math.min(narrow, eight)
    wide = Math.min(wide, sixteen)
  }
  kernels.setWide(false)
  setFlagsFromString(JOINED.replace('--', '--no-'))
  return { bits: 128, why: right ? 'V8 does not join vectors here' : 'V8 joins vectors wrongly here' }
}

/** Why V8 is not asked to join vectors; undefined where it is. */
function whyApart(): string | undefined {
  const asked = process.env[VECTOR_BITS_VARIABLE]
  if (asked === '128') return `${VECTOR_BITS_VARIABLE}=128`
  if (asked !== undefined && asked !== '' && asked !== '256') {
    throw new UserError(`${VECTOR_BITS_VARIABLE}: expected 128 or 256; found ${asked}`)
  }
  if (process.arch !== 'x64') return 'wider vectors are known of x64 alone'
  if (Number.parseInt(process.versions.v8, 10) < FIRST_V8) return 'wider vectors need Node 24'
  return undefined
}

function milliseconds(work: () => void): number {
  const before = performance.now()
  work()
  return performance.now() - before
}

/** Whether c[4 × 16] is the product of packed panels of small whole numbers, whose sums are exact. */
function isProduct(a: Float32Array, b: Float32Array, c: Float32Array): boolean {
  return c.every((found, i) => {
    const [row, column] = [i >> 4, i & 15]
    const panel = 8 * DEPTH * (column >> 3) + (column & 7)
    let sum = 0
    for (let step = 0; step < DEPTH; step++) sum += a[4 * step + row]! * b[panel + 8 * step]!
    return found === sum
  })
}
