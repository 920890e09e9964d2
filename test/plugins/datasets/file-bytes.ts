import { zipSync } from 'fflate'

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(lengths: readonly number[], values: ArrayLike<number>, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * lengths.length)
  header.set([0, 0, type, lengths.length])
  for (const [i, length] of lengths.entries()) header.writeUInt32BE(length, 4 + 4 * i)
  return Buffer.concat([header, Uint8Array.from(values)])
}

/** The bytes of a .npz file of these .npy files. */
export const npzBytes = (arrays: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])))

/** A CIFAR-10 file whose picture i is all red of brightness i, with these labels. */
export function cifarBytes(labels: readonly number[], coarse?: readonly number[]): Buffer {
  const records = labels.map((label, i) => {
    const pixels = new Uint8Array(3072)
    pixels.fill(i, 0, 1024)
    return Buffer.concat([Uint8Array.from(coarse ? [coarse[i], label] : [label]), pixels])
  })
  return Buffer.concat(records)
}
