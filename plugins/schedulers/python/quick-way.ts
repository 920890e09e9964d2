import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Frame, FrameReader, kinds } from './frames.js'
import { Waker } from './waker.js'

/** Of this thread, which waits for one answer at a time. */
let waker: Waker | undefined

/**
 * Two named pipes to a Python process, on which an answer that comes at once is waited for by the thread itself.
 *
 * Node's streams take longer to tell of an answer than Python does to find it. So where the process answers at once, and
 * only there, this thread reads until something comes: an answer, which is short and written at one go, or what `Waker`
 * writes after a while. What comes later is heard as `answers` says, while whatever else has its turn.
 */
export class QuickWay {
  /** What the process has as its standard input, and writes quick answers to: its descriptors 0 and 3. */
  readonly ends: readonly [input: number, answers: number]
  /** Where its requests are written to; the end of its standard input. */
  readonly requests: Socket
  /** What comes when nobody waits here. */
  readonly answers: Socket
  readonly #requests: number
  readonly #answers: number
  readonly #room = new Uint8Array(8192)
  readonly #reader = new FrameReader()

  private constructor(requestsPath: string, answersPath: string) {
    const { O_RDONLY, O_RDWR, O_WRONLY, O_NONBLOCK } = constants
    // Who opens one end alone waits for somebody at the other.
    const both = openSync(requestsPath, O_RDWR)
    const input = openSync(requestsPath, O_RDONLY)
    this.#requests = openSync(requestsPath, O_WRONLY | O_NONBLOCK)
    closeSync(both)
    this.#answers = openSync(answersPath, O_RDWR)
    this.ends = [input, openSync(answersPath, O_WRONLY)]
    this.requests = new Socket({ fd: this.#requests, readable: false, writable: true })
    const heard = openSync(answersPath, O_RDONLY | O_NONBLOCK)
    this.answers = new Socket({ fd: heard, readable: true, writable: false })
    waker ??= new Waker()
  }

  /** Undefined where a system has no named pipes. */
  static open(): QuickWay | undefined {
    if (process.platform === 'win32') return undefined
    const folder = mkdtempSync(join(tmpdir(), 'cotwin-python-'))
    const paths = [join(folder, 'requests'), join(folder, 'answers')] as const
    try {
      if (spawnSync('mkfifo', paths).status !== 0) return undefined
      return new QuickWay(...paths)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** To be called when the process has been started, which then has its ends. */
  started(): void {
    for (const end of this.ends) closeSync(end)
  }

  /** Whether it can be waited here: nothing is on its way to the process yet. */
  get ready(): boolean {
    return waker?.ready === true && this.requests.writableLength === 0
  }

  /** Sends a frame and waits a while; what comes then, or undefined where it comes later or not here. */
  ask(frame: Uint8Array): Frame | undefined {
    const sent = this.#send(frame)
    if (sent < frame.length) {
      this.requests.write(frame.subarray(sent))
      return undefined
    }
    waker?.begin(this.#answers)
    let answer: Frame | undefined
    let woken = false
    const read = () => {
      this.#reader.take(this.#room.subarray(0, readSync(this.#answers, this.#room)))
      for (let next = this.#reader.next(); next; next = this.#reader.next())
        if (next.kind === kinds.wake) woken = true
        else if (next.kind !== kinds.elsewhere) answer = next
    }
    read()
    if (waker?.end() === false) while (!woken) read()
    return answer
  }

  /** How much of it a pipe takes at once; nothing where the process has gone, which is told elsewhere. */
  #send(frame: Uint8Array): number {
    try {
      return writeSync(this.#requests, frame)
    } catch {
      return 0
    }
  }

  /** To be called when the process has ended. */
  close(): void {
    this.requests.destroy()
    this.answers.destroy()
    closeSync(this.#answers)
  }
}
