/** Whether every weight is a finite number. */
export function allFinite(weights: Float32Array): boolean {
  // Zero times a number is zero, and times anything else it is not.
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += 0 * weights[i]
  return sum === 0
}
