import { readSync, writeSync } from 'node:fs'

/** Kinds of frames; each request is answered by one of its kind, or by `failure`. */
export const frameKinds = { hello: 1, reset: 2, step: 3, call: 4, failure: 9 } as const

/** Body length u32, kind u8, three bytes 0. */
export const HEADER_BYTES = 8
/** What no frame is longer than. */
export const MOST_BYTES = 2 ** 30

/** A frame as it was read; the body is there until the next is read, and 8-byte aligned. */
export interface Frame {
  readonly kind: number
  readonly body: Uint8Array
}

/** Something that is no frame was read: both sides do not speak of the same. */
class BrokenStream extends Error {}

/**
 * Frames over two file descriptors, read and written synchronously: nothing else goes on in the process meanwhile, and
 * a trip takes a fifth of the time that streams take.
 */
export class FrameChannel {
  readonly #input: number
  readonly #output: number
  /** What was read: the frame that was handed on last, up to `#done`, and perhaps more, up to `#filled`. */
  #room = new Uint8Array(HEADER_BYTES + 8192)
  #done = 0
  #filled = 0

  constructor(input: number, output: number) {
    this.#input = input
    this.#output = output
  }

  /** The next frame; undefined where the other side has closed. */
  read(): Frame | undefined {
    this.#room.copyWithin(0, this.#done, this.#filled)
    this.#filled -= this.#done
    this.#done = 0
    if (!this.#fill(HEADER_BYTES)) return undefined
    const header = new DataView(this.#room.buffer)
    const length = header.getUint32(0, true)
    if (length > MOST_BYTES) throw new BrokenStream(`a frame of ${length} bytes`)
    const whole = HEADER_BYTES + length
    const kind = header.getUint8(4)
    if (whole > this.#room.length) {
      const larger = new Uint8Array(whole)
      larger.set(this.#room.subarray(0, this.#filled))
      this.#room = larger
    }
    this.#fill(whole)
    this.#done = whole
    return { kind, body: this.#room.subarray(HEADER_BYTES, whole) }
  }

  /** Sends what `roomFor` gave. */
  send(frame: Uint8Array): void {
    let sent = 0
    while (sent < frame.length) sent += this.#patiently(() => writeSync(this.#output, frame, sent))
  }

  sendJson(kind: number, value: unknown): void {
    const text = new TextEncoder().encode(JSON.stringify(value))
    const frame = roomFor(kind, text.length)
    frame.set(text, HEADER_BYTES)
    this.send(frame)
  }

  /** Reads until there are so many bytes, and what comes with them: a frame is one call. False where nothing comes any more. */
  #fill(least: number): boolean {
    while (this.#filled < least) {
      const more = this.#patiently(() =>
        readSync(this.#input, this.#room, this.#filled, this.#room.length - this.#filled, null),
      )
      if (more === 0) {
        if (this.#filled === 0) return false
        throw new BrokenStream('the other side went away in the middle of a frame')
      }
      this.#filled += more
    }
    return true
  }

  /** Pipes may have been left non-blocking by whoever made them: waits and tries again. */
  #patiently(act: () => number): number {
    for (;;)
      try {
        return act()
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EOF') return 0
        if (code !== 'EAGAIN') throw error
        Atomics.wait(pause, 0, 0, 1)
      }
  }
}

/** Room for a frame whose body is written in place and sent any number of times: header, then body. */
export function roomFor(kind: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + bytes)
  new DataView(frame.buffer).setUint32(0, bytes, true)
  frame[4] = kind
  return frame
}

const pause = new Int32Array(new SharedArrayBuffer(4))
