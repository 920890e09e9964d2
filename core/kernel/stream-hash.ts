// The hash by which a stream follows from its seed, name and indices: four lanes of 32 bits.

/** Where the hash stands. Here rather than in an object a call: making a stream is part of hot loops. */
export const lanes = new Int32Array(4)

/** Begins anew from these four words. */
export function startHash(a: number, b: number, c: number, d: number): void {
  lanes[0] = a
  lanes[1] = b
  lanes[2] = c
  lanes[3] = d
}

/** Takes in a word of 32 bits. */
export function hashWord(word: number): void {
  const a = lanes[0]
  const b = lanes[1]
  const c = lanes[2]
  const d = lanes[3]
  lanes[0] = b ^ scramble(a ^ word, 0x9e3779b1)
  lanes[1] = c ^ scramble(b ^ word, 0x85ebca77)
  lanes[2] = d ^ scramble(c ^ word, 0xc2b2ae3d)
  lanes[3] = lanes[0] ^ scramble(d ^ word, 0x27d4eb2f)
}

/** Multiplying carries bits upwards only; the rotation brings the high ones back down. */
function scramble(word: number, factor: number): number {
  const product = Math.imul(word, factor)
  return (product << 13) | (product >>> 19)
}

/** Takes in a text and its length. */
export function hashText(text: string): void {
  for (let i = 0; i < text.length; i++) hashWord(text.charCodeAt(i))
  // Code units are below 2¹⁶, so this word cannot be mistaken for one more of them.
  hashWord(text.length | 0x40000000)
}

/** Mixes a word so that every input bit reaches every output bit (the finaliser of MurmurHash3). */
export function avalanche(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return word ^ (word >>> 16)
}
