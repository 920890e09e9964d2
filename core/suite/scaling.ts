import type { AnalysedSetting } from './analysis.js'
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
  /** The figure there: s, or the cost. */
  readonly y: number
}

/** Crossings of the baseline with each other scheduler. */
export function crossings(scaling: Scaling): Crossing[] {
  const { points, path, name, held } = scaling
  const baseline = points[0].setting.setting.baseline
  const labels = [...new Set(points.flatMap(({ setting }) => setting.compared.map(({ label }) => label)))]
  return (['decision time', 'mean cost'] as const).flatMap((figure) => {
    const figureOf = (point: ScalingPoint, label: string) => {
      const row = point.setting.compared.find((each) => each.label === label)
      if (figure === 'decision time') return row?.medianDecision ?? Number.NaN
      // Costs of other numbers of clients do not compare.
      return row && row.against?.comparable !== false ? row.meanCost : Number.NaN
    }
    return labels
      .filter((label) => label !== baseline)
      .flatMap((label) =>
        points.slice(1).flatMap((right, i): Crossing[] => {
          const left = points[i]
          const [a, b] = [figureOf(left, baseline), figureOf(right, baseline)]
          const [c, d] = [figureOf(left, label), figureOf(right, label)]
          if (!((a < c && b > d) || (a > c && b < d))) return []
          const { x, y } = intersection(left.x, right.x, a, b, c, d)
          return [
            {
              path,
              name,
              held,
              figure,
              before: a < c ? baseline : label,
              after: a < c ? label : baseline,
              x,
              y,
            },
          ]
        }),
      )
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
