import type { Figure } from '../../../report/figures/figure.js'
import { fixed } from '../../../report/numbers.js'
import type { Analysis } from '../../analysis/analysis.js'

/** Share of rounds that the row's scheduler won against the column's, as a heat map. */
export function winMatrix({ wins, settings }: Analysis): Figure | undefined {
  const { labels, share } = wins
  if (labels.length < 2) return undefined
  const rows = labels.flatMap((row, r) =>
    labels.flatMap((column, c) => {
      const won = share[r][c]
      if (Number.isNaN(won)) return []
      // Where most rounds are ties neither wins often, and neither is coloured.
      return [{ row, column, won, lead: won - share[c][r], text: fixed(100 * won, 0) }]
    }),
  )
  const cell = labels.length > 10 ? 44 : 54
  const y = { field: 'row', type: 'nominal', title: null, sort: [...labels], axis: axis(0) } as const
  const x = {
    field: 'column',
    type: 'nominal',
    title: 'is dearer than',
    sort: [...labels],
    axis: { ...axis(-40), orient: 'top' },
  } as const
  return {
    id: 'wins',
    title: 'Rounds won, in per cent',
    columns: 1,
    caption:
      'Share of rounds in which the scheduler of the row was strictly cheaper than that of the column with no fewer clients that finished, in per cent' +
      (settings.length > 1 ? ', mean over the settings that have both.' : '.') +
      ' Blue: the row wins more often; orange: the column.',
    spec: {
      width: { step: cell },
      height: { step: 30 },
      data: { values: rows },
      layer: [
        {
          mark: { type: 'rect', stroke: '#ffffff', strokeWidth: 1.5 },
          encoding: {
            x,
            y,
            color: {
              field: 'lead',
              type: 'quantitative',
              scale: { domain: [-1, 0, 1], range: ['#f0a35e', '#ffffff', '#6ea8d8'], interpolate: 'rgb' },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', fontSize: 13 },
          encoding: { x, y, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
  }
}

const axis = (labelAngle: number) =>
  ({
    labelAngle,
    ticks: false,
    domain: false,
    labelLimit: 220,
    ...(labelAngle !== 0 && { labelAlign: 'left' as const }),
  }) as const
