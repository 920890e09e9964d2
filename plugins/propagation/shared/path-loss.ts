import { power } from '../../../core/plugin/index.js'

// Path losses of 3GPP TR 38.901, Table 7.4.1-1: d2 and d3 in m along the ground and in space, f in GHz, heights in m.

const lg = Math.log10

/** c of the standard's breakpoints, m/s. */
const SPEED_OF_LIGHT = 3e8

/** What a loss is worked out from. */
export interface LossGeometry {
  /** Distance along the ground, m. */
  readonly d2: number
  /** Distance in space, m. */
  readonly d3: number
  /** Carrier frequency, GHz. */
  readonly f: number
  /** Height of the base station, m. */
  readonly serverHeightM: number
  /** Height of the terminal, m. */
  readonly clientHeightM: number
  /** h_E, the height of the environment, m: 1, but for UMa with terminals above 13 m. */
  readonly environmentHeightM: number
}

/** Losses in dB with and without a line of sight. */
export interface Losses {
  readonly lineOfSight: number
  readonly obstructed: number
}

/** d'_BP = 4 h'_BS h'_UT f / c; terminals at the environment's height or below it have theirs a decimetre above. */
const breakpoint = ({ f, serverHeightM, clientHeightM, environmentHeightM: e }: LossGeometry): number =>
  (4 * Math.max(serverHeightM - e, 0.1) * Math.max(clientHeightM - e, 0.1) * f * 1e9) / SPEED_OF_LIGHT

/** Two slopes that meet at the breakpoint. */
function twoSlopes(
  at: LossGeometry,
  { intercept, near, correction }: { intercept: number; near: number; correction: number },
): number {
  const { d2, d3, f, serverHeightM, clientHeightM } = at
  const bend = breakpoint(at)
  const base = intercept + 20 * lg(f)
  if (d2 <= bend) return base + near * lg(d3)
  return base + 40 * lg(d3) - correction * lg(bend ** 2 + (serverHeightM - clientHeightM) ** 2)
}

/** UMi street canyon; `optional` is the standard's other form without a line of sight. */
export function umiLosses(at: LossGeometry, optional = false): Losses {
  const { d3, f, clientHeightM } = at
  const lineOfSight = twoSlopes(at, { intercept: 32.4, near: 21, correction: 9.5 })
  const obstructed = optional
    ? 32.4 + 20 * lg(f) + 31.9 * lg(d3)
    : 35.3 * lg(d3) + 22.4 + 21.3 * lg(f) - 0.3 * (clientHeightM - 1.5)
  return { lineOfSight, obstructed: optional ? obstructed : Math.max(lineOfSight, obstructed) }
}

export function umaLosses(at: LossGeometry, optional = false): Losses {
  const { d3, f, clientHeightM } = at
  const lineOfSight = twoSlopes(at, { intercept: 28, near: 22, correction: 9 })
  const obstructed = optional
    ? 32.4 + 20 * lg(f) + 30 * lg(d3)
    : 13.54 + 39.08 * lg(d3) + 20 * lg(f) - 0.6 * (clientHeightM - 1.5)
  return { lineOfSight, obstructed: optional ? obstructed : Math.max(lineOfSight, obstructed) }
}

/** h, the average height of buildings, and W, the average width of streets, m. */
export interface Surroundings {
  readonly buildingHeightM: number
  readonly streetWidthM: number
}

/** d_BP of RMa, 2π h_BS h_UT f / c, m. */
export const rmaBreakpoint = ({ f, serverHeightM, clientHeightM }: LossGeometry): number =>
  (2 * Math.PI * serverHeightM * clientHeightM * f * 1e9) / SPEED_OF_LIGHT

export function rmaLosses(at: LossGeometry, { buildingHeightM: h, streetWidthM: w }: Surroundings): Losses {
  const { d2, d3, f, serverHeightM, clientHeightM } = at
  const near = (d: number) =>
    20 * lg((40 * Math.PI * d * f) / 3) +
    Math.min(0.03 * power(h, 1.72), 10) * lg(d) -
    Math.min(0.044 * power(h, 1.72), 14.77) +
    0.002 * lg(h) * d
  const bend = rmaBreakpoint(at)
  const lineOfSight = d2 <= bend ? near(d3) : near(bend) + 40 * lg(d3 / bend)
  const obstructed =
    161.04 -
    7.1 * lg(w) +
    7.5 * lg(h) -
    (24.37 - 3.7 * (h / serverHeightM) ** 2) * lg(serverHeightM) +
    (43.42 - 3.1 * lg(serverHeightM)) * (lg(d3) - 3) +
    20 * lg(f) -
    (3.2 * lg(11.75 * clientHeightM) ** 2 - 4.97)
  return { lineOfSight, obstructed: Math.max(lineOfSight, obstructed) }
}

export function inhLosses({ d3, f }: LossGeometry, optional = false): Losses {
  const lineOfSight = 32.4 + 17.3 * lg(d3) + 20 * lg(f)
  const obstructed = optional
    ? 32.4 + 20 * lg(f) + 31.9 * lg(d3)
    : Math.max(lineOfSight, 38.3 * lg(d3) + 17.3 + 24.9 * lg(f))
  return { lineOfSight, obstructed }
}

/** Sparse or dense clutter, base stations low (in it) or high (above it). */
export type FactoryVariant = 'SL' | 'DL' | 'SH' | 'DH'

export function infLosses({ d3, f }: LossGeometry, variant: FactoryVariant): Losses {
  const lineOfSight = 31.84 + 21.5 * lg(d3) + 19 * lg(f)
  const sparseLow = Math.max(lineOfSight, 33 + 25.5 * lg(d3) + 20 * lg(f))
  const obstructed = {
    SL: sparseLow,
    DL: Math.max(sparseLow, 18.6 + 35.7 * lg(d3) + 20 * lg(f)),
    SH: Math.max(lineOfSight, 32.4 + 23 * lg(d3) + 20 * lg(f)),
    DH: Math.max(lineOfSight, 33.63 + 21.9 * lg(d3) + 20 * lg(f)),
  }[variant]
  return { lineOfSight, obstructed }
}
