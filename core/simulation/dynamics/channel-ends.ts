import type { EventHandle, Simulation } from '../../kernel/index.js'

/** When the first of each channel's transfers ends: one event in the kernel a channel, which moves as rates change. */
export class ChannelEnds {
  readonly #simulation: Simulation
  readonly #handle: (EventHandle | undefined)[]
  readonly #end: (() => void)[]

  /** `onEnd` is called with the channel when that time has come. */
  constructor(simulation: Simulation, channels: number, onEnd: (channel: number) => void) {
    this.#simulation = simulation
    this.#handle = new Array<EventHandle | undefined>(channels).fill(undefined)
    this.#end = Array.from({ length: channels }, (_, channel) => () => {
      this.#handle[channel] = undefined
      onEnd(channel)
    })
  }

  /** Sets the time of a channel, s, in place of the one it had; Infinity for none. */
  schedule(channel: number, time: number): void {
    const handle = this.#handle[channel]
    if (time < Infinity) {
      this.#handle[channel] =
        handle === undefined
          ? this.#simulation.scheduleAt(time, this.#end[channel])
          : this.#simulation.reschedule(handle, time)
      return
    }
    if (handle !== undefined) this.#simulation.cancel(handle)
    this.#handle[channel] = undefined
  }
}
