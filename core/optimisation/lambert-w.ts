/** The least argument of either branch, -1/e. */
const BRANCH = -Math.exp(-1)

/**
 * W₀(x) for x ≥ -1/e: the solution w ≥ -1 of w eʷ = x (Corless et al., 1996); NaN below.
 *
 * By Halley's iteration, exact to a few units in the last place away from the branch point.
 */
export function lambertW0(x: number): number {
  if (Number.isNaN(x) || x < BRANCH) return Number.NaN
  if (x === 0 || x === Number.POSITIVE_INFINITY) return x
  const root = Math.sqrt(Math.max(0, 2 * (Math.E * x + 1)))
  if (root < 1e-5) return nearBranch(root)
  const start =
    x < 1 ? Math.max(-1, nearBranch(Math.min(root, 1.5))) : Math.log(x) - Math.log1p(Math.log1p(x)) / 2
  return polish(x, start)
}

/** W₋₁(x) for -1/e ≤ x < 0: the solution w ≤ -1 of w eʷ = x; NaN elsewhere. */
export function lambertWMinus1(x: number): number {
  if (!(x >= BRANCH && x < 0)) return Number.NaN
  const root = -Math.sqrt(Math.max(0, 2 * (Math.E * x + 1)))
  if (root > -1e-5) return nearBranch(root)
  if (x < -0.25) return polish(x, nearBranch(root))
  // In logarithms, w = ln(-x) - ln(-w): quick even where eʷ is subnormal.
  const target = Math.log(-x)
  let w = target - Math.log(-target)
  for (let i = 0; i < 60; i++) {
    const step = (w + Math.log(-w) - target) / (1 + 1 / w)
    w -= step
    if (Math.abs(step) <= 2e-16 * Math.abs(w)) break
  }
  return w
}

/** The series about the branch point in p = ±√(2(ex + 1)). */
const nearBranch = (p: number): number =>
  -1 + p * (1 + p * (-1 / 3 + p * (11 / 72 + p * (-43 / 540 + (p * 769) / 17280))))

function polish(x: number, start: number): number {
  let w = start
  for (let i = 0; i < 60; i++) {
    const power = Math.exp(w)
    const error = w * power - x
    const step = error / (power * (w + 1) - ((w + 2) * error) / (2 * w + 2))
    if (!Number.isFinite(step)) return w
    w -= step
    if (Math.abs(step) <= 2e-16 * Math.abs(w)) return w
  }
  return w
}
