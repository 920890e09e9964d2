/** Kinds of frames: body length u32, kind u8, whether the answer may come on the quick way u8, two zero bytes, body. */
export const kinds = {
  hello: 1,
  decide: 2,
  observe: 3,
  restore: 4,
  evaluator: 5,
  limits: 6,
  job: 7,
  rowOf: 8,
  failure: 9,
  /** On the quick way: nothing came for a while; by `Waker`. */
  wake: 10,
  /** On the quick way: the answer is too long for it, and comes on standard output. */
  elsewhere: 11,
} as const

const HEADER_BYTES = 8

export interface Frame {
  readonly kind: number
  readonly body: Uint8Array
}

/** A frame as it is sent; `quick` says that its answer may come on the quick way. */
export function frameOf(kind: number, body: Uint8Array, quick: boolean): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length)
  new DataView(frame.buffer).setUint32(0, body.length, true)
  frame[4] = kind
  frame[5] = quick ? 1 : 0
  frame.set(body, HEADER_BYTES)
  return frame
}

/** Puts frames together from what is read of them. */
export class FrameReader {
  #read = new Uint8Array(65536)
  #filled = 0

  take(data: Uint8Array): void {
    const needed = this.#filled + data.length
    if (needed > this.#read.length) {
      const larger = new Uint8Array(2 * needed)
      larger.set(this.#read.subarray(0, this.#filled))
      this.#read = larger
    }
    this.#read.set(data, this.#filled)
    this.#filled = needed
  }

  /** The next frame, a copy; undefined where it is not whole yet. */
  next(): Frame | undefined {
    if (this.#filled < HEADER_BYTES) return undefined
    const length = new DataView(this.#read.buffer).getUint32(0, true)
    const whole = HEADER_BYTES + length
    if (this.#filled < whole) return undefined
    const frame = { kind: this.#read[4], body: this.#read.slice(HEADER_BYTES, whole) }
    this.#read.copyWithin(0, whole, this.#filled)
    this.#filled -= whole
    return frame
  }
}
