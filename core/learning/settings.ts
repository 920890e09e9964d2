import type { OptimiserOptions } from '../tensor/index.js'
import type { Precision } from './precision.js'
import type { DisturbanceSettings } from './privacy/index.js'
import type { ProtocolName } from './protocols.js'

/** A plugin as a scenario names it, every option filled in. */
export interface NamedPlugin {
  readonly plugin: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The section `learning` of a scenario, every default filled in. */
export interface LearningSection {
  readonly protocol: ProtocolName
  readonly model: NamedPlugin
  /** Name of the layer to cut behind, or how many layers the head has; null for the model's own cut. */
  readonly cut: string | number | null
  /** File of weights to start from. */
  readonly weights: string | null
  readonly dataset: NamedPlugin
  readonly partition: NamedPlugin
  /** Samples of a mini-batch, of one client. */
  readonly batchSize: number
  /** How often a client goes through the samples of its round. */
  readonly passes: number
  readonly optimiser: OptimiserOptions
  readonly head: {
    readonly trained: boolean
    readonly initialisation: 'private' | 'shared'
    readonly optimiser: OptimiserOptions | null
    readonly structures: readonly {
      readonly clients: readonly number[]
      readonly model: NamedPlugin
      readonly cut: string | number | null
    }[]
  }
  readonly precision: Precision
  readonly aggregation: {
    readonly body: NamedPlugin
    readonly head: NamedPlugin
    readonly headParticipants: 'none' | 'all' | readonly number[] | { readonly share: number }
  }
  readonly privacy: Omit<DisturbanceSettings, 'sampling'> | null
  readonly sizes: 'workload' | 'model' | null
  readonly evaluateEvery: number
  readonly reference: 'centralized' | 'centralized-best' | 'both' | null
  readonly cacheMebibytes: number
}
