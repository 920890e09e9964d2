import type { OptimiserOptions } from '../tensor/index.js'
import type { Precision } from './precision.js'
import type { ProtocolName } from './protocols.js'

/** How clients learn: what a scenario says, plugins aside. */
export interface LearningSettings {
  readonly protocol: ProtocolName
  /** Samples of a mini-batch, of one client. */
  readonly batchSize: number
  /** How often a client goes through the samples of its round. */
  readonly passes: number
  readonly precision: Precision
  readonly evaluateEvery: number
  /** Bytes for rows that are kept. */
  readonly cacheBytes: number
  readonly optimiser: OptimiserOptions
  readonly head: {
    readonly trained: boolean
    readonly initialisation: 'private' | 'shared'
    readonly optimiser: OptimiserOptions
  }
}
