/** Sweeps up to here where half of all slots stay free: more gain a hundredth at the price of the decision's time. */
const ROOMY = 2

/** Sweeps where every slot is taken: nobody can move but by exchange, and pairs at that many distances are tried. */
const FULL = 24

/**
 * How many sweeps a round is worth, by the share of all slots that will be taken.
 *
 * The fuller the network, the more first requests end where nothing better was left, and the rarer a free slot to move to.
 */
export function sweepsFor(clients: number, slots: number): number {
  const crowding = Math.max(0, Math.min(1, (2 * clients) / slots - 1))
  return ROOMY + Math.ceil((FULL - ROOMY) * crowding ** 2)
}
