import Type from 'typebox'
import { allFinite } from '../plugin/all-finite.js'
import { float32, noArrays, statePart, wholeOf } from '../plugin/state-part.js'
import { largestOf } from '../statistics/extremes.js'
import type { OptimiserState } from '../tensor/index.js'
import { AggregatedWeights, type Unaggregated } from './aggregation.js'
import { type Evaluation, evaluate } from './evaluation.js'
import { HeadStore } from './head-store.js'
import { LocalTrainer } from './local-trainer.js'
import { SampleOrder } from './sample-order.js'
import { SharedHeads, type SpentPrivacy } from './shared-heads.js'
import { batchesOf, groupShares, type Share, stepsOf } from './steps.js'
import type { LearningTask } from './task.js'

/** A client that came to the end of a round: where, and when by the simulated clock, s. */
export interface CompletedClient {
  readonly client: number
  readonly server: number
  readonly finishedAt: number
  /** The round after which it set out, 0 for the start; with all others at the round's start where left out. */
  readonly startedFrom?: number
  /** Simulated time at which an edge server had trained on its samples, s; where absent, those in turn go in an order that is drawn. */
  readonly trainedAt?: number
  /** Samples it took part with; the scenario's where absent. */
  readonly samples?: number
  /** How often it went through them, in units of the scenario's passes; once where absent. */
  readonly repeats?: number
}

/** What a round of learning came to. */
export interface LearningResult {
  /** Mean over the samples of the round; null where nobody trained. */
  readonly loss: number | null
  /**
   * Mean loss of each client that trained, by client: its own where it trains a model of its own, else that of the body it trained with others.
   */
  readonly clientLoss: ReadonlyMap<number, number>
  /** Clients that trained, and the samples they did it on. */
  readonly clients: number
  readonly samples: number
  /** Times through the training set so far, all samples of the run counted. */
  readonly epoch: number
  /** Aggregations of the body so far. */
  readonly aggregations: number
  /** What of this round could not be put together. */
  readonly unaggregated: readonly (Unaggregated & { readonly part: 'body' | 'head' })[]
}

/** A model that is learned over rounds, by whoever completes them. */
export class Learner {
  readonly #task: LearningTask
  readonly #heads: HeadStore
  readonly #training: LocalTrainer
  readonly #order: SampleOrder
  readonly #body: AggregatedWeights
  readonly #sharedHeads: SharedHeads
  /** Of each edge server that has trained: what its optimiser carries on. */
  readonly #optimisers = new Map<number, OptimiserState>()
  /** The body after each round from which somebody may have set out, and its aggregations then. */
  readonly #past = new Map<number, { readonly weights: Float32Array; readonly version: number }>()
  readonly #trainingSamples: number
  #samples = 0

  private constructor(
    task: LearningTask,
    heads: HeadStore,
    { body, sharedHeads }: { body: AggregatedWeights; sharedHeads: SharedHeads },
  ) {
    this.#task = task
    this.#heads = heads
    this.#training = new LocalTrainer(task, this.#heads)
    this.#order = new SampleOrder(task.parts, task.random)
    this.#body = body
    this.#sharedHeads = sharedHeads
    this.#trainingSamples = task.parts.reduce((sum, { length }) => sum + length, 0)
  }

  static async create(task: LearningTask): Promise<Learner> {
    const clients = task.parts.length
    const { bodies } = task.protocol
    const { settings } = task
    const body = new AggregatedWeights(await task.createBodyAggregator(), task.initialBody, {
      contributors: bodies === 'one' ? 1 : bodies === 'server' ? task.servers : clients,
      learningRate: settings.optimiser.learningRate,
    })
    const heads = new HeadStore(clients, (client) => task.initialHead(client))
    return new Learner(task, heads, { body, sharedHeads: await SharedHeads.create(task, heads) })
  }

  /** The aggregated body, flat. */
  get body(): Float32Array {
    return this.#body.weights
  }

  /** The head of a client, flat. */
  head(client: number): Float32Array {
    return this.#heads.weights(client)
  }

  /** Bodies that are put together at once, where their aggregator says so. */
  get bufferSize(): number | undefined {
    return this.#body.bufferSize
  }

  /**
   * One round of Algorithm 1, or of the scenario's protocol: Stage I, then Stages II-A and II-B.
   *
   * Clients that set out by themselves name the round after which they did; none later comes from before the `oldest`.
   */
  async round(
    round: number,
    completed: readonly CompletedClient[],
    oldest?: number,
  ): Promise<LearningResult> {
    if (oldest !== undefined && this.#past.size === 0)
      this.#past.set(0, { weights: this.#body.weights, version: 0 })
    const { protocol, settings, random } = this.#task
    const shares = this.#drawShares(completed)
    const heads = this.#headsBefore(shares)
    const trainings = groupShares(shares, protocol).map(({ contributor, shares: own }) => ({
      contributor,
      clients: own.map(({ client }) => client),
      steps: stepsOf(own, protocol, settings, random.stream('turns', round, contributor)),
      samples: own.reduce((sum, { indices }) => sum + indices.length, 0),
      arrivesAt: largestOf(own.map(({ finishedAt }) => finishedAt)),
      ...this.#startOf(own),
    }))
    const updates = this.#body.begin(
      trainings.map(({ steps, clients: _, ...rest }) => ({ ...rest, steps: steps.length })),
    )
    const losses = new Float64Array(trainings.length)
    const clientLoss = new Map<number, number>()
    let trained = 0
    for (const place of updates.order) {
      const { contributor, steps, start, clients } = trainings[place]
      const keepsOptimiser = protocol.bodies !== 'client'
      this.#training.body.load(
        start ?? this.#body.weights,
        keepsOptimiser ? this.#optimisers.get(contributor) : undefined,
        this.#body.correctionOf(contributor, start),
      )
      const result =
        protocol.heads === 'handed on' && this.#task.trainsHeads
          ? await this.#trainHandingOn(steps)
          : await this.#training.train(steps, (client) =>
              this.#sharedHeads.correctionOf(client, heads.get(client)),
            )
      if (keepsOptimiser) this.#optimisers.set(contributor, this.#training.body.optimiserState())
      losses[place] = result.lossSum
      if (result.samples > 0)
        for (const client of clients) clientLoss.set(client, result.lossSum / result.samples)
      trained += result.samples
      updates.add(result.weights)
    }
    const lossSum = losses.reduce((sum, loss) => sum + loss, 0)
    const bodies = updates.end()
    const sharedHeads = this.#sharedHeads.aggregate(round, shares, heads)
    const samples = shares.reduce((sum, { indices }) => sum + indices.length, 0)
    this.#samples += samples
    if (oldest !== undefined) this.#keep(round, oldest)
    return {
      loss: trained === 0 ? null : lossSum / trained,
      clientLoss,
      clients: shares.length,
      samples,
      epoch: this.#samples / this.#trainingSamples,
      aggregations: this.#body.version,
      unaggregated: [
        ...bodies.map((lost) => ({ part: 'body' as const, ...lost })),
        ...sharedHeads.map((lost) => ({ part: 'head' as const, ...lost })),
      ],
    }
  }

  /** The weights that the one who brings these shares set out from, and their version; nothing where they are the present ones. */
  #startOf([{ startedFrom }]: readonly Share[]): { start?: Float32Array; version?: number } {
    if (startedFrom === undefined) return {}
    const past = this.#past.get(startedFrom)
    if (!past) throw new Error(`the body after round ${startedFrom} is not kept any longer`)
    return { start: past.weights, version: past.version }
  }

  /** Keeps the body after a round, and none of those before the oldest from which anybody is still to come. */
  #keep(round: number, oldest: number): void {
    this.#past.set(round, { weights: this.#body.weights, version: this.#body.version })
    for (const before of this.#past.keys()) if (before < oldest) this.#past.delete(before)
  }

  /** Whether the body, and the heads of these clients, are made of finite numbers. */
  isFinite(clients: readonly Pick<CompletedClient, 'client'>[]): boolean {
    if (!allFinite(this.#body.weights)) return false
    if (!this.#task.trainsHeads) return true
    const heads = new Set(clients.map(({ client }) => this.#heads.weights(client)))
    return [...heads].every(allFinite)
  }

  evaluate(): Promise<Evaluation> {
    return evaluate(this.#task, this.#training, this.#body.weights, this.#heads)
  }

  /** ε of every client that shares its head; empty where nothing is accounted for. */
  privacy(): SpentPrivacy[] {
    return this.#sharedHeads.privacy()
  }

  /** The samples of the round, of those that hold any. */
  #drawShares(completed: readonly CompletedClient[]): Share[] {
    const { parts, samplesPerRound, settings } = this.#task
    return completed
      .map(({ client, samples: decided, ...rest }) => {
        const { batchSize, samples } = batchesOf(parts[client].length, {
          samplesPerRound: decided === undefined ? samplesPerRound[client] : Math.round(decided),
          batchSize: settings.batchSize,
        })
        return { client, ...rest, batchSize, indices: this.#order.next(client, samples) }
      })
      .filter(({ indices }) => indices.length > 0)
  }

  #headsBefore(shares: readonly Share[]): ReadonlyMap<number, Float32Array> {
    if (!this.#task.trainsHeads) return new Map()
    return new Map(shares.map(({ client }) => [client, this.#heads.weights(client)]))
  }

  /** One head for all: whoever's turn it is takes it over from the last. */
  async #trainHandingOn(steps: ReturnType<typeof stepsOf>) {
    let lossSum = 0
    let samples = 0
    let weights = this.#body.weights
    for (const step of steps) {
      const result = await this.#training.train([step], () => undefined)
      lossSum += result.lossSum
      samples += result.samples
      weights = result.weights
      const [{ client }] = step
      const [head, state] = [this.#heads.weights(client), this.#heads.optimiser(client)]
      for (let next = 0; next < this.#task.parts.length; next++) this.#heads.set(next, head, state)
    }
    return { weights, steps: steps.length, lossSum, samples }
  }

  /** Weights, optimisers, heads, orders of samples, what aggregators carry, and releases so far. */
  readonly state = wholeOf(() => ({
    progress: this.#progress,
    order: this.#order.state,
    heads: this.#heads.state,
    'shared heads': this.#sharedHeads.state,
    body: this.#body.state,
    optimisers: this.#optimiserState,
    past: this.#pastState,
  }))

  readonly #pastState = statePart({
    values: Type.Object({
      bodies: Type.Array(
        Type.Object({ round: Type.Integer({ minimum: 0 }), version: Type.Integer({ minimum: 0 }) }),
      ),
    }),
    arrays: ({ bodies }) => Object.fromEntries(bodies.map(({ round }) => [String(round), float32()])),
    save: () => ({
      values: { bodies: [...this.#past].map(([round, { version }]) => ({ round, version })) },
      arrays: Object.fromEntries([...this.#past].map(([round, { weights }]) => [String(round), weights])),
    }),
    restore: ({ values: { bodies }, arrays }) => {
      this.#past.clear()
      for (const { round, version } of bodies)
        this.#past.set(round, { version, weights: arrays[String(round)] })
    },
  })

  readonly #progress = statePart({
    values: Type.Object({ samples: Type.Number() }),
    arrays: noArrays,
    save: () => ({ values: { samples: this.#samples }, arrays: {} }),
    restore: ({ values: { samples } }) => {
      this.#samples = samples
    },
  })

  readonly #optimiserState = statePart({
    values: Type.Object({
      servers: Type.Array(Type.Object({ server: Type.Integer(), steps: Type.Integer({ minimum: 0 }) })),
    }),
    arrays: ({ servers }) => Object.fromEntries(servers.map(({ server }) => [String(server), float32()])),
    save: () => ({
      values: { servers: [...this.#optimisers].map(([server, { steps }]) => ({ server, steps })) },
      arrays: Object.fromEntries([...this.#optimisers].map(([server, { slots }]) => [String(server), slots])),
    }),
    restore: ({ values: { servers }, arrays }) => {
      this.#optimisers.clear()
      for (const { server, steps } of servers)
        this.#optimisers.set(server, { steps, slots: arrays[String(server)] })
    },
  })

  dispose(): void {
    this.#training.dispose()
  }
}
