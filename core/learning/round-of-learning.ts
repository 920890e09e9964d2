import type { Unaggregated } from './aggregation.js'
import type { LocalResult } from './local-trainer.js'
import type { Precision } from './precision.js'
import type { Share } from './steps.js'

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
  /** How what it sends and receives is written; as the scenario has it where absent. */
  readonly precision?: Precision
  /** Share of its samples whose last-layer gradients are averaged over the clients that train its body; none where absent. */
  readonly averagedShare?: number
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

/** What an edge server put together before the cloud did: whose updates. */
export interface EdgeRound {
  readonly server: number
  readonly completed: readonly CompletedClient[]
}

/** How a row of a protocol of processes came about, beside those whose updates are put together in it. */
export interface RowCourse {
  /** The oldest round from whose body anybody is still to come. */
  readonly oldest: number
  /** In the order in which they happened. */
  readonly edgeRounds?: readonly EdgeRound[]
  /** The neighbours of each server, where bodies go among them in place of being put together by a cloud. */
  readonly neighbours?: readonly (readonly number[])[]
}

/** What a round's trainings come to, added up as they end. */
export class TrainingTally {
  #lossSum = 0
  #trained = 0
  #clients = 0
  #samples = 0
  readonly #clientLoss = new Map<number, number>()

  /** Samples that were drawn. */
  get samples(): number {
    return this.#samples
  }

  /** A body was trained with these clients. */
  trained(clients: readonly number[], { lossSum, samples }: LocalResult): void {
    if (samples > 0) for (const client of clients) this.#clientLoss.set(client, lossSum / samples)
    this.#trained += samples
  }

  /** All of those who set out together have trained, with these sums of losses. */
  add(shares: readonly Share[], losses: Float64Array): void {
    this.#lossSum += losses.reduce((sum, loss) => sum + loss, 0)
    this.#clients += shares.length
    this.#samples += shares.reduce((sum, { indices }) => sum + indices.length, 0)
  }

  get result(): Pick<LearningResult, 'loss' | 'clientLoss' | 'clients' | 'samples'> {
    return {
      loss: this.#trained === 0 ? null : this.#lossSum / this.#trained,
      clientLoss: this.#clientLoss,
      clients: this.#clients,
      samples: this.#samples,
    }
  }
}
