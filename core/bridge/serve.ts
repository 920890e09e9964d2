import { inspect } from 'node:util'
import { UserError } from '../errors.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type LoadedScenario, loadScenario, parseScenario } from '../scenario/load.js'
import { type Calls, evaluateBatch } from './calls.js'
import { FrameChannel, frameKinds } from './protocol/frames.js'
import { type Hello, parseHello } from './protocol/hello.js'
import { parseJson } from './protocol/json.js'
import { Session } from './session.js'

/** What the command line says beforehand; what the other side says counts for more. */
export interface ServeOptions {
  readonly registry: PluginRegistry
  readonly version: string
  readonly given: Readonly<Record<string, unknown>> & { readonly options: Readonly<Record<string, unknown>> }
}

/**
 * Serves environments over standard input and output until the other side closes.
 *
 * Frames and their layout are in README.md. What plugins print goes to standard error.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const channel = new FrameChannel(0, 1)
  keepOutputClean()
  for (const stream of [process.stdin, process.stdout]) waitInTheSystem(stream)
  // A terminal's Ctrl-C reaches both sides; this one ends when the other closes.
  process.on('SIGINT', () => {})
  let session: Session | undefined
  for (;;) {
    const frame = channel.read()
    if (!frame) return
    try {
      if (session) {
        const answered = session.answer(frame, channel)
        if (answered) await answered
      } else if (frame.kind === frameKinds.call)
        channel.sendJson(
          frame.kind,
          evaluateBatch(parseJson(frame.body) as Calls['evaluate'], options.registry),
        )
      else if (frame.kind === frameKinds.hello) {
        const hello = parseHello(over(options.given, parseJson(frame.body)))
        session = await Session.open(await loadFor(hello, options.registry), hello)
        channel.sendJson(frame.kind, session.welcome(options.version))
      } else throw new UserError(`a frame of kind ${frame.kind} before hello`)
    } catch (error) {
      sendFailure(channel, error)
    }
  }
}

/** What was said over what was given beforehand. */
function over(given: ServeOptions['given'], said: unknown): Record<string, unknown> {
  const asked = Object(said) as Record<string, unknown>
  return { ...given, ...asked, options: { ...given.options, ...Object(asked.options) } }
}

/** What a failure says: problems with their places, or of a bug its stack. */
function sendFailure(channel: FrameChannel, error: unknown): void {
  const failure =
    error instanceof UserError
      ? { kind: 'user', problems: error.problems.map(({ place, ...problem }) => ({ ...place, ...problem })) }
      : { kind: 'bug', problems: [{ message: inspect(error) }] }
  channel.sendJson(frameKinds.failure, failure)
}

function loadFor(hello: Hello, registry: PluginRegistry): Promise<LoadedScenario> {
  const { scenario: file, text, seed } = hello
  const load = { registry, overrides: hello.set, checkFiles: true, ...(seed !== undefined && { seed }) }
  if (text !== undefined) return parseScenario(text, { ...load, ...(file !== undefined && { file }) })
  if (file === undefined) throw new UserError('expected a scenario: a path, or a mapping')
  return loadScenario(file, load)
}

/** Standard output belongs to the frames. */
function keepOutputClean(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write
}

/**
 * Lets a pipe be waited for in the system. Node's streams leave pipes non-blocking, and synchronously there is no other
 * way to wait for those than to look again, each millisecond: as long as 64 environments need for a step.
 */
function waitInTheSystem(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?(blocking: boolean): unknown } | null }
  handle?.setBlocking?.(true)
}
