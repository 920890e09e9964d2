// Probabilities of a line of sight of 3GPP TR 38.901, Table 7.4.2-1; distances along the ground, outdoors, in m.

import { power } from '../../../core/plugin/index.js'
import type { FactoryVariant } from './path-loss.js'

/** 1 up to 18 m, then 18/d + exp(-d / decay)(1 - 18/d). */
function street(d: number, decay: number): number {
  if (d <= 18) return 1
  return 18 / d + Math.exp(-d / decay) * (1 - 18 / d)
}

export const umiSight = (d: number): number => street(d, 36)

export function umaSight(d: number, clientHeightM: number): number {
  if (d <= 18) return 1
  const high = power(Math.max(0, (Math.min(clientHeightM, 23) - 13) / 10), 1.5)
  return Math.min(1, street(d, 63) * (1 + high * (5 / 4) * power(d / 100, 3) * Math.exp(-d / 150)))
}

/** C(d, h_UT): 1 / (1 + C) is the probability of an environment 1 m high (note 1 of Table 7.4.1-1). */
export function umaClutter(d: number, clientHeightM: number): number {
  if (d <= 18 || clientHeightM < 13) return 0
  return (5 / 4) * power(d / 100, 3) * Math.exp(-d / 150) * power((clientHeightM - 13) / 10, 1.5)
}

export const rmaSight = (d: number): number => (d <= 10 ? 1 : Math.exp(-(d - 10) / 1000))

export function inhSight(d: number, office: 'mixed' | 'open'): number {
  if (office === 'mixed') {
    if (d <= 1.2) return 1
    return d < 6.5 ? Math.exp(-(d - 1.2) / 4.7) : 0.32 * Math.exp(-(d - 6.5) / 32.6)
  }
  if (d <= 5) return 1
  return d <= 49 ? Math.exp(-(d - 5) / 70.8) : 0.54 * Math.exp(-(d - 49) / 211.7)
}

/** What stands about in a factory. */
export interface Clutter {
  /** d_clutter, the typical size of what stands about, m. */
  readonly sizeM: number
  /** r, the share of the ground that it takes. */
  readonly density: number
  /** h_c, its height, m. */
  readonly heightM: number
}

/** exp(-d / k), k = -d_clutter / ln(1 - r), longer by (h_BS - h_UT) / (h_c - h_UT) for base stations above the clutter. */
export function infSight(
  d: number,
  variant: FactoryVariant,
  { sizeM, density, heightM }: Clutter,
  { serverHeightM, clientHeightM }: { readonly serverHeightM: number; readonly clientHeightM: number },
): number {
  const along = -sizeM / Math.log(1 - density)
  if (variant === 'SL' || variant === 'DL') return Math.exp(-d / along)
  // Nothing stands in the way of a terminal above the clutter.
  if (clientHeightM >= heightM) return 1
  return Math.exp(-d / (along * ((serverHeightM - clientHeightM) / (heightM - clientHeightM))))
}
