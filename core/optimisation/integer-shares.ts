/**
 * Whole pieces (subcarriers) for each load, one at least, so that the largest load per piece is least: the next piece always to the slowest.
 *
 * That is optimal: a split with a smaller maximum gives the slowest more pieces than it has, so another fewer, which had needed them (Wu et al., 2023).
 * It holds for any time that falls with more pieces, `secondsOf`; load over pieces where absent. Loads without work get one piece as well. Throws a
 * `RangeError` where there are fewer pieces than loads.
 */
export function integerShares(
  loads: ArrayLike<number>,
  pieces: number,
  secondsOf = (load: number, own: number): number => loads[load] / own,
): Int32Array {
  if (pieces < loads.length) throw new RangeError(`${pieces} pieces for ${loads.length} loads`)
  const shares = new Int32Array(loads.length).fill(1)
  for (let left = pieces - loads.length; left > 0 && loads.length > 0; left--) {
    let slowest = 0
    for (let i = 1; i < loads.length; i++)
      if (secondsOf(i, shares[i]) > secondsOf(slowest, shares[slowest])) slowest = i
    shares[slowest]++
  }
  return shares
}
