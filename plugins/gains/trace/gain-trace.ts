import type { NetworkParameters } from '../../../core/plugin/index.js'
import type { GainScale } from '../../files/gain-scale.js'

/** The gains of a file, round by round. */
export interface GainTrace {
  readonly rounds: number
  /**
   * Writes the linear gains of a round, from 0, as K×N×M.
   *
   * Returns whether there are downlink gains. Throws a `UserError` where the file turns out to be wrong.
   */
  fill(round: number, uplinkGain: Float64Array, downlinkGain: Float64Array): boolean
}

/** What a file must hold, and how. */
export interface TraceFormat {
  readonly size: Pick<NetworkParameters, 'clients' | 'servers' | 'channels'>
  readonly scale: GainScale
}
