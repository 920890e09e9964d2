import { UserError } from '../errors.js'
import type { LoadedScenario } from '../scenario/load.js'
import { referenceCosts } from '../training/reference.js'
import { Batch } from './environments/batch.js'
import type { Start } from './environments/environment.js'
import { type EnvironmentFactory, openEnvironments } from './environments/open.js'
import { factNames } from './environments/outputs.js'
import {
  type Frame,
  type FrameChannel,
  frameKinds,
  HEADER_BYTES,
  MOST_BYTES,
  roomFor,
} from './protocol/frames.js'
import { type Hello, PROTOCOL } from './protocol/hello.js'
import { parseJson } from './protocol/json.js'
import {
  actionLayout,
  finals,
  outputsOf,
  resetLayout,
  type StepViews,
  stepLayout,
  viewsOf,
} from './protocol/layout.js'

/** The environments of one conversation, which write straight into the frame that answers. */
export class Session {
  readonly #loaded: LoadedScenario
  readonly #factory: EnvironmentFactory
  readonly #hello: Hello
  readonly #batch: Batch
  readonly #answer: Uint8Array
  readonly #layouts
  #actions: Int32Array | undefined
  /** 1 for each environment that was renewed in the latest step; same-step only. */
  readonly #renewed: StepViews['renewed']

  private constructor(loaded: LoadedScenario, factory: EnvironmentFactory, hello: Hello) {
    const { envs, autoreset } = hello
    const { sizes } = factory
    const renews = autoreset === 'same-step'
    const step = stepLayout(sizes, envs, renews)
    if (step.bytes > MOST_BYTES) {
      const each = step.bytes / envs
      throw new UserError(
        `envs: ${envs} of them come to ${step.bytes} bytes a step; expected at most ${Math.floor(MOST_BYTES / each)} in a process`,
      )
    }
    this.#loaded = loaded
    this.#factory = factory
    this.#hello = hello
    this.#layouts = { step, reset: resetLayout(envs), actions: actionLayout(envs, sizes.choices) }
    this.#answer = roomFor(frameKinds.step, step.bytes)
    const views: StepViews = viewsOf(step, this.#answer.subarray(HEADER_BYTES))
    this.#renewed = views.renewed
    const environments = Array.from({ length: envs }, (_, index) =>
      factory.create(outputsOf(views, index, envs)),
    )
    this.#batch = new Batch(environments, autoreset, (index) => {
      views.renewed?.fill(1, index, index + 1)
      for (const name of finals) {
        const length = views[name].length / envs
        const at = index * length
        views[`final_${name}`]?.set(views[name].subarray(at, at + length), at)
      }
    })
  }

  static async open(loaded: LoadedScenario, hello: Hello): Promise<Session> {
    return new Session(loaded, await openEnvironments(loaded, hello.options), hello)
  }

  /** What the other side is told first: sizes, options, and where arrays lie in frames. */
  welcome(version: string): object {
    const { sizes, options, twin } = this.#factory
    const { clients, servers, channels } = twin.parameters
    return {
      protocol: PROTOCOL,
      version,
      scenario: this.#loaded.scenario.name,
      sizes: { ...sizes, clients, servers, channels },
      options,
      envs: this.#hello.envs,
      facts: factNames,
      validationRounds: twin.validation.length,
      layouts: this.#layouts,
    }
  }

  /** Answers a frame; a promise only where it takes longer. */
  answer({ kind, body }: Frame, channel: FrameChannel): void | Promise<void> {
    if (kind === frameKinds.step) {
      const actions = this.#actionsIn(sized(body, this.#layouts.actions.bytes))
      this.#renewed?.fill(0)
      this.#batch.step(actions)
      channel.send(this.#answer)
      this.#prepare()
    } else if (kind === frameKinds.reset) {
      this.#renewed?.fill(0)
      this.#batch.reset(this.#starts(sized(body, this.#layouts.reset.bytes)))
      channel.send(this.#answer)
      this.#prepare()
    } else if (kind === frameKinds.call) return this.#call(parseJson(body), channel)
    else throw new UserError(`there is no frame of kind ${kind}`)
  }

  /** The choices of a frame, which lie in the same place each time. */
  #actionsIn(body: Uint8Array): Int32Array {
    if (this.#actions?.buffer !== body.buffer || this.#actions.byteOffset !== body.byteOffset)
      this.#actions = viewsOf(this.#layouts.actions, body).actions as Int32Array
    return this.#actions
  }

  /** Works ahead while the other side works; what goes wrong goes wrong again, and is told, when it is asked for. */
  #prepare(): void {
    try {
      this.#batch.prepare()
    } catch {}
  }

  #starts(body: Uint8Array): (Start | undefined)[] {
    const { seed, validation, reset } = viewsOf(this.#layouts.reset, body)
    return Array.from(reset, (wanted, index) => {
      const { [index]: from = -1 } = seed
      const { [index]: network = -1 } = validation
      return wanted
        ? { ...(from >= 0 && { seed: from }), ...(network !== -1 && { validation: network }) }
        : undefined
    })
  }

  async #call(said: unknown, channel: FrameChannel): Promise<void> {
    const { method, environment = 0 } = Object(said) as { method?: string; environment?: number }
    if (method === 'map') {
      const shown = this.#batch.environments[environment]
      if (!shown)
        throw new UserError(`environment ${environment}: there are ${this.#hello.envs}, counted from 0`)
      channel.sendJson(frameKinds.call, shown.map())
    } else if (method === 'reference') {
      const costs = await referenceCosts(this.#loaded, this.#factory.twin.validation)
      channel.sendJson(frameKinds.call, { cost: Array.from(costs) })
    } else throw new UserError(`there is no call "${String(method)}"; there are map, reference`)
  }
}

function sized(body: Uint8Array, bytes: number): Uint8Array {
  if (body.length !== bytes) throw new UserError(`a frame of ${body.length} bytes, expected ${bytes}`)
  return body
}
