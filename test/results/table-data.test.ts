import { expect, test } from 'vitest'
import { type ColumnData, TableData } from '../../core/results/table-data.js'

test('rows of one value, in their order and of their types', () => {
  const table = new TableData(
    3,
    new Map<string, ColumnData>([
      ['label', ['a', 'b', 'a']],
      ['round', Int32Array.of(1, 1, 2)],
      ['loss', Float64Array.of(0.5, 0.25, Number.NaN)],
    ]),
  )
  const own = table.where('label', 'a')
  expect(own?.rows).toBe(2)
  expect(own?.strings('label')).toEqual(['a', 'a'])
  expect(own?.numbers('round')).toEqual(Int32Array.of(1, 2))
  expect(own?.numbers('loss')).toEqual(Float64Array.of(0.5, Number.NaN))
  expect(table.where('label', 'c')).toBeUndefined()
})
