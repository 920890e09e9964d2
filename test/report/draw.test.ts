import * as vega from 'vega'
import { expect, test } from 'vitest'
import { drawFigure } from '../../core/report/draw.js'
import type { Figure } from '../../core/report/figures/figure.js'
import type { Specification } from '../../core/report/figures/specification.js'
import { textWidth } from '../../core/report/text-width.js'

const figure: Figure = {
  id: 'bars',
  title: 'Bars',
  caption: '',
  columns: 1,
  spec: {
    data: { values: [{ name: 'a label', value: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'name' }, y: { field: 'value', type: 'quantitative' } },
  },
}
const ignore = () => {}

/** How Vega was told to measure text, one after the other, while something was done. */
async function measuresDuring(act: () => Promise<unknown>): Promise<unknown[]> {
  const { textMetrics } = vega
  const told: unknown[] = []
  let width = textMetrics.width
  Object.defineProperty(textMetrics, 'width', {
    configurable: true,
    get: () => width,
    set: (value) => {
      width = value
      told.push(value)
    },
  })
  await act().finally(() =>
    Object.defineProperty(textMetrics, 'width', { value: width, writable: true, configurable: true }),
  )
  return told
}

test('measures text in its own way while it draws, and for nobody else', async () => {
  const before = vega.textMetrics.width
  expect(before).not.toBe(textWidth)
  const told = await measuresDuring(() =>
    Promise.all([drawFigure(figure, ignore), drawFigure(figure, ignore)]),
  )
  // Two at the same time: the first sets it, the last puts it back.
  expect(told).toEqual([textWidth, before])
})

test('puts the measure back when a figure cannot be drawn', async () => {
  const before = vega.textMetrics.width
  const spec: Specification = { ...figure.spec, transform: [{ calculate: 'nothing(1)', as: 'x' }] }
  const told = await measuresDuring(() => expect(drawFigure({ ...figure, spec }, ignore)).rejects.toThrow())
  expect(told).toEqual([textWidth, before])
})
