import { power } from '../../core/plugin/index.js'
import { ThriftReader } from './parquet-thrift.js'

// Encodings of Parquet in which a few bytes stand for many values: what is decoded from damaged ones has no bounds of its
// own, so that counts are checked before.

/** A run of equal or of packed values may be longer than what is left of a page by less than a group of eight. */
const GROUP = 8

/**
 * How many of a page's values, encoded in runs of `width` bits, equal `counted`.
 *
 * Throws an `Error` where the runs are not of so many values, or do not fit into their bytes.
 */
export function checkRuns(bytes: Uint8Array, width: number, values: number, counted?: number): number {
  if (width > 32) throw new Error(`values of ${width} bits`)
  const reader = new ThriftReader(bytes)
  let seen = 0
  let equal = 0
  while (seen < values) {
    const header = reader.varint()
    const count = Math.floor(header / 2) * (header % 2 === 1 ? GROUP : 1)
    if (count >= values - seen + GROUP)
      throw new Error(`a run of ${count} values where ${values - seen} are left`)
    if (header % 2 === 1) {
      // The last group may be cut off behind the last value.
      const packed = reader.take(Math.min((count / GROUP) * width, bytes.length - reader.at))
      if (packed.length < Math.ceil((Math.min(count, values - seen) * width) / 8))
        throw new Error('packed values are cut short')
      if (counted !== undefined) equal += countPacked(packed, width, Math.min(count, values - seen), counted)
    } else {
      let value = 0
      for (let i = 0; i < Math.ceil(width / 8); i++) value += reader.byte() * power(256, i)
      if (value === counted) equal += Math.min(count, values - seen)
    }
    seen += count
  }
  return equal
}

/** Values of one bit that are `counted`. */
function countPacked(packed: Uint8Array, width: number, values: number, counted: number): number {
  if (width !== 1) throw new Error('only levels of one bit are counted')
  let ones = 0
  for (let i = 0; i < values; i++) ones += (packed[i >> 3] >> (i & 7)) & 1
  return counted === 1 ? ones : values - ones
}

/** Throws an `Error` where bytes are not those of so many whole numbers as differences, packed in blocks. */
export function checkDeltas(bytes: Uint8Array, values: number): void {
  const reader = new ThriftReader(bytes)
  const [block, miniblocks, total] = [reader.varint(), reader.varint(), reader.varint()]
  reader.varint()
  const perMiniblock = block / miniblocks
  if (total !== values) throw new Error(`${total} differences for ${values} values`)
  if (!(miniblocks >= 1 && perMiniblock >= 1 && Number.isInteger(perMiniblock)))
    throw new Error(`blocks of ${block} values in ${miniblocks} parts`)
  for (let seen = 1; seen < values; ) {
    reader.varint()
    const widths = reader.take(miniblocks)
    for (let i = 0; i < miniblocks && seen < values; i++, seen += perMiniblock) {
      if (widths[i] > 64) throw new Error(`differences of ${widths[i]} bits`)
      reader.take(Math.min((perMiniblock * widths[i]) / 8, bytes.length - reader.at))
    }
  }
}
