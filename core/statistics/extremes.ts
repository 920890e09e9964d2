// A call that spreads its values puts all of them on the stack, and some hundred thousand overflow it.

/** The smallest of any number of values: ∞ of none, NaN where one is NaN. */
export function smallestOf(values: Iterable<number>): number {
  let smallest = Number.POSITIVE_INFINITY
  for (const value of values) smallest = Math.min(smallest, value)
  return smallest
}

/** The largest of any number of values: −∞ of none, NaN where one is NaN. */
export function largestOf(values: Iterable<number>): number {
  let largest = Number.NEGATIVE_INFINITY
  for (const value of values) largest = Math.max(largest, value)
  return largest
}
