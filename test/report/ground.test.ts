import { expect, test } from 'vitest'
import { drawFigure } from '../../core/report/draw.js'
import { associationMap } from '../../core/report/figures/association-map.js'
import { serverRows } from '../../core/report/figures/ground.js'
import type { Position } from '../../core/report/report-data.js'
import { panelsOf } from './figure-parts.js'
import { syntheticRun } from './synthetic-run.js'

/** Servers in these places, from number 0. */
const serversAt = (...places: readonly (readonly [number, number])[]) =>
  places.map(([x, y], index): Position => ({ round: 1, scheduler: '', kind: 'server', index, x, y }))

const namesAt = (...places: readonly (readonly [number, number])[]) =>
  serverRows(serversAt(...places)).map(({ name }) => name)

test('servers at one site have one mark with all their numbers', () => {
  const [a, b] = [
    [0, 0],
    [9, 4],
  ] as const
  expect(namesAt(a, b)).toEqual(['S0', 'S1'])
  expect(namesAt(a, a, a, b, b)).toEqual(['S0–2', 'S3,4'])
  expect(namesAt(a, b, a, b, a, a, a)).toEqual(['S0,2,4–6', 'S1,3'])
})

test('a mark is as wide as what is written on it', () => {
  const [single] = serverRows(serversAt([0, 0]))
  expect(single.shape).toBe('square')
  const widths = [3, 12, 101].map((count) => {
    const [{ shape }] = serverRows(serversAt(...Array.from({ length: count }, () => [0, 0] as const)))
    return Number(/H([\d.]+)V/.exec(shape)![1])
  })
  expect(widths).toEqual(widths.toSorted((one, other) => one - other))
  expect(new Set(widths).size).toBe(3)
})

test('a map of a site with sectors is drawn, with the name of each site once', async () => {
  const data = syntheticRun({ rounds: 2, servers: 6 })
  const { detail } = data
  const positions = detail!.positions.map((each) =>
    each.kind === 'server' ? { ...each, x: 100 * Math.floor(each.index / 3), y: 50 } : each,
  )
  const figure = associationMap({ ...data, detail: { ...detail!, positions } })!
  expect(figure.caption).toContain('Servers at one site share a mark.')
  const warnings: string[] = []
  const { svg } = await drawFigure(figure, (message) => warnings.push(message))
  expect(warnings).toEqual([])
  const panels = panelsOf<unknown>(figure)
  for (const name of ['S0–2', 'S3–5']) expect(svg.split(`>${name}<`)).toHaveLength(panels.length + 1)
  expect(svg).not.toContain('>S1<')
})
