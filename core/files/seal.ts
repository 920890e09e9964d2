import { sha256Of } from './hash.js'

// A sealed file states its own SHA-256, worked out with zeros in its place. Where that place is depends on the format:
// safetensors have it in their metadata, JSON in its first field, Parquet in the last of its footer's notes.

/** What stands in the seal's place until the file is sealed: as many zeros as a SHA-256 has hex digits. */
export const OPEN_SEAL = '0'.repeat(64)

/** Why a file whose seal is broken is not used. */
export const BROKEN_SEAL = 'the file is damaged: its contents do not have the SHA-256 that it states'

/** Seals the parts of a file: puts their hash into the open seal that stands `at` bytes behind the first one's start. */
export function sealParts(parts: readonly [Uint8Array, ...Uint8Array[]], at: number): void {
  const place = parts[0].subarray(at, at + OPEN_SEAL.length)
  new TextEncoder().encodeInto(sha256Of(...parts), place)
}

/** Whether the bytes have the hash that they state `at` bytes behind their start. */
export function hasSeal(bytes: Uint8Array, at: number): boolean {
  const end = at + OPEN_SEAL.length
  if (end > bytes.length) return false
  const stated = new TextDecoder().decode(bytes.subarray(at, end))
  return sha256Of(bytes.subarray(0, at), zeros, bytes.subarray(end)) === stated
}

const zeros = new TextEncoder().encode(OPEN_SEAL)

/** Where a text's bytes end when they stand `from` bytes behind the start; undefined where others do. */
export function endOfText(bytes: Uint8Array, text: string, from = 0): number | undefined {
  const expected = new TextEncoder().encode(text)
  const found = bytes.subarray(from, from + expected.length)
  return Buffer.compare(found, expected) === 0 ? from + expected.length : undefined
}
