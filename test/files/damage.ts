import { readFileSync, writeFileSync } from 'node:fs'

/** Flips one bit of a file, in the middle unless told where. */
export function flipBit(path: string, at?: number, bit = 2): void {
  const bytes = readFileSync(path)
  bytes[at ?? bytes.length >> 1] ^= 1 << bit
  writeFileSync(path, bytes)
}
