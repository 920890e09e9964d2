import { UserError } from '../../errors.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { Position } from '../../plugin/contracts.js'
import { Episode } from '../../plugin/games/episode.js'
import type { SampledEpisodes } from '../../twin/episodes.js'
import type { Twin } from '../../twin/training-environment.js'
import type { Start } from './environment.js'

/** The streams of seeds that others give, apart from those of trainings. */
const streamsOf = (seed: number) => `episodes/external/${seed}`

/**
 * Episodes for one environment: those of a seed one after another, or validation networks from one of them on.
 *
 * Networks are drawn from streams that follow from the scenario's seed and the one given.
 */
export class EpisodeSource {
  readonly #twin: Twin
  readonly #rounds: number
  #own: SampledEpisodes
  #next = 0
  /** The validation network that the episode in hand began with; undefined where it is none. */
  #validation: number | undefined
  /** The latest network asked for. */
  #latest = { episode: 0, round: 0 }
  /** One that was drawn before it was asked for. */
  #prepared: { readonly episode: number; readonly round: number; readonly network: RoundNetwork } | undefined
  episode: Episode

  constructor(twin: Twin, rounds: number) {
    this.#twin = twin
    this.#rounds = rounds
    this.#own = twin.episodes(streamsOf(0))
    this.episode = this.#begin(0)
  }

  /** Turns to another episode. */
  start({ seed, validation }: Start): void {
    const { length } = this.#twin.validation
    if (validation !== undefined && !(validation >= 0 && validation < length))
      throw new UserError(
        `options.index: there is no validation round ${validation}; expected 0 to ${length - 1}`,
      )
    if (seed !== undefined) {
      this.#own = this.#twin.episodes(streamsOf(seed))
      this.#next = 0
      this.#prepared = undefined
    }
    this.#validation = validation
    this.episode = this.#begin(validation ?? this.#next++)
  }

  /** Whether there are no more rounds, though the budgets would allow some. */
  get exhausted(): boolean {
    const { episode } = this
    if (this.#validation === undefined) return episode.full
    return episode.full || this.#validation + episode.round >= this.#twin.validation.length
  }

  /** The network of a round of the episode in hand. */
  network(_episode: number, round: number): RoundNetwork {
    if (this.#validation === undefined) {
      const { episode } = this.episode
      this.#latest = { episode, round }
      const prepared = this.#prepared
      this.#prepared = undefined
      return prepared?.episode === episode && prepared.round === round
        ? prepared.network
        : this.#own.network(episode, round)
    }
    const { validation } = this.#twin
    return validation[Math.min(this.#validation + round, validation.length - 1)]
  }

  /** Draws the network that is asked for next, for when nobody waits; nothing where it is there, or was never drawn. */
  prepare(): void {
    if (this.#validation !== undefined || this.#prepared) return
    const { episode, round } = this.#latest
    const next =
      round + 1 < this.#rounds && !this.episode.ended
        ? { episode, round: round + 1 }
        : { episode: this.#next, round: 0 }
    this.#prepared = { ...next, network: this.#own.network(next.episode, next.round) }
  }

  /** Where everyone stands in a round of the episode in hand. */
  places(round: number): { readonly clients: readonly Position[]; readonly servers: readonly Position[] } {
    if (this.#validation === undefined) return this.#own.places(this.episode.episode, round)
    const { validationEpisodes, validation, episodeRounds } = this.#twin
    const index = Math.min(this.#validation + round, validation.length - 1)
    return validationEpisodes.places(Math.floor(index / episodeRounds), index % episodeRounds)
  }

  #begin(index: number): Episode {
    return new Episode({ ...this.#twin, episodeRounds: this.#rounds }, index)
  }
}
