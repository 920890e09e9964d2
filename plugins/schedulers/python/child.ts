import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { UserError } from '../../../core/plugin/index.js'

/** Kinds of frames; as in core/bridge/README.md: body length u32, kind u8, three zero bytes, body. */
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
} as const

const HEADER_BYTES = 8

interface Frame {
  readonly kind: number
  readonly body: Uint8Array
}

/** A Python process, and frames to and from it. It ends when its input is closed, which it is when this process ends. */
export class PythonChild {
  readonly #process: ChildProcess
  readonly #program: string
  readonly #timeoutSeconds: number
  #read = new Uint8Array(65536)
  #filled = 0
  #waiting: { readonly resolve: (frame: Frame) => void; readonly reject: (error: Error) => void } | undefined
  #ended: UserError | undefined

  constructor(
    words: readonly string[],
    environment: NodeJS.ProcessEnv,
    program: string,
    timeoutSeconds: number,
  ) {
    this.#program = program
    this.#timeoutSeconds = timeoutSeconds
    // What the program prints goes where errors go: its standard output carries frames.
    this.#process = spawn(words[0], words.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env: environment })
    const { stdin, stdout } = this.#process
    stdin?.on('error', () => {})
    stdout?.on('data', (data: Buffer) => this.#take(data))
    this.#process.on('error', ({ message }) =>
      this.#end(
        new UserError(`${words[0]} could not be started: ${message}; options.python names the interpreter`),
      ),
    )
    this.#process.on('exit', (code, signal) =>
      this.#end(this.#failure(signal ? `was ended by ${signal}` : `ended with code ${code}`)),
    )
    this.#hold(false)
  }

  /** Sends a frame and waits for one; a `UserError` where there comes none, or what it says is wrong. */
  async ask(kind: number, body: Uint8Array): Promise<Frame> {
    this.send(kind, body)
    this.#hold(true)
    let timer: NodeJS.Timeout | undefined
    try {
      const frame = await new Promise<Frame>((resolve, reject) => {
        this.#waiting = { resolve, reject }
        timer = setTimeout(() => {
          this.#end(this.#failure(`did not answer within ${this.#timeoutSeconds} s (options.timeoutSeconds)`))
          this.#process.kill('SIGKILL')
        }, 1000 * this.#timeoutSeconds)
        if (this.#ended) reject(this.#ended)
        else this.#hand()
      })
      if (frame.kind === kinds.failure) throw this.#told(JSON.parse(new TextDecoder().decode(frame.body)))
      return frame
    } finally {
      clearTimeout(timer)
      this.#waiting = undefined
      this.#hold(false)
    }
  }

  /** Sends a frame that is not answered. */
  send(kind: number, body: Uint8Array): void {
    if (this.#ended) throw this.#ended
    const header = new Uint8Array(HEADER_BYTES)
    new DataView(header.buffer).setUint32(0, body.length, true)
    header[4] = kind
    const { stdin } = this.#process
    stdin?.cork()
    stdin?.write(header)
    stdin?.write(body)
    stdin?.uncork()
  }

  /** Whether this process waits for that one; else it may end before. */
  #hold(held: boolean): void {
    const { stdin, stdout } = this.#process
    for (const handle of [this.#process, stdin as Socket | null, stdout as Socket | null])
      if (held) handle?.ref()
      else handle?.unref()
  }

  #take(data: Buffer): void {
    const needed = this.#filled + data.length
    if (needed > this.#read.length) {
      const larger = new Uint8Array(2 * needed)
      larger.set(this.#read.subarray(0, this.#filled))
      this.#read = larger
    }
    this.#read.set(data, this.#filled)
    this.#filled = needed
    this.#hand()
  }

  /** Hands the next frame to who waits for it. */
  #hand(): void {
    if (!this.#waiting || this.#filled < HEADER_BYTES) return
    const length = new DataView(this.#read.buffer).getUint32(0, true)
    const whole = HEADER_BYTES + length
    if (this.#filled < whole) return
    const frame = { kind: this.#read[4], body: this.#read.slice(HEADER_BYTES, whole) }
    this.#read.copyWithin(0, whole, this.#filled)
    this.#filled -= whole
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(frame)
  }

  #end(error: UserError): void {
    this.#ended ??= error
    this.#waiting?.reject(this.#ended)
  }

  #failure = (how: string): UserError => new UserError({ message: how, place: { file: this.#program } })

  /** What the program itself raised, at its line. */
  #told({ message, file, line }: { message: string; file?: string; line?: number }): UserError {
    return new UserError({
      message,
      place: { file: file ?? this.#program, ...(line !== undefined && { line }) },
    })
  }
}
