import type { Position } from './contracts.js'
import type { Checkpointable } from './saved-state.js'

/** What a client tells the twin with a synchronisation: gains as it measured them, errors included, and where it was. */
export interface GainReport {
  readonly client: number
  readonly round: number
  /** Linear power gains from the client to each server on each channel, M×K row-major. */
  readonly uplinkGain: Float64Array
  /** The other way; the same array where both directions share their fading. */
  readonly downlinkGain: Float64Array
  /** Mean gains that the twin's propagation has for that place, length M. */
  readonly meanGain: Float64Array
  /** As told, m. */
  readonly place: Position
  /** Standard deviation of each gain's error, dB. */
  readonly errorDb: number
  /**
   * Correlation, 0 to 1, of complex amplitudes with those of the client's report before: by Doppler where channels follow it; 0
   * with its first report, and where each round has fading of its own.
   */
  readonly sinceLast: number
}

/** The round that an estimator is asked about, and what the twin knows of it besides what was reported. */
export interface Present {
  readonly round: number
  /** Where the twin takes clients to be, m. */
  readonly places: readonly Position[]
  /** Where servers stand, m. */
  readonly servers: readonly Position[]
  /** Correlation, 0 to 1, of complex amplitudes now with those of each client's latest report, length N. */
  readonly correlation: Float64Array
  /** Mean gains by those places, N×M; an estimator that knows better writes over them. */
  readonly meanGain: Float64Array
  /** Gains as they were last reported, K×N×M; an estimator writes what it takes them for now. */
  readonly uplinkGain: Float64Array
  /** The same array where both directions share their fading. */
  readonly downlinkGain: Float64Array
  /**
   * What a gain of this mean is to be expected to be under the scenario's fading, given what it was when amplitudes had this correlation with
   * now; of a link, N×M.
   */
  expected(gain: number, mean: number, correlation: number, link: number): number
  /** Power of the line of sight over that of scattered paths on a link, N×M; undefined where fading is no such sum. */
  kFactor(link: number): number | undefined
}

/** What a twin makes of reports: which gains it takes the present for. One for each scheduler's twin. */
export interface Estimator extends Partial<Checkpointable> {
  /** A report has arrived; of a round's, in order of the clients. */
  hear?(report: GainReport): void
  /** Writes gains, and mean gains where it has others, over those of the present. */
  estimate(present: Present): void
}
