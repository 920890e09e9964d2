import { power } from '../../kernel/power.js'
import type { Diagnostic } from '../../scenario/tree/diagnostic.js'
import type { PlacedSetting } from '../../scenario/tree/overrides.js'
import {
  find,
  type MapNode,
  nodeAt,
  type Path,
  plain,
  type SourceNode,
} from '../../scenario/tree/source-node.js'
import type { Range } from './schema.js'

/** Beyond this a sweep is a slip of the pen. */
const MOST_POINTS = 100_000

/** The values of a range: `{ from, to, step }`, or `{ from, to, points }` in even steps or ratios; a string says what is wrong. */
export function valuesOf({ from, to, step, points, scale = 'linear', whole }: Range): number[] | string {
  if ((step === undefined) === (points === undefined))
    return 'expected either step or points beside from and to'
  if (step !== undefined && scale === 'log') return 'expected points for scale: log, found step'
  if (scale === 'log' && !(from > 0 && to > 0))
    return `expected from and to above 0 for scale: log, found ${from} and ${to}`
  if (from > to && step !== undefined) return `expected from at most to, found ${from} and ${to}`
  const count = numberOfValues({ from, to, step, points } as Range)
  if (count > MOST_POINTS) return `gives ${count} values; expected at most ${MOST_POINTS}`
  const value = (i: number) => {
    if (step !== undefined) return from + i * step
    const share = i / (count - 1)
    return scale === 'log' ? from * power(to / from, share) : from + (to - from) * share
  }
  // Twelve digits: 0.1 + 0.2 is meant to be 0.3.
  const tidy = (x: number) => (whole ? Math.round(x) : Number(x.toPrecision(12)))
  return [...new Set(Array.from({ length: count }, (_, i) => tidy(value(i))))]
}

/** How many values a range gives. */
export const numberOfValues = ({ from, to, step, points }: Range): number =>
  points ?? (step === undefined ? 0 : Math.max(0, Math.floor((to - from) / step + 1e-9) + 1))

/** Every combination of points and of a grid's values: what each changes. */
export function combinations(
  grid: readonly (readonly PlacedSetting[])[],
  points: readonly (readonly PlacedSetting[])[],
): PlacedSetting[][] {
  const start: PlacedSetting[][] = points.length > 0 ? points.map((point) => [...point]) : [[]]
  return grid.reduce(
    (chosen, values) => chosen.flatMap((before) => values.map((value) => [...before, value])),
    start,
  )
}

/** The settings of a mapping by path, in order. */
export function settingsAt(tree: SourceNode, path: Path): PlacedSetting[] {
  const node = find(tree, path)
  if (node?.kind !== 'map') return []
  return [...node.entries].map(([key, entry]) => ({ path: key, key: entry.key, value: entry.value }))
}

/** The values that a swept path takes, each as a setting; the node is a list or a range that was found right. */
export function sweptValues(sweep: MapNode, path: string): PlacedSetting[] {
  const entry = sweep.entries.get(path)!
  const { key, value: node } = entry
  if (node.kind === 'list') return node.items.map((value) => ({ path, key, value }))
  const values = valuesOf(plain(node) as Range) as number[]
  return values.map((value) => ({ path, key, value: nodeAt(node.origin, value) }))
}

/** What is wrong with the ranges of a sweep. */
export function checkRanges(sweep: Readonly<Record<string, unknown>>, at: Path): Diagnostic[] {
  return Object.entries(sweep).flatMap(([path, values]) => {
    if (Array.isArray(values)) return []
    const found = valuesOf(values as Range)
    return typeof found === 'string' ? [{ path: [...at, path], message: found }] : []
  })
}
