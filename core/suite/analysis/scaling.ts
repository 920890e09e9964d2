import type { AnalysedSetting } from './analysed-setting.js'
import { type SuiteResults, shortNames, shownValue } from './results.js'

/** How figures grow with one swept value, the others held. */
export interface Scaling {
  /** The swept path. */
  readonly path: string
  /** Its short name. */
  readonly name: string
  /** What is held, in words; empty where nothing else varies. */
  readonly held: string
  /** Ascending in x. */
  readonly points: readonly ScalingPoint[]
}

/** A setting as one point of what grows. */
export interface ScalingPoint {
  readonly x: number
  /** All that changes with x, in words: `N = 64, M = 4, K = 20`. */
  readonly label: string
  readonly setting: AnalysedSetting
}

/** Fewer values than this show no growth. */
const LEAST_POINTS = 3

/** A series of settings for each path with enough numbers, one for every combination of what else is swept. */
export function scalings(results: SuiteResults, settings: readonly AnalysedSetting[]): Scaling[] {
  const { swept, settings: planned } = results.suite
  const names = shortNames(swept)
  const together = tiedPaths(
    swept,
    planned.map(({ values }) => values),
  )
  return together.flatMap((paths) => {
    const [path] = paths
    const groups = new Map<string, AnalysedSetting[]>()
    for (const each of settings) {
      const { scenario, values } = each.setting
      if (typeof values[path] !== 'number') continue
      const others = swept.filter((other) => !paths.includes(other) && Object.hasOwn(values, other))
      const held = [
        ...(new Set(planned.map((setting) => setting.scenario)).size > 1 ? [scenario] : []),
        ...others.map((other) => `${names[other]} = ${shownValue(values[other])}`),
      ].join(', ')
      groups.set(held, [...(groups.get(held) ?? []), each])
    }
    return [...groups].flatMap(([held, group]) => {
      const points = group
        .map((setting): ScalingPoint => {
          const { values } = setting.setting
          return {
            x: values[path] as number,
            label: paths.map((own) => `${names[own]} = ${shownValue(values[own])}`).join(', '),
            setting,
          }
        })
        .sort((a, b) => a.x - b.x)
      const distinct = new Set(points.map(({ x }) => x)).size
      return distinct >= LEAST_POINTS && distinct === points.length
        ? [{ path, name: names[path], held, points }]
        : []
    })
  })
}

type Values = Readonly<Record<string, unknown>>

/** Paths that change together (those of points), led by the one with the most numbers; each other path by itself. */
function tiedPaths(swept: readonly string[], all: readonly Values[]): string[][] {
  const distinct = (path: string) => new Set(all.map((values) => JSON.stringify(values[path]))).size
  const combined = (a: string, b: string) =>
    new Set(all.map((values) => JSON.stringify([values[a], values[b]]))).size
  const remaining = [...swept].sort((a, b) => distinct(b) - distinct(a))
  const groups: string[][] = []
  while (remaining.length > 0) {
    const leader = remaining.shift()!
    // What follows from the leader's value changes with it and not beside it.
    const tied = remaining.filter((path) => combined(leader, path) === distinct(leader))
    for (const path of tied) remaining.splice(remaining.indexOf(path), 1)
    groups.push([leader, ...swept.filter((path) => tied.includes(path))])
  }
  return groups
}

/** Where one scheduler's figure passes another's. */
export interface Crossing {
  readonly path: string
  readonly name: string
  readonly held: string
  readonly figure: 'decision time' | 'mean cost'
  /** Lower before the crossing. */
  readonly before: string
  /** Lower after it. */
  readonly after: string
  /** Where, interpolated between the two values around it, on log axes where all is positive. */
  readonly x: number
  /** The values between which it lies for certain: those next to it at which the costs' intervals leave no doubt. */
  readonly between: readonly [number, number]
  /** The figure there: s, or the cost. */
  readonly y: number
}

/**
 * Crossings of the baseline with each other scheduler.
 *
 * Mean costs cross where one is lower before and the other after, by intervals that leave out 1: points in between that
 * are undecided, and means that a few rounds make, show no crossing.
 */
export function crossings(scaling: Scaling): Crossing[] {
  const { points, path, name, held } = scaling
  const baseline = points[0].setting.setting.baseline
  const labels = [...new Set(points.flatMap(({ setting }) => setting.compared.map(({ label }) => label)))]
  return (['decision time', 'mean cost'] as const).flatMap((figure) =>
    labels
      .filter((label) => label !== baseline)
      .flatMap((label) => {
        const lines = linesOf(points, figure, baseline, label)
        return lines.slice(1).flatMap((right, i): Crossing[] => {
          const left = lines[i]
          if (left.sign === right.sign) return []
          const before = left.sign < 0 ? label : baseline
          const after = left.sign < 0 ? baseline : label
          const at = intersection(left.x, right.x, left.own, right.own, left.other, right.other)
          return [{ path, name, held, figure, before, after, ...at, between: [left.x, right.x] }]
        })
      }),
  )
}

/** Figures of the baseline and another scheduler at each value where it is known which is lower: sign < 0 for the other. */
function linesOf(
  points: readonly ScalingPoint[],
  figure: Crossing['figure'],
  baseline: string,
  label: string,
) {
  return points.flatMap(({ x, setting: { compared } }) => {
    const [own, other] = [baseline, label].map((name) => compared.find((row) => row.label === name))
    if (!own || !other) return []
    if (figure === 'decision time') {
      const sign = Math.sign(other.medianDecision - own.medianDecision)
      return sign ? [{ x, own: own.medianDecision, other: other.medianDecision, sign }] : []
    }
    // Costs of other numbers of clients do not compare.
    if (other.against?.comparable === false) return []
    const { low, high } = other.against?.ratio ?? { low: Number.NaN, high: Number.NaN }
    const sign = high < 1 ? -1 : low > 1 ? 1 : 0
    return sign ? [{ x, own: own.meanCost, other: other.meanCost, sign }] : []
  })
}

/** Of the lines from a to b and from c to d over [x0, x1], in logarithms where all are positive. */
function intersection(x0: number, x1: number, a: number, b: number, c: number, d: number) {
  const logarithmic = [x0, x1, a, b, c, d].every((value) => value > 0)
  const [from, to] = logarithmic ? [Math.log, Math.exp] : [(v: number) => v, (v: number) => v]
  const [A, B, C, D] = [a, b, c, d].map(from)
  const share = (C - A) / (B - A - (D - C))
  return { x: to(from(x0) + share * (from(x1) - from(x0))), y: to(A + share * (B - A)) }
}
