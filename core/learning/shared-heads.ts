import { int32, noValues, statePart, wholeOf } from '../plugin/state-part.js'
import { AggregatedWeights, type Unaggregated } from './aggregation.js'
import { disturbedHead } from './head-sharing.js'
import { HeadStore } from './head-store.js'
import { type Share, stepsIn } from './steps.js'
import type { LearningTask } from './task.js'

/** ε that a client has spent. */
export interface SpentPrivacy {
  readonly client: number
  readonly epsilon: number
  /** How often it has shared its head. */
  readonly releases: number
}

/** Stage II-B, eq. (4): what becomes of heads after a round, and what that gives away. */
export class SharedHeads {
  readonly #task: LearningTask
  readonly #heads: HeadStore
  /** Of each structure of heads. */
  readonly #shared: readonly AggregatedWeights[]
  /** The head that each client was given last, where heads are shared after clipping; else empty. */
  readonly #given: HeadStore
  readonly #releases: Int32Array

  private constructor(task: LearningTask, heads: HeadStore, shared: readonly AggregatedWeights[]) {
    const clients = task.parts.length
    this.#task = task
    this.#heads = heads
    this.#shared = shared
    this.#given = new HeadStore(clients, (client) => task.initialHead(client))
    this.#releases = new Int32Array(clients)
  }

  /** `heads`: those of all clients, which are written to. */
  static async create(task: LearningTask, heads: HeadStore): Promise<SharedHeads> {
    const shared: AggregatedWeights[] = []
    for (const structure of task.headParts.keys())
      shared.push(
        new AggregatedWeights(
          await task.createHeadAggregator(structure),
          task.initialHead(Math.max(0, task.structureOf.indexOf(structure))),
          { contributors: task.parts.length, learningRate: task.headOptimiser.learningRate },
        ),
      )
    return new SharedHeads(task, heads, shared)
  }

  /** What the aggregator adds to each step of a client that shares its head, which it had at the round's start. */
  correctionOf(client: number, head: Float32Array | undefined) {
    return this.#takesPart(client)
      ? this.#shared[this.#task.structureOf[client]].correctionOf(client, head)
      : undefined
  }

  /** ε of every client that shares its head; empty where nothing is accounted for. */
  privacy(): SpentPrivacy[] {
    const { participants, disturbance } = this.#task.headSharing
    if (!disturbance || !this.#task.trainsHeads) return []
    return Array.from(this.#releases, (releases, client) => ({ client, releases })).flatMap(
      ({ client, releases }) =>
        participants[client] === 1 ? [{ client, releases, epsilon: disturbance.epsilonAfter(releases) }] : [],
    )
  }

  /** Whether a client's head takes part in Stage II-B. */
  #takesPart(client: number): boolean {
    const { protocol, trainsHeads, headSharing } = this.#task
    if (!trainsHeads || protocol.heads === 'handed on') return false
    if (protocol.heads === 'averaged') return true
    return headSharing.participants[client] === 1
  }

  /** Heads of those that take part, after clipping and noise; the same structure only. Returns what could not be put together. */
  aggregate(
    round: number,
    shares: readonly Share[],
    before: ReadonlyMap<number, Float32Array>,
  ): Unaggregated[] {
    const { protocol, structureOf, headSharing, random, settings } = this.#task
    const disturbance = protocol.heads === 'private' ? headSharing.disturbance : null
    let lost: Unaggregated[] = []
    for (const [structure, shared] of this.#shared.entries()) {
      const sharing = shares.filter(
        ({ client }) => structureOf[client] === structure && this.#takesPart(client),
      )
      if (sharing.length === 0) continue
      const { version } = shared
      const releaseOf = (client: number) => {
        const start = before.get(client) ?? shared.weights
        const weights = this.#heads.weights(client)
        if (!disturbance) return { weights, start }
        const known = this.#given.weights(client)
        const noise = random.stream('noise', client, round)
        return { weights: disturbedHead(weights, { start, known }, disturbance, noise), start: known }
      }
      const updates = sharing.map((share) => {
        const { client, indices, finishedAt } = share
        this.#releases[client]++
        return {
          contributor: client,
          ...releaseOf(client),
          samples: indices.length,
          steps: settings.passes * stepsIn(share),
          arrivesAt: finishedAt,
        }
      })
      lost = lost.concat(shared.aggregate(updates))
      if (shared.version === version) continue
      const receivers =
        protocol.heads === 'averaged'
          ? [...structureOf.keys()].filter((client) => structureOf[client] === structure)
          : sharing.map(({ client }) => client)
      this.#heads.share(receivers, shared.weights)
      if (disturbance) this.#given.share(receivers, shared.weights)
    }
    return lost
  }

  readonly #releasesState = statePart({
    values: noValues,
    arrays: () => ({ releases: int32(this.#releases.length) }),
    save: () => ({ values: {}, arrays: { releases: this.#releases.slice() } }),
    restore: ({ arrays: { releases } }) => this.#releases.set(releases),
  })

  /** What aggregators carry, which heads were given, and how often each was shared. */
  readonly state = wholeOf(() => ({
    given: this.#given.state,
    releases: this.#releasesState,
    ...Object.fromEntries(this.#shared.map((each, i) => [`structure ${i}`, each.state])),
  }))
}
