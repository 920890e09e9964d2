import {
  type AllocationContext,
  type Allocator,
  type Decision,
  definePlugin,
  evaluateRound,
  findDecisionFlaws,
  type PluginReference,
  pluginReference,
  SITS_OUT,
  settled,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'allocator',
  name: 'alternating',
  summary:
    'a search of slots and allocators in turn, each step kept only where the cost falls, until none does (block coordinate descent, as in Luo et al., 2020)',
  decides: ['slot', 'share', 'power', 'clock', 'cut', 'payload'],
  options: Type.Object(
    {
      allocate: Type.Array(pluginReference('allocator', 'What fills in the rest for given slots.'), {
        default: [],
        description:
          'allocators for given slots, one after the other; empty: fdma-minimum-time, equal-finish or coordinate-descent, as slots are divided',
      }),
      sweeps: Type.Integer({ default: 50, minimum: 1, description: 'sweeps over all clients at most' }),
    },
    { additionalProperties: false },
  ),
  needs: { allocators: tokens.allocators },
  async create({ allocate, sweeps }, { allocators }) {
    const step = async (reference: PluginReference | string): Promise<Step> => ({
      name: typeof reference === 'string' ? reference : reference.plugin,
      allocator: await allocators(reference),
    })
    const given: Step[] = []
    for (const reference of allocate as readonly PluginReference[]) given.push(await step(reference))
    const usual = {
      channels: await step('coordinate-descent'),
      fdma: await step('fdma-minimum-time'),
      tdma: await step('equal-finish'),
    }
    return {
      async allocate(context, decision) {
        const steps = given.length > 0 ? given : [usual[context.network.access ?? 'channels']]
        return new Alternation(context, decision, steps).settle(sweeps)
      },
    }
  },
})

/** By this much, relative, has a step to lower the cost to be kept: less is rounding, and could go on for ever. */
const LEAST_GAIN = 1e-12

/** What fills in the rest for given slots, and what errors call it. */
interface Step {
  readonly name: string
  readonly allocator: Allocator
}

interface Costed {
  readonly decision: Decision
  readonly cost: number
}

/** A decision that only ever gets cheaper; `original` says what is open. */
class Alternation {
  readonly #context: AllocationContext
  readonly #original: Decision
  readonly #steps: readonly Step[]
  readonly #shared: boolean

  constructor(context: AllocationContext, original: Decision, steps: readonly Step[]) {
    this.#context = context
    this.#original = original
    this.#steps = steps
    this.#shared = (context.network.access ?? 'channels') !== 'channels'
  }

  async settle(sweeps: number): Promise<Decision> {
    let best = await this.#allocated(this.#original.assignment)
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const searched = await this.#search(best)
      const anew = await this.#allocated(searched.decision.assignment)
      const next = lower(anew, searched) ? anew : searched
      if (!lower(next, best)) break
      best = next
    }
    return best.decision
  }

  /** The decision for these slots with all that is open filled in; Infinity where an allocator refuses them. */
  async #allocated(assignment: Decision['assignment']): Promise<Costed> {
    let decision: Decision = { ...this.#original, assignment }
    for (const { name, allocator } of this.#steps)
      try {
        decision = await allocator.allocate(this.#context, decision)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        // Slots with which a deadline cannot be met; those that it began with are the caller's.
        if (assignment !== this.#original.assignment) return { decision, cost: Infinity }
        throw new UserError(
          error.problems.map((problem) => ({ ...problem, message: `${name}: ${problem.message}` })),
        )
      }
    return this.#costed(settled(this.#context.network, decision))
  }

  #costed(decision: Decision): Costed {
    const { network } = this.#context
    const possible = findDecisionFlaws(decision, network).length === 0
    return { decision, cost: possible ? evaluateRound(network, decision).cost : Infinity }
  }

  /** Moves and exchanges of clients' slots that cost less, first found first kept. Where slots are shared, shares follow at once. */
  async #search(start: Costed): Promise<Costed> {
    const { clients, servers, channels } = this.#context.network
    let best = start
    for (let client = 0; client < clients; client++) {
      if (best.decision.assignment[client] === SITS_OUT) continue
      for (let slot = 0; slot < servers * channels; slot++) {
        if (!this.#shared && best.decision.assignment.includes(slot)) continue
        if (slot !== best.decision.assignment[client]) best = await this.#tried(best, [[client, slot]])
      }
      for (let other = client + 1; other < clients; other++) {
        const { assignment } = best.decision
        if (assignment[other] === SITS_OUT || assignment[other] === assignment[client]) continue
        best = await this.#tried(best, [
          [client, assignment[other]],
          [other, assignment[client]],
        ])
      }
    }
    return best
  }

  async #tried(best: Costed, changes: readonly (readonly [client: number, slot: number])[]): Promise<Costed> {
    const assignment = best.decision.assignment.slice()
    for (const [client, slot] of changes) assignment[client] = slot
    const found = this.#shared
      ? await this.#allocated(assignment)
      : this.#costed({ ...best.decision, assignment })
    return lower(found, best) ? found : best
  }
}

const lower = (one: Costed, other: Costed): boolean =>
  one.cost < other.cost - LEAST_GAIN * Math.abs(other.cost)
