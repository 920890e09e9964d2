import { fromDecibels } from '../../../core/plugin/index.js'

// Losses into buildings and cars of 3GPP TR 38.901, 7.4.3; f in GHz, losses in dB.

const through = (db: number): number => fromDecibels(-db)
const decibels = (ratio: number): number => -10 * Math.log10(ratio)

const glass = (f: number): number => 2 + 0.2 * f
const coatedGlass = (f: number): number => 23 + 0.3 * f
const concrete = (f: number): number => 5 + 4 * f

/** How a wall weakens what goes through it. */
export interface Wall {
  /** PL_tw of 30 % glass, or 70 % coated glass, and concrete. */
  readonly lossDb: number
  /** σ_P. */
  readonly deviationDb: number
}

/** Old buildings: 30 % plain glass in concrete. */
export const lowLossWall = (f: number): Wall => ({
  lossDb: 5 + decibels(0.3 * through(glass(f)) + 0.7 * through(concrete(f))),
  deviationDb: 4.4,
})

/** New buildings: 70 % coated glass in concrete. */
export const highLossWall = (f: number): Wall => ({
  lossDb: 5 + decibels(0.7 * through(coatedGlass(f)) + 0.3 * through(concrete(f))),
  deviationDb: 6.5,
})

/** dB for each m that a terminal is inside. */
export const INDOOR_LOSS_PER_METRE = 0.5

/** Cars, with plain and with metal-coated windows (7.4.3.2). */
export const carLoss = {
  plain: { lossDb: 9, deviationDb: 5 },
  coated: { lossDb: 20, deviationDb: 5 },
} as const satisfies Readonly<Record<string, Wall>>
