import Type from 'typebox'
import type { NetworkParameters } from '../network/round-network.js'
import { float64, int32, statePart, uint8 } from '../plugin/state-part.js'

/** No client has been heard of yet. */
export const NEVER = -1

/** What a replica keeps of what it was told. */
export class ReplicaMemory {
  /** As reported, K×N×M. */
  readonly uplinkGain: Float64Array
  readonly downlinkGain: Float64Array
  /** By the place reported, N×M. */
  readonly meanGain: Float64Array
  /** The places reported, x and y, m. */
  readonly place: Float64Array
  /** Where each client was in its fading when its gains were measured, x and y, m, where channels follow it. */
  readonly measuredAt: Float64Array
  /** The round of each client's latest report. */
  readonly heard: Int32Array
  /** Share of its energy that a client said it had spent. */
  readonly energyRatio: Float64Array
  /** 1 for each client that answered when it was last asked. */
  readonly present: Uint8Array
  /** Factors on speeds as they were told: of clients, then of servers. */
  readonly speed: Float64Array
  /** When it was synchronised: the round, and the simulated time, s. */
  lastRound = NEVER
  lastTime = Number.NEGATIVE_INFINITY

  constructor({ clients, servers, channels }: NetworkParameters) {
    this.uplinkGain = new Float64Array(channels * clients * servers)
    this.downlinkGain = new Float64Array(this.uplinkGain.length)
    this.meanGain = new Float64Array(clients * servers)
    this.place = new Float64Array(2 * clients)
    this.measuredAt = new Float64Array(2 * clients)
    this.heard = new Int32Array(clients).fill(NEVER)
    this.energyRatio = new Float64Array(clients)
    this.present = new Uint8Array(clients).fill(1)
    this.speed = new Float64Array(clients + servers).fill(1)
  }

  get state() {
    const { uplinkGain, downlinkGain, meanGain, place, measuredAt, heard, energyRatio, present, speed } = this
    const arrays = {
      uplinkGain,
      downlinkGain,
      meanGain,
      place,
      measuredAt,
      heard,
      energyRatio,
      present,
      speed,
    }
    return statePart({
      values: Type.Object({ lastRound: Type.Integer(), lastTime: Type.Number() }),
      arrays: {
        uplinkGain: float64(uplinkGain.length),
        downlinkGain: float64(downlinkGain.length),
        meanGain: float64(meanGain.length),
        place: float64(place.length),
        measuredAt: float64(measuredAt.length),
        heard: int32(heard.length),
        energyRatio: float64(energyRatio.length),
        present: uint8(present.length),
        speed: float64(speed.length),
      },
      save: () => ({
        values: { lastRound: this.lastRound, lastTime: this.lastTime },
        arrays: structuredClone(arrays),
      }),
      restore: ({ values, arrays: saved }) => {
        this.lastRound = values.lastRound
        this.lastTime = values.lastTime
        for (const name of Object.keys(arrays) as (keyof typeof arrays)[]) arrays[name].set(saved[name])
      },
    })
  }
}
