import type { Environment, Start } from './environment.js'

/** What becomes of an environment whose episode is over (Gymnasium's `AutoresetMode`). */
export const autoresetModes = ['next-step', 'same-step', 'disabled'] as const
/** One of them. */
export type AutoresetMode = (typeof autoresetModes)[number]

/** Called with an environment's index when its episode is over, before the next begins; same-step only. */
type OnEnd = (index: number) => void

/** Of so many environments one prepares what comes next after each step: as long as Python takes with what came of it. */
const PREPARED_OF = 16

/** Environments that step together. */
export class Batch {
  readonly environments: readonly Environment[]
  readonly #mode: AutoresetMode
  readonly #onEnd: OnEnd
  readonly #choices: number
  /** Whose turn it is to prepare what comes next. */
  #turn = 0

  constructor(environments: readonly Environment[], mode: AutoresetMode, onEnd: OnEnd = () => {}) {
    this.environments = environments
    this.#mode = mode
    this.#onEnd = onEnd
    this.#choices = environments[0].sizes.choices
  }

  /** Resets those with a start; the others stay as they are. */
  reset(starts: readonly (Start | undefined)[]): void {
    for (const [index, start] of starts.entries()) if (start) this.environments[index].reset(start)
  }

  /**
   * One step in each, by its choices, environments×choices.
   *
   * An environment whose episode was over before does not step: `next-step` resets it now; `disabled` leaves it alone.
   * `same-step` resets it as soon as it is over, its observation being the new episode's, its reward the old one's.
   */
  step(choices: Int32Array): void {
    for (const [index, environment] of this.environments.entries()) {
      if (environment.over) {
        if (this.#mode === 'next-step') environment.reset()
        continue
      }
      environment.step(choices.subarray(index * this.#choices, (index + 1) * this.#choices))
      if (environment.over && this.#mode === 'same-step') this.#renew(index, environment)
    }
  }

  /** Lets some environments draw the networks that they need next, for when nobody waits. */
  prepare(): void {
    const { environments } = this
    for (let left = Math.ceil(environments.length / PREPARED_OF); left > 0; left--) {
      environments[this.#turn].prepare()
      this.#turn = (this.#turn + 1) % environments.length
    }
  }

  #renew(index: number, environment: Environment): void {
    this.#onEnd(index)
    const { reward, terminated, truncated } = environment.outputs
    const ended = [reward.slice(), terminated.slice(), truncated.slice()] as const
    environment.reset()
    reward.set(ended[0])
    terminated.set(ended[1])
    truncated.set(ended[2])
  }
}
