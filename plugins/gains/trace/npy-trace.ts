import { dataFileError, FileProblems } from '../../files/data-file.js'
import { isGain, linearGain, refusedGain } from '../../files/gain-scale.js'
import { NpyFile } from '../../files/npy.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

/** Smaller files are checked whole before the run; of larger ones each round is checked as it is read. */
const CHECKED_BEFORE_RUN = 64 * 2 ** 20

/**
 * A trace in `.npy` files, R×N×M×K: one for the uplink, and one for the downlink where it differs.
 *
 * Memory holds one round, whatever the size of the files.
 */
export function openNpyTrace(file: string, downlinkFile: string | undefined, format: TraceFormat): GainTrace {
  const uplink = new NpyRounds(file, format)
  const downlink = downlinkFile === undefined ? undefined : new NpyRounds(downlinkFile, format)
  if (downlink && downlink.rounds !== uplink.rounds) {
    const message = `has ${downlink.rounds} rounds; expected ${uplink.rounds}, as many as the uplink in ${file}`
    throw dataFileError(downlink.path, message)
  }
  uplink.checkSmall()
  downlink?.checkSmall()
  return {
    rounds: uplink.rounds,
    fill: (round, uplinkGain, downlinkGain) => {
      uplink.fill(round, uplinkGain)
      downlink?.fill(round, downlinkGain)
      return downlink !== undefined
    },
  }
}

/** The rounds of one file. */
class NpyRounds {
  readonly rounds: number
  readonly #file: NpyFile
  readonly #format: TraceFormat
  /** The values of a round as they stand in the file, N×M×K. */
  readonly #values: Float64Array

  constructor(path: string, format: TraceFormat) {
    const { clients, servers, channels } = format.size
    this.#file = new NpyFile(path)
    this.#format = format
    this.#values = new Float64Array(clients * servers * channels)
    const [rounds, ...round] = this.#file.shape
    const expected = `${clients}×${servers}×${channels}`
    if (round.join('×') !== expected) {
      const found = `has shape ${this.#file.shape.join('×') || 'of a single number'}`
      const axes = 'rounds × clients × servers × channels'
      throw dataFileError(path, `${found}; expected R×${expected} (${axes})`)
    }
    if (rounds === 0) throw dataFileError(path, 'holds no rounds')
    this.rounds = rounds
  }

  get path(): string {
    return this.#file.path
  }

  checkSmall(): void {
    if (this.#file.byteLength > CHECKED_BEFORE_RUN) return
    const problems = new FileProblems(this.path)
    const gains = new Float64Array(this.#values.length)
    for (let round = 0; round < this.rounds; round++) this.#read(round, gains, problems)
    problems.throwIfAny()
  }

  /** Writes a round's linear gains, K×N×M. */
  fill(round: number, gains: Float64Array): void {
    const problems = new FileProblems(this.path)
    this.#read(round, gains, problems)
    problems.throwIfAny()
  }

  #read(round: number, gains: Float64Array, problems: FileProblems): void {
    const { size, scale } = this.#format
    const { channels } = size
    const values = this.#values
    const links = values.length / channels
    this.#file.read(round * values.length, values)
    for (let link = 0; link < links; link++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = values[link * channels + channel]
        const gain = linearGain(value, scale)
        if (!isGain(gain)) {
          const client = Math.floor(link / size.servers)
          const place = `round ${round + 1}, client ${client}, server ${link % size.servers}, channel ${channel}`
          problems.add(`${place}: ${refusedGain(value, scale)}`)
        }
        gains[channel * links + link] = gain
      }
    }
  }
}
