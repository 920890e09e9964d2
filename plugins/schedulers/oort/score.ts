import { power } from '../../../core/plugin/index.js'

/** What Oort knows of clients that it has tried. */
export interface OortKnowledge {
  /** Statistical utility U_i = |B_i| √(mean loss²). */
  readonly utility: ArrayLike<number>
  /** Round in which a client took part last, L_i, from 1. */
  readonly lastRound: ArrayLike<number>
  /** How long its round took, t_i, s. */
  readonly seconds: ArrayLike<number>
}

/**
 * Oort's score of each of these clients in round R (Lai et al., 2021): (clip(U) - min)/range + √(0.1 ln R / L_i), times (T/t_i)^α where t_i > T.
 *
 * Utilities are clipped at their `clip` quantile; `range` is that of clipped ones, 1e-4 at least.
 */
export function oortScores(
  clients: readonly number[],
  { utility, lastRound, seconds }: OortKnowledge,
  {
    round,
    preferredSeconds,
    penalty,
    clip,
  }: { round: number; preferredSeconds: number; penalty: number; clip: number },
): Float64Array {
  const sorted = clients.map((client) => utility[client]).sort((a, b) => a - b)
  const most = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * clip))] ?? 0
  const least = sorted[0] ?? 0
  const range = Math.max(most - least, 1e-4)
  return Float64Array.from(clients, (client) => {
    const statistical = (Math.min(utility[client], most) - least) / range
    const uncertainty = Math.sqrt((0.1 * Math.log(round)) / lastRound[client])
    const slow = seconds[client] > preferredSeconds ? power(preferredSeconds / seconds[client], penalty) : 1
    return (statistical + uncertainty) * slow
  })
}
