import type { RateCurve, TruncatedShannon } from '../../core/plugin/index.js'

export const decibels = (db: number) => 10 ** (db / 10)

export const downlink: TruncatedShannon = {
  form: 'truncated',
  attenuation: 0.6,
  gap: 1,
  minimumSinr: 0.1,
  maximumEfficiency: 4.4,
}

export const table: RateCurve = {
  form: 'table',
  sinr: Float64Array.of(-6.7, 0.2, 8.1, 16.3, 22.7).map(decibels),
  efficiency: Float64Array.of(0.1523, 0.6016, 1.9141, 3.9023, 5.5547),
}

/** Every link that carries anything carries as much. */
export const oneStep: RateCurve = {
  form: 'table',
  sinr: Float64Array.of(1e-9),
  efficiency: Float64Array.of(1),
}

/** Curves under which a search has something to lose: that end early, never start, or are coarse. */
export const curves: Readonly<Record<string, RateCurve>> = {
  gap: { form: 'truncated', attenuation: 1, gap: 4, minimumSinr: 0, maximumEfficiency: Infinity },
  'truncated Shannon': downlink,
  'low ceiling': { ...downlink, minimumSinr: 0, maximumEfficiency: 0.5 },
  table,
  'one step': oneStep,
}
