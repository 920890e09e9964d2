import Type from 'typebox'
import { UserError } from '../errors.js'
import { allFinite } from '../plugin/all-finite.js'
import { float32, noArrays, statePart, wholeOf } from '../plugin/state-part.js'
import { largestOf } from '../statistics/extremes.js'
import { AggregatedWeights } from './aggregation.js'
import { BodyTrainer, type BodyTraining } from './body-trainer.js'
import { EdgeBodies, type EdgeBody, type WeighedBody } from './edge-bodies.js'
import { type Evaluation, evaluate } from './evaluation.js'
import { HeadStore } from './head-store.js'
import { LocalTrainer } from './local-trainer.js'
import {
  type CompletedClient,
  type EdgeRound,
  type LearningResult,
  type RowCourse,
  TrainingTally,
} from './round-of-learning.js'
import { SampleOrder } from './sample-order.js'
import { SharedHeads, type SpentPrivacy } from './shared-heads.js'
import { batchesOf, groupShares, type Share, stepsOf } from './steps.js'
import type { LearningTask } from './task.js'

/** A body that is to be trained, with what its update counts by. */
interface OwnTraining extends Omit<BodyTraining, 'start'> {
  readonly clients: readonly number[]
  readonly samples: number
  readonly arrivesAt: number
  readonly server: number
  /** Absent where it is the present one. */
  readonly start?: Float32Array
  readonly version?: number
}

/** A model that is learned over rounds, by whoever completes them. */
export class Learner {
  readonly #task: LearningTask
  readonly #heads: HeadStore
  readonly #training: LocalTrainer
  readonly #order: SampleOrder
  readonly #body: AggregatedWeights
  readonly #sharedHeads: SharedHeads
  readonly #trainer: BodyTrainer
  /** Bodies of edge servers that differ from the one of all. */
  readonly #edges = new EdgeBodies()
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
    this.#trainer = new BodyTrainer(task, heads, this.#training)
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
   * Under a protocol of processes clients name the round after which they set out, and the `course` says what happened in between.
   */
  async round(
    round: number,
    completed: readonly CompletedClient[],
    course?: RowCourse,
  ): Promise<LearningResult> {
    if (course && this.#past.size === 0) this.#past.set(0, { weights: this.#body.weights, version: 0 })
    const tally = new TrainingTally()
    for (const edgeRound of course?.edgeRounds ?? []) await this.#edgeRound(round, edgeRound, tally)
    const shares = this.#drawShares(completed)
    const heads = this.#headsBefore(shares)
    const trainings = this.#trainings(round, shares)
    const before = this.#body.weights
    const ready = course?.neighbours ? [] : this.#edgeBodiesBeside(trainings)
    const updates = this.#body.begin(
      [...trainings, ...ready].map(({ steps, clients: _, server: __, start, ...rest }) => ({
        ...rest,
        steps: steps.length,
        ...(start && { start }),
      })),
    )
    const losses = new Float64Array(trainings.length)
    for (const place of updates.order) {
      const training = trainings[place]
      if (training) {
        const { weights, lossSum } = await this.#train(training, heads, tally)
        losses[place] = lossSum
        updates.add(weights)
      } else updates.add(ready[place - trainings.length].start ?? before)
    }
    tally.add(shares, losses)
    const bodies = updates.end()
    if (course?.neighbours) this.#body.replace(this.#edges.mix(course.neighbours, before))
    else this.#edges.clear()
    const sharedHeads = this.#sharedHeads.aggregate(round, shares, heads)
    this.#samples += tally.samples
    if (course) this.#keep(round, course.oldest)
    return {
      ...tally.result,
      epoch: this.#samples / this.#trainingSamples,
      aggregations: this.#body.version,
      unaggregated: [
        ...bodies.map((lost) => ({ part: 'body' as const, ...lost })),
        ...sharedHeads.map((lost) => ({ part: 'head' as const, ...lost })),
      ],
    }
  }

  /** What an edge server puts together of what its clients trained from its own body, or from that of all where it has none. */
  async #edgeRound(round: number, { server, completed }: EdgeRound, tally: TrainingTally): Promise<void> {
    if (this.#body.hearsContributors)
      throw new UserError(
        `learning.aggregation.body: ${this.#task.settings.aggregation.body.plugin} keeps something of each contributor, and does not hear of what edge servers put together; expected an aggregator that does not, e.g. fedavg`,
      )
    const shares = this.#drawShares(completed)
    const heads = this.#headsBefore(shares)
    const trainings = this.#trainings(round, shares)
    const losses = new Float64Array(trainings.length)
    const trained: WeighedBody[] = []
    for (const [place, training] of trainings.entries()) {
      const { weights, lossSum } = await this.#train(training, heads, tally)
      losses[place] = lossSum
      trained.push({ weights, samples: training.samples })
    }
    tally.add(shares, losses)
    const [first] = shares
    if (first) this.#edges.renew(server, first.client, trained)
  }

  #trainings(round: number, shares: readonly Share[]): OwnTraining[] {
    const { protocol, settings, random } = this.#task
    return groupShares(shares, protocol).map(({ contributor, shares: own }) => ({
      contributor,
      clients: own.map(({ client }) => client),
      steps: stepsOf(own, protocol, settings, random.stream('turns', round, contributor)),
      samples: own.reduce((sum, { indices }) => sum + indices.length, 0),
      arrivesAt: largestOf(own.map(({ finishedAt }) => finishedAt)),
      server: own[0].server,
      ...(protocol.whole && own[0].precision && { precision: own[0].precision }),
      ...this.#startOf(own),
    }))
  }

  /** Bodies of edge servers that nobody has brought anything to since they put theirs together: they count as they are. */
  #edgeBodiesBeside(trainings: readonly { readonly server: number }[]) {
    return this.#edges.servers
      .filter((server) => !trainings.some((training) => training.server === server))
      .map((server) => {
        const { weights, samples, contributor } = this.#edges.get(server) as EdgeBody
        return { contributor, server, clients: [], steps: [], samples, start: weights, arrivesAt: Infinity }
      })
  }

  async #train(
    { contributor, steps, start, clients, precision }: OwnTraining,
    heads: ReadonlyMap<number, Float32Array>,
    tally: TrainingTally,
  ) {
    const result = await this.#trainer.train(
      { contributor, steps, start: start ?? this.#body.weights, ...(precision && { precision }) },
      this.#body.correctionOf(contributor, start),
      (client) => this.#sharedHeads.correctionOf(client, heads.get(client)),
    )
    tally.trained(clients, result)
    return result
  }

  /** The weights that the one who brings these shares set out from, and their version; nothing where they are the present ones. */
  #startOf([{ startedFrom, server }]: readonly Share[]): { start?: Float32Array; version?: number } {
    if (startedFrom === undefined) return {}
    const own = this.#edges.get(server)
    if (own) return { start: own.weights }
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

  /** Weights, optimisers, heads, orders of samples, what aggregators carry, and releases so far. */
  readonly state = wholeOf(() => ({
    progress: this.#progress,
    order: this.#order.state,
    heads: this.#heads.state,
    'shared heads': this.#sharedHeads.state,
    body: this.#body.state,
    optimisers: this.#trainer.state,
    edges: this.#edges.state,
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

  dispose(): void {
    this.#training.dispose()
  }
}
