import type { Figure } from '../../../report/figures/figure.js'
import type { Layer, PositionChannel } from '../../../report/figures/specification.js'
import { fixed, rounded } from '../../../report/numbers.js'
import type { Analysis, Ranking } from '../../analysis/analysis.js'
import { ranksNote } from '../tables/rank-tables.js'

/** Mean ranks on a line, those that do not differ significantly joined by a bar (Demšar, 2006). */
export function criticalDifferenceDiagram({ ranking }: Analysis): Figure | undefined {
  if (!ranking || ranking.labels.length < 3) return undefined
  const ranked = ranking.labels
    .map((label, i) => ({ label, rank: ranking.meanRanks[i] }))
    .sort((a, b) => a.rank - b.rank)
  const count = ranked.length
  const groups = groupsOf(ranked, ranking.criticalDifference)
  const bars = groups.map(({ from, to }, level) => ({
    from: from - 0.04,
    to: to + 0.04,
    y: -0.55 - 0.45 * level,
  }))
  const below = 0.9 + 0.45 * groups.length
  const half = Math.ceil(count / 2)
  // Left half of the names to the left, from the top; the rest to the right, so that no two lines cross.
  const names = ranked.map(({ label, rank }, i) => {
    const left = i < half
    const level = left ? i : count - 1 - i
    return {
      label,
      rank: rounded(rank),
      y: -(below + level),
      edge: left ? 0.6 : count + 0.4,
      left,
      text: `${label}  ${fixed(rank, 2)}`,
    }
  })
  const deepest = -(below + half) + 0.3
  const x = (field: string): PositionChannel => ({
    field,
    type: 'quantitative',
    title: 'mean rank',
    scale: { domain: [0.6, count + 0.4], nice: false },
    axis: { orient: 'top', values: ranked.map((_, i) => i + 1), grid: false, format: 'd' },
  })
  const y = (field: string): PositionChannel => ({
    field,
    type: 'quantitative',
    scale: { domain: [deepest, 1.1], nice: false },
    axis: null,
  })
  const text = (left: boolean): Layer => ({
    transform: [{ filter: `datum.left === ${left}` }],
    data: { name: 'names' },
    mark: { type: 'text', align: left ? 'right' : 'left', dx: left ? -6 : 6, fontSize: 13, clip: false },
    encoding: { x: x('edge'), y: y('y'), text: { field: 'text', type: 'nominal' } },
  })
  return {
    id: 'critical-difference',
    title: 'Mean ranks and critical difference',
    columns: 1,
    caption: `Further left is better. Bars join schedulers whose mean ranks do not differ significantly; the bar at the top is the critical difference. ${ranksNote(ranking)}`,
    spec: {
      width: 520,
      height: Math.round(26 * (1.1 - deepest)),
      padding: { left: 190, right: 190, top: 6, bottom: 6 },
      view: { stroke: null },
      layer: [
        {
          data: { name: 'names' },
          mark: { type: 'rule', color: '#8c8c8c' },
          encoding: { x: x('rank'), y: { ...y('zero') }, y2: { field: 'y' } },
        },
        {
          data: { name: 'names' },
          mark: { type: 'rule', color: '#8c8c8c' },
          encoding: { x: x('rank'), x2: { field: 'edge' }, y: y('y') },
        },
        {
          data: { name: 'names' },
          mark: { type: 'point', filled: true, size: 40, color: '#1a1a1a' },
          encoding: { x: x('rank'), y: y('zero') },
        },
        {
          data: { name: 'bars' },
          mark: { type: 'rule', strokeWidth: 5, color: '#1a1a1a' },
          encoding: { x: x('from'), x2: { field: 'to' }, y: y('y') },
        },
        {
          data: { name: 'scale' },
          mark: { type: 'rule', strokeWidth: 2.5, color: '#0072B2' },
          encoding: { x: x('from'), x2: { field: 'to' }, y: y('y') },
        },
        {
          data: { name: 'scale' },
          mark: { type: 'text', align: 'left', dx: 8, color: '#0072B2', fontSize: 12 },
          encoding: { x: x('to'), y: y('y'), text: { field: 'text', type: 'nominal' } },
        },
        text(true),
        text(false),
      ],
      datasets: {
        names: names.map((name) => ({ ...name, zero: 0 })),
        bars,
        scale: [scaleBar(ranking)],
      },
    },
  }
}

const scaleBar = ({ criticalDifference }: Ranking) => ({
  from: 1,
  to: rounded(1 + criticalDifference),
  y: 0.6,
  text: `critical difference ${fixed(criticalDifference, 2)}`,
})

/** Longest runs of ranks whose first and last are within the critical difference; none within another. */
function groupsOf(ranked: readonly { readonly rank: number }[], difference: number) {
  const runs = ranked.map(({ rank }, start) => {
    const end = ranked.findLastIndex((other) => other.rank - rank <= difference)
    return { start, end, from: rank, to: ranked[end].rank }
  })
  return runs.filter(
    ({ start, end }) => end > start && !runs.some((other) => other.start < start && other.end >= end),
  )
}
