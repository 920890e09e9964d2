import { power } from '../kernel/power.js'

/** Links that interfere, each with a SINR it needs. */
export interface PowerControl {
  /** h_ij, n×n row-major: from transmitter j to receiver i. */
  readonly gain: ArrayLike<number>
  /** σ² at each receiver, W. */
  readonly noiseW: ArrayLike<number>
  /** Γ_i. */
  readonly targetSinr: ArrayLike<number>
  /** Most power of each transmitter, W. */
  readonly limitW: ArrayLike<number>
  /** Least power of every transmitter, W; 0 where absent. */
  readonly leastW?: number
}

/** Where distributed power control comes to. */
export interface ControlledPower {
  readonly power: Float64Array
  /** Whether every link has its SINR: else no powers within the limits give it to all. */
  readonly feasible: boolean
  readonly iterations: number
}

/**
 * p_i ← min(P_i, Γ_i (σ_i² + Σ_{j≠i} h_ij p_j) / h_ii), from silence, until powers stay (Foschini & Miljanic, 1993; Yates, 1995).
 *
 * The map is a standard interference function, capped from above and below, so from any start powers come to its only fixed point; from silence they rise to it.
 * Where the spectral radius of F, F_ij = Γ_i h_ij / h_ii off the diagonal, is below 1 and limits do not bind, that is (I - F)⁻¹ Γσ²/h, the least
 * powers that give every link its SINR, and the error falls by that radius an iteration. Else some link stays at its limit short of its SINR (`feasible` false).
 */
export function powerControl(
  { gain, noiseW, targetSinr, limitW, leastW = 0 }: PowerControl,
  most = 100_000,
): ControlledPower {
  const count = noiseW.length
  const power = new Float64Array(count)
  const wanted = new Float64Array(count)
  let iterations = 0
  for (let change = 1; change > 0 && iterations < most; iterations++) {
    change = 0
    for (let i = 0; i < count; i++) {
      let heard = noiseW[i]
      for (let j = 0; j < count; j++) if (j !== i && power[j] > 0) heard += gain[i * count + j] * power[j]
      wanted[i] = targetSinr[i] === 0 ? 0 : (targetSinr[i] * heard) / gain[i * count + i]
    }
    for (let i = 0; i < count; i++) {
      const next = Math.min(limitW[i], Math.max(leastW, wanted[i]))
      if (Math.abs(next - power[i]) > 1e-15 * next) change = 1
      power[i] = next
    }
  }
  return { power, feasible: wanted.every((each, i) => each <= limitW[i] * (1 + 1e-12)), iterations }
}

/** The spectral radius of a matrix without negative entries, n×n row-major, by squaring; Infinity where it overflows. */
export function spectralRadius(matrix: ArrayLike<number>, count: number): number {
  let current = Float64Array.from(matrix)
  let exponent = 0
  // Gelfand: ‖A^{2^k}‖^{1/2^k}, the norm taken out at each squaring.
  for (let k = 0; k < 40; k++) {
    const norm = rowNorm(current, count)
    if (norm === 0) return 0
    if (!Number.isFinite(norm)) return Number.POSITIVE_INFINITY
    exponent += Math.log(norm) / power(2, k)
    const scaled = current.map((value) => value / norm)
    current = square(scaled, count)
  }
  return Math.exp(exponent)
}

function rowNorm(matrix: Float64Array, count: number): number {
  let most = 0
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let j = 0; j < count; j++) sum += matrix[i * count + j]
    most = Math.max(most, sum)
  }
  return most
}

function square(matrix: Float64Array, count: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(count * count)
  for (let i = 0; i < count; i++)
    for (let k = 0; k < count; k++) {
      const value = matrix[i * count + k]
      if (value !== 0) for (let j = 0; j < count; j++) result[i * count + j] += value * matrix[k * count + j]
    }
  return result
}
