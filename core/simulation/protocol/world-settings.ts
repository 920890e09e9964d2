import type { Asks, ModelTail } from '../../plugin/protocol-contracts.js'
import type { DynamicSettings } from '../dynamics/dynamic.js'
import type { AggregationListeners, AggregationSettings } from './aggregations.js'
import type { TurnSurroundings } from './client-turn.js'

/** What a world takes of a scenario. */
export interface WorldSettings extends DynamicSettings, AggregationSettings {
  /** The last layers of the model that is learned; undefined where it has fewer. */
  readonly tail?: (layers: number) => ModelTail | undefined
  /** Undefined where schedulers decide for all. */
  readonly asks?: Asks | undefined
  /** 1 for each client whose world it is, length N; undefined where it is everybody's. */
  readonly members?: Uint8Array | undefined
}

/** What a world is told to tell, and what it asks. */
export interface WorldListeners extends AggregationListeners {
  readonly onPhase: TurnSurroundings['onPhase']
  /** Whether a client has not quit. */
  remains(client: number): boolean
  /** Somebody came back who waits and was given no slot. */
  onAsked(): void
}
