import { totalmem } from 'node:os'

/** Memory that this process can have at most, bytes: the machine's, or what its control group leaves it. */
export const memoryThereIs = (): number =>
  // By the global name: whoever imports node:process has all of it evaluated, and standard input opened with it.
  Math.min(totalmem(), process.constrainedMemory?.() || Infinity)

/** Bytes that lie together at most: the evaluator and the kernels of tensors have memories of 32-bit addresses. */
export const MOST_IN_ONE_PIECE = 2 ** 32

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/** `512 bytes`, `1.5 GiB`; beyond all units in powers of ten. */
export function inBytes(bytes: number): string {
  const power = Math.floor(Math.log2(Math.max(1, bytes)) / 10)
  if (power === 0) return `${Math.ceil(bytes)} bytes`
  if (power > units.length) return `${bytes.toExponential(1)} bytes`
  let size = bytes
  for (let i = 0; i < power; i++) size /= 1024
  return `${Number(size.toPrecision(3))} ${units[power - 1]}`
}

/** Something that is kept in memory. */
export interface MemoryNeed {
  /** What it is, for the message: `the gains of 16 clients, 4 servers and 10 channels`. */
  readonly what: string
  readonly bytes: number
}

/** What is wrong with needing that much memory; undefined where it is there. */
export function lackOfMemory({ what, bytes }: MemoryNeed, thereIs = memoryThereIs()): string | undefined {
  if (bytes <= thereIs) return undefined
  const much = Number.isFinite(bytes) ? inBytes(bytes) : 'more memory than can be counted'
  return `${what} would take ${much}, and there are ${inBytes(thereIs)}`
}
