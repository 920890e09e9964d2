import { Type } from '../../../core/plugin/index.js'

/** Of estimators that go by how fast channels change. */
export const coefficientOption = Type.Union([Type.Null(), Type.Number({ minimum: 0, maximum: 1 })], {
  default: null,
  description:
    'correlation of fading powers from one round to the next; null: as the scenario’s Doppler or coherence time gives it, none where each round has fading of its own',
})
