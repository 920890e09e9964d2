import type { Position } from '../../../core/plugin/index.js'

/** How a field that varies with the place is taken to do so, dB and m. */
export interface FieldLaw {
  /** Standard deviation about its trend. */
  readonly deviationDb: number
  /** Distance over which correlation falls to 1/e. */
  readonly correlationM: number
  /** Standard deviation of what is measured about the field. */
  readonly noiseDb: number
}

/** Values that were measured at places, of several fields at once, dB. */
export interface Measurements {
  readonly places: readonly Position[]
  /** A row for each place, a column for each field. */
  readonly values: readonly Float64Array[]
}

/** A field's trend: intercept + slope · lg(distance to its source). */
interface Trend {
  readonly intercept: number
  readonly slope: number
}

/**
 * What fields are where nobody measured them: a trend with the distance from each one's source, by least squares, and the deviation
 * from it by ordinary Gaussian regression over the nearest measurements (simple kriging; Gudmundson, 1991; Krige, 1951).
 *
 * The variance of its error at a place is σ² − kᵀC⁻¹k, k the covariance with the measurements and C theirs with their noise.
 */
export class FieldMap {
  readonly #law: FieldLaw
  readonly #sources: readonly Position[]
  readonly #measured: Measurements
  readonly #neighbours: number
  readonly #trends: readonly Trend[]

  /** `neighbours`: how many measurements a place goes by. */
  constructor(law: FieldLaw, sources: readonly Position[], measured: Measurements, neighbours: number) {
    this.#law = law
    this.#sources = sources
    this.#measured = measured
    this.#neighbours = neighbours
    this.#trends = sources.map((source, field) => trendOf(measured, source, field))
  }

  /** Writes the fields' values at a place, dB; returns the variance of their errors, dB². */
  at(place: Position, into: Float64Array): number {
    const { places, values } = this.#measured
    const { deviationDb, correlationM, noiseDb } = this.#law
    const near = nearestOf(places, place, this.#neighbours)
    const covariance = (distance: number) => deviationDb ** 2 * Math.exp(-distance / correlationM)
    const size = near.length
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++)
        matrix[i * size + j] =
          covariance(distanceOf(places[near[i]], places[near[j]])) + (i === j ? noiseDb ** 2 : 0)
    const towards = Float64Array.from(near, (i) => covariance(distanceOf(places[i], place)))
    const weights = solve(matrix, towards)
    for (let field = 0; field < into.length; field++) {
      let value = this.#trendAt(field, place)
      for (const [i, at] of near.entries())
        value += weights[i] * (values[at][field] - this.#trendAt(field, places[at]))
      into[field] = value
    }
    return weights.reduce((left, weight, i) => left - weight * towards[i], deviationDb ** 2)
  }

  #trendAt(field: number, place: Position): number {
    const { intercept, slope } = this.#trends[field]
    return intercept + slope * decadesOf(this.#sources[field], place)
  }
}

const distanceOf = (a: Position, b: Position): number => Math.hypot(a.x - b.x, a.y - b.y)

/** lg of a distance of at least 1 m. */
const decadesOf = (a: Position, b: Position): number => Math.log10(Math.max(1, distanceOf(a, b)))

function trendOf({ places, values }: Measurements, source: Position, field: number): Trend {
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0]
  for (const [i, place] of places.entries()) {
    const x = decadesOf(source, place)
    const y = values[i][field]
    sumX += x
    sumY += y
    sumXX += x * x
    sumXY += x * y
  }
  const count = places.length
  const spread = sumXX - (sumX * sumX) / count
  // Of places that are all as far away nothing is to be learned about distance.
  const slope = spread > 1e-6 * count ? (sumXY - (sumX * sumY) / count) / spread : 0
  return { intercept: (sumY - slope * sumX) / count, slope }
}

/** The nearest places to one, by number, nearest first; of equally near ones the later. */
function nearestOf(places: readonly Position[], to: Position, most: number): number[] {
  const squares = Float64Array.from(places, ({ x, y }) => (x - to.x) ** 2 + (y - to.y) ** 2)
  return Array.from(squares.keys())
    .sort((a, b) => squares[a] - squares[b] || b - a)
    .slice(0, most)
}

/** The solution of a positive definite system, its lower triangle given and written over (Cholesky). */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const solution = right.slice()
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k]
      // Places that are measured twice without noise say the same twice.
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, TINY)) : sum / matrix[j * size + j]
    }
    for (let k = 0; k < i; k++) solution[i] -= matrix[i * size + k] * solution[k]
    solution[i] /= matrix[i * size + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i] -= matrix[k * size + i] * solution[k]
    solution[i] /= matrix[i * size + i]
  }
  return solution
}

/** dB² */
const TINY = 1e-9
