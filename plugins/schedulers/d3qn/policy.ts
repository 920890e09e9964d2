import {
  type Assignment,
  greatestFree,
  JointObservation,
  type NetworkParameters,
  type Observed,
  policyMisfit,
  type RandomStream,
  repair,
  type SavedState,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { greedyActions, type TensorEngine } from '../../../core/plugin/tensor.js'
import { ActionValues } from './action-values.js'
import { type D3qnOptions, observationOptions } from './options.js'

/** The observation of agents in a network of these sizes. */
export const observationOf = (parameters: NetworkParameters, options: D3qnOptions): JointObservation =>
  new JointObservation(parameters, observationOptions(options))

/** Decides by trained networks, all agents at once, without exploring. */
export class Policy {
  readonly #engine: TensorEngine
  readonly #options: D3qnOptions
  readonly #observation: JointObservation
  readonly values: ActionValues

  /** With the weights of `values`, which stay the caller's, or random ones. */
  constructor(
    engine: TensorEngine,
    parameters: NetworkParameters,
    options: D3qnOptions,
    weights: ActionValues | RandomStream,
  ) {
    const { servers, channels, clients } = parameters
    this.#engine = engine
    this.#options = options
    this.#observation = observationOf(parameters, options)
    const shape = {
      networks: options.sharedParameters ? 1 : clients,
      inputs: this.#observation.size,
      hidden: options.hidden,
      actions: servers * channels,
    }
    this.values = weights instanceof ActionValues ? weights : new ActionValues(engine, shape, weights)
  }

  /**
   * The clients' requests, or with `repair` what base stations make of them; nobody asks for a slot that somebody holds already (1 in
   * `held`, length M·K).
   */
  decide(observed: Observed, active: Uint8Array, held?: Uint8Array): Assignment {
    const { explorationEnd: exploration, sharedParameters } = this.#options
    const { clients, channels } = this.#observation.parameters
    const states = this.#observation.rows([this.#observation.joint(observed, { exploration, done: 1 })])
    const { tf } = this.#engine
    const assignment = new Int32Array(clients)
    let values: Float32Array | undefined
    tf.tidy(() => {
      const shape = sharedParameters ? [1, clients] : [clients, 1]
      const q = this.values.of(tf.tensor(states, [...shape, this.#observation.size]))
      if (held?.includes(1)) this.#ask(assignment, q.dataSync() as Float32Array, held)
      else assignment.set(greedyActions(q).dataSync() as Int32Array)
      for (let client = 0; client < clients; client++) if (!active[client]) assignment[client] = SITS_OUT
      if (this.#options.repair && hasShared(assignment)) values = q.dataSync() as Float32Array
    })
    return values ? repair(assignment, values, channels, held) : assignment
  }

  /** Each client for the free slot that it values most. */
  #ask(assignment: Assignment, values: Float32Array, held: Uint8Array): void {
    for (let client = 0; client < assignment.length; client++)
      assignment[client] = greatestFree(values, client * held.length, held)
  }

  save(): SavedState {
    return { arrays: { online: this.values.save() }, values: { ...this.#fit() } }
  }

  /** Takes over trained weights; throws a `UserError` where they were trained for something else. */
  restore({ arrays, values }: SavedState): void {
    for (const [what, expected] of Object.entries(this.#fit())) {
      const [found, wanted] = [values[what], expected].map((value) => String(value))
      if (found !== wanted) throw policyMisfit(what, found, wanted, 'd3qn')
    }
    this.values.restore(arrays.online as Float32Array)
  }

  /** What weights must have been trained for to be of use here. */
  #fit() {
    const { clients, servers, channels } = this.#observation.parameters
    const { observation, fingerprint, sharedParameters, hidden } = this.#options
    return {
      clients,
      servers,
      channels,
      observation,
      fingerprint,
      sharedParameters,
      hidden: hidden.join('-'),
    }
  }
}

function hasShared(assignment: Assignment): boolean {
  const seen = new Set<number>()
  for (const slot of assignment) {
    if (slot === SITS_OUT) continue
    if (seen.has(slot)) return true
    seen.add(slot)
  }
  return false
}
