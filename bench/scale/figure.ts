import { writeFileSync } from 'node:fs'
import { drawFigure } from '../../core/report/draw.js'
import { curveFigure, markedRows } from '../../core/report/figures/curves.js'
import { schedulerEncoding } from '../../core/report/figures/scheduler-scale.js'
import { type Growth, growths } from './growth.js'
import { ladders } from './ladders.js'

/** Draws how steps grow: a panel a ladder, both axes logarithmic. */
export async function drawGrowth(results: Parameters<typeof growths>[0], path: string): Promise<void> {
  const shown = growths(results).filter(({ figure, points }) => isShown(figure) && points.length > 0)
  const labels = [...new Set(shown.map(labelOf))]
  const figure = curveFigure({
    id: 'growth',
    title: 'Time of the steps of a round as networks grow',
    caption: 'Processor time, median; both axes are logarithmic.',
    columns: 2,
    encoding: schedulerEncoding({ schedulers: labels.map((label) => ({ label })) }),
    datasets: Object.fromEntries(ladders.map(({ name }) => [name, rowsOf(shown, name)])),
    panels: ladders.map(({ name, grows, sizes }) => ({
      title: titles[name] ?? `${grows} alone, ${restOf(name, sizes[0])}`,
      width: 400,
      height: 300,
      data: name,
      x: { field: 'size', type: 'quantitative', scale: { type: 'log' }, title: grows },
      y: { field: 'value', type: 'quantitative', scale: { type: 'log' }, title: 'processor time (ms)' },
    })),
  })
  const { svg } = await drawFigure(figure, (message) => console.error(message))
  writeFileSync(path, svg)
}

const titles: Readonly<Record<string, string>> = {
  network: 'the whole network',
  strongest: 'the whole network, each client with its 8 strongest links',
}

const isShown = (figure: string): boolean => !figure.startsWith('memory/')

const labelOf = ({ figure }: Growth): string => figure.replace('decide/', '')

function rowsOf(shown: readonly Growth[], ladder: string): object[] {
  return shown
    .filter((growth) => growth.ladder.name === ladder)
    .flatMap((growth) => markedRows(growth.points.map((point) => ({ ...point, scheduler: labelOf(growth) }))))
}

/** What stays as it is. */
function restOf(name: string, { N, M, K }: (typeof ladders)[number]['sizes'][number]): string {
  const rest = { clients: `N = ${N}`, servers: `M = ${M}`, channels: `K = ${K}` }
  return Object.entries(rest)
    .filter(([grown]) => grown !== name)
    .map(([, text]) => text)
    .join(', ')
}
