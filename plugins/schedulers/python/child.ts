import { type ChildProcess, spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import type { Writable } from 'node:stream'
import { UserError } from '../../../core/plugin/index.js'
import { type Frame, FrameReader, frameOf, kinds } from './frames.js'
import { QuickWay } from './quick-way.js'

/** Who answered in so little time is waited for the next time, ms. */
const AT_ONCE = 10

/** A Python process, and frames to and from it. It ends when its input is closed, which it is when this process ends. */
export class PythonChild {
  readonly #process: ChildProcess
  readonly #program: string
  readonly #timeoutSeconds: number
  readonly #quickWay = QuickWay.open()
  /** Kinds of frames that were answered at once the last time. */
  readonly #quick = new Set<number>()
  readonly #requests: Writable | null
  readonly #reader = new FrameReader()
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
    const [input, answers] = this.#quickWay?.ends ?? (['pipe', 'ignore'] as const)
    // What the program prints goes where errors go: its standard output carries frames.
    this.#process = spawn(words[0], words.slice(1), {
      stdio: [input, 'pipe', 'inherit', answers],
      env: environment,
    })
    this.#quickWay?.started()
    this.#requests = this.#quickWay?.requests ?? this.#process.stdin
    this.#requests?.on('error', () => {})
    for (const stream of [this.#process.stdout, this.#quickWay?.answers])
      stream?.on('data', (data: Buffer) => {
        this.#reader.take(data)
        this.#hand()
      })
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
    const frame = this.#askQuickly(kind, body) ?? (await this.#answer(kind))
    if (frame.kind === kinds.failure) throw this.#told(JSON.parse(new TextDecoder().decode(frame.body)))
    return frame
  }

  /** Sends a frame that is not answered. */
  send(kind: number, body: Uint8Array): void {
    // Should it be answered nevertheless, by a failure, that is not to be taken for the answer of the next.
    this.#quick.clear()
    this.#write(frameOf(kind, body, false))
  }

  /** Sends a frame; what comes at once, where such frames are answered at once. */
  #askQuickly(kind: number, body: Uint8Array): Frame | undefined {
    if (this.#ended || !this.#quickWay?.ready || !this.#quick.has(kind)) {
      this.#write(frameOf(kind, body, false))
      return undefined
    }
    const frame = this.#quickWay.ask(frameOf(kind, body, true))
    if (!frame) this.#quick.delete(kind)
    return frame
  }

  async #answer(kind: number): Promise<Frame> {
    const start = performance.now()
    this.#hold(true)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Frame>((resolve, reject) => {
        this.#waiting = { resolve, reject }
        timer = setTimeout(() => {
          this.#end(this.#failure(`did not answer within ${this.#timeoutSeconds} s (options.timeoutSeconds)`))
          this.#process.kill('SIGKILL')
        }, 1000 * this.#timeoutSeconds)
        if (this.#ended) reject(this.#ended)
        else this.#hand()
      })
    } finally {
      clearTimeout(timer)
      this.#waiting = undefined
      this.#hold(false)
      if (performance.now() - start < AT_ONCE) this.#quick.add(kind)
    }
  }

  #write(frame: Uint8Array): void {
    if (this.#ended) throw this.#ended
    this.#requests?.write(frame)
  }

  /** Whether this process waits for that one; else it may end before. */
  #hold(held: boolean): void {
    const { stdin, stdout } = this.#process
    const { requests, answers } = this.#quickWay ?? {}
    for (const handle of [this.#process, stdin, stdout, requests, answers] as (ChildProcess | null)[])
      if (held) handle?.ref()
      else handle?.unref()
  }

  /** Hands the next frame to who waits for it. */
  #hand(): void {
    if (!this.#waiting) return
    const frame = this.#reader.next()
    if (!frame) return
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(frame)
  }

  #end(error: UserError): void {
    if (!this.#ended) this.#quickWay?.close()
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
